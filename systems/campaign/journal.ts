/**
 * What a campaign has seen so far, one line a run, so that it can be made in several sittings. A run is taken for made
 * only while its system's code is what it was then, and only by a campaign of the same seed and parts.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { RunOutcome } from "./run-suite.ts";

export interface Noted {
  readonly system: string;
  /** Fingerprint of the system's code. */
  readonly code: string;
  /** Of the campaign: it decides the order and the canaries. */
  readonly seed: string;
  readonly parts: string;
  /** The commit that was checked out. */
  readonly commit: string;
  readonly outcome: RunOutcome;
}

export interface Journal {
  /** Of the campaign that was noted first; undefined when none was. */
  readonly seed: string | undefined;
  readonly noted: readonly Noted[];
  note(run: Noted): void;
}

/** Without a file nothing is known, and nothing kept. Throws for a file that is no journal. */
export function openJournal(file: string | undefined): Journal {
  const noted = file === undefined || !existsSync(file) ? [] : readJournal(file);
  return {
    seed: noted[0]?.seed,
    noted,
    note(run) {
      noted.push(run);
      if (file !== undefined) appendFileSync(file, `${JSON.stringify(run)}\n`);
    },
  };
}

function readJournal(file: string): Noted[] {
  const lines = readFileSync(file, "utf8").split("\n");
  const noted: Noted[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === "") continue;
    const run = parsed(line);
    if (run === undefined) {
      throw new Error(
        `${file}, line ${index + 1}: must be a run of a campaign, got ${line.slice(0, 60)}`,
      );
    }
    noted.push(run);
  }
  return noted;
}

function parsed(line: string): Noted | undefined {
  try {
    const run = JSON.parse(line) as Partial<Noted> | null;
    return typeof run?.outcome?.name === "string" && typeof run.code === "string"
      ? (run as Noted)
      : undefined;
  } catch {
    return undefined;
  }
}
