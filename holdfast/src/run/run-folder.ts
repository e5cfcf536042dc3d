/** A run's folder, `.holdfast/runs/<id>/`: where everything that is known of the run is written, as it becomes known. */
import { createWriteStream, existsSync, mkdirSync, readdirSync } from "node:fs";
import type { WriteStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { HoldfastError, messageOf } from "../base/errors.ts";
import { HISTORY_FOLDER, RUNS_FOLDER } from "./folders.ts";
import { LOG_BYTES_MAX } from "./limits.ts";

export { HISTORY_FOLDER, RUNS_FOLDER } from "./folders.ts";

export interface RunFolder extends AsyncDisposable {
  readonly id: string;
  readonly path: string;
  readonly historyPath: string;
  log(text: string): void;
  write(name: string, text: string): Promise<void>;
}

/**
 * Makes the folder; throws a one-line error when it cannot be written. Runs that start in the same second have the same
 * `id`: all but the first get a number after it, since two runs in one folder would each destroy the other's history.
 */
export function createRunFolder(parent: string, wanted: string): RunFolder {
  let id = wanted;
  let path = join(parent, id);
  try {
    mkdirSync(parent, { recursive: true });
    for (let number = 2; !isMade(path); number++) {
      id = `${wanted}-${number}`;
      path = join(parent, id);
    }
    mkdirSync(join(path, HISTORY_FOLDER));
  } catch (error) {
    throw new HoldfastError(
      `--out must be a folder that can be written, got ${path}: ${messageOf(error)}`,
      {
        code: "HF_OUT",
      },
    );
  }
  const log = new RunLog(createWriteStream(join(path, "log.txt"), { flags: "a" }));
  return {
    id,
    path,
    historyPath: join(path, HISTORY_FOLDER),
    log: (text) => log.add(text),
    write: (name, text) => writeFile(join(path, name), text),
    [Symbol.asyncDispose]: () => log.close(),
  };
}

/** False when it is there already: another run has it. */
function isMade(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** A log that is bounded and cannot fail the run: when the disk is full, the log is what we give up first. */
class RunLog {
  readonly #stream: WriteStream;
  #bytes = 0;

  constructor(stream: WriteStream) {
    this.#stream = stream.on("error", () => undefined);
  }

  add(text: string): void {
    if (this.#bytes > LOG_BYTES_MAX) return;
    this.#bytes += text.length;
    this.#stream.write(text.endsWith("\n") ? text : `${text}\n`);
    if (this.#bytes > LOG_BYTES_MAX)
      this.#stream.write("(the log is full; the rest is not kept)\n");
  }

  close(): Promise<void> {
    return new Promise((done) => {
      if (this.#stream.destroyed) done();
      else this.#stream.once("close", done).end();
    });
  }
}

/** `20261121-001530-flash-sale`: sorts by time, says what it was. */
export function runId(startedAt: Date, name: string): string {
  const stamp = startedAt.toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 40);
  return `${stamp}-${slug === "" ? "run" : slug}`;
}

/** A stored run by its path, or by its id (or a unique beginning of it) below `.holdfast/runs`; `latest` is the newest. */
export function findRun(run: string, cwd: string): string {
  const direct = resolve(cwd, run);
  if (holdsRun(direct)) return direct;
  const ids = storedRuns(cwd);
  const found = run === "latest" ? ids.slice(-1) : ids.filter((id) => id.startsWith(run));
  if (found.length === 1 && found[0] !== undefined) return join(cwd, RUNS_FOLDER, found[0]);
  const problem = found.length === 0 ? "no such run" : `${found.length} runs: ${found.join(", ")}`;
  throw new HoldfastError(`RUN must be the folder or id of a stored run, got ${run}: ${problem}`, {
    code: "HF_RUN_UNKNOWN",
  });
}

/** Ids of runs that left something to judge or to read, oldest first. */
export function storedRuns(cwd: string): string[] {
  const folder = join(cwd, RUNS_FOLDER);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((id) => holdsRun(join(folder, id)))
    .sort();
}

function holdsRun(folder: string): boolean {
  const manifest = join(folder, HISTORY_FOLDER, "manifest.json");
  return existsSync(join(folder, "result.json")) || existsSync(manifest);
}
