/**
 * Interleaved rounds: every contender once, one after the other, then all of them again. The host has fast and slow
 * phases that last minutes, so only what was measured in the same round may be compared. Each round begins with the
 * next contender, so that none is always measured right after the same other.
 */
import { messageOf } from "../../holdfast/src/base/errors.ts";
import { note } from "./terminal.ts";
import type { Rounds } from "./spread.ts";
import type { Missing } from "./result.ts";

export interface Measured<Figures> {
  /** By contender, in the order given; a figure per round, undefined where it failed. */
  figures: Map<string, (Figures | undefined)[]>;
  missing: Missing[];
}

export async function interleave<C extends { name: string; lacking: string | undefined }, Figures>(
  contenders: readonly C[],
  rounds: number,
  measure: (contender: C, round: number) => Promise<Figures>,
): Promise<Measured<Figures>> {
  const present = contenders.filter(({ lacking }) => lacking === undefined);
  const failures = new Map<string, Failure>();
  const figures = new Map(present.map(({ name }) => [name, [] as (Figures | undefined)[]]));
  for (let round = 0; round < rounds; round++) {
    for (const contender of rotate(present, round)) {
      note(`round ${round + 1}/${rounds}: ${contender.name}`);
      const seen = await measure(contender, round).catch((error: unknown) => {
        note(`  failed: ${messageOf(error)}`);
        countFailure(failures, contender.name, messageOf(error));
        return undefined;
      });
      figures.get(contender.name)?.push(seen);
    }
  }
  const absent = contenders.flatMap(({ name, lacking }) =>
    lacking === undefined ? [] : [{ what: name, why: lacking }],
  );
  const failed = [...failures.values()].map(({ what, rounds: times, message }) => ({
    what,
    why: `${times} of ${rounds} rounds failed: ${message}`,
  }));
  return { figures, missing: [...absent, ...failed] };
}

interface Failure {
  what: string;
  message: string;
  rounds: number;
}

function countFailure(failures: Map<string, Failure>, what: string, message: string): void {
  const key = `${what}\n${message}`;
  const rounds = (failures.get(key)?.rounds ?? 0) + 1;
  failures.set(key, { what, message, rounds });
}

/** One figure of all rounds of one contender; empty when it was not measured. */
export function pluck<Figures>(
  measured: Measured<Figures>,
  name: string,
  figure: (figures: Figures) => number | undefined,
): Rounds {
  const rounds = measured.figures.get(name) ?? [];
  return rounds.map((figures) => (figures === undefined ? undefined : figure(figures)));
}

/** The contenders with a figure in at least one round. */
export function measuredNames<Figures>(measured: Measured<Figures>): string[] {
  return [...measured.figures.keys()].filter((name) =>
    measured.figures.get(name)?.some((figures) => figures !== undefined),
  );
}

function rotate<T>(items: readonly T[], by: number): T[] {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
