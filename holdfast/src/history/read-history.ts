/**
 * Reads a run's `history/` folder back. A run that ended is read whole. One that did not (kill -9, power loss) is read
 * up to the first torn block of each thread, and then made sound:
 *
 *     thread 0  ──■────■────■──┊─┄            ■ flush: lists what is in flight, and claims that nothing is missing
 *     thread 1  ──■────■───────┊              ┊ trusted until here: the earliest of the threads' last claims
 *
 * What was in flight becomes unknown. A rejection that came back after the trusted time is taken for no evidence: an
 * operation that explains it may be among the missing.
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { HoldfastError, messageOf } from "../base/errors.ts";
import { OUTCOMES, RULE } from "../record/outcome.ts";
import { Atoms } from "./atoms.ts";
import { IN_FLIGHT, LISTED_BEFORE, ROW_BYTES } from "./block-layout.ts";
import { BlockFileReader } from "./block-files.ts";
import type { Block } from "./block-reader.ts";
import { blockFilesIn } from "./history-files.ts";
import { BLOCK_ROWS_MAX, PLAIN_BYTES_MAX } from "./limits.ts";
import type { HistoryPart } from "./history-part.ts";
import { keyIsIn, resultIsIn } from "./history-part.ts";
import type { History, OperationColumns, RowsInTime } from "./history.ts";
import { HistoryBuilder, OUTCOME, PHASE } from "./history.ts";
import type { Manifest } from "./manifest.ts";
import { MANIFEST_FILE, parseManifest } from "./manifest.ts";
import { encodedLength, TAG } from "./value-codec.ts";

/** The manifest of a stored history; throws what is wrong with it in one line. */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = join(folder, MANIFEST_FILE);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new HoldfastError(`${folder} must hold a history: ${messageOf(error)}`, {
      code: "HF_HISTORY_ABSENT",
      hint: "Name a run's folder, such as .holdfast/runs/<id>; a run with --no-history has none.",
      cause: error,
    });
  }
  return parseManifest(text, file);
}

/**
 * The history of a folder, or a part of it, in memory: 80 to 120 bytes an operation, and about twice that while it reads.
 * In a part, the `index` of an operation is its place among those of the part.
 */
export async function readHistory(folder: string, part?: HistoryPart): Promise<History> {
  const manifest = await readManifest(folder);
  return (await read(folder, new Reading(manifest, atomsFor(manifest), part))).history();
}

/** All operations of a folder in order of invocation; equal values may have different codes. */
export async function readInTime(folder: string): Promise<RowsInTime> {
  const manifest = await readManifest(folder);
  return (await read(folder, new Reading(manifest, atomsFor(manifest)))).inTime();
}

/** Of a run that did not end, what was in flight is found again by its id: there values need their codes at once. */
function atomsFor({ end }: Manifest): Atoms {
  return new Atoms(end === null ? 0 : PLAIN_BYTES_MAX);
}

async function read(folder: string, reading: Reading): Promise<Reading> {
  const names = blockFilesIn(await readdir(folder));
  const sizes = await Promise.all(names.map((name) => stat(join(folder, name))));
  reading.expect(sizes.reduce((bytes, { size }) => bytes + size, 0));
  const files = new BlockFileReader();
  for (const name of names) await files.read(join(folder, name), (block) => reading.block(block));
  return reading;
}

/** No more operations than this are in a folder's files. */
export async function rowsAtMost(folder: string): Promise<number> {
  const names = blockFilesIn(await readdir(folder));
  const sizes = await Promise.all(names.map((name) => stat(join(folder, name))));
  return sizes.reduce((bytes, { size }) => bytes + size, 0) / ROW_BYTES;
}

/** An operation that a flush found in flight, as the row it would have had. */
interface InFlight {
  group: number;
  invokeNs: number;
  process: number;
  phase: number;
  id: number;
  value: number;
}

interface ThreadState {
  nextSequence: number;
  lost: number;
  claimNs: number;
}

class Reading {
  readonly #manifest: Manifest;
  readonly #part: HistoryPart | undefined;
  readonly #builder: HistoryBuilder;
  readonly #outcomes: readonly number[];
  readonly #threads = new Map<number, ThreadState>();
  readonly #inFlight = new Map<string, InFlight[]>();
  #records = 0;
  #gaps = 0;
  #audited = false;
  // What is known of the rows of one block, used for each block anew.
  readonly #picked = new Uint32Array(BLOCK_ROWS_MAX);
  readonly #idEnds = new Uint32Array(BLOCK_ROWS_MAX);
  readonly #valueEnds = new Uint32Array(BLOCK_ROWS_MAX);
  readonly #resultEnds = new Uint32Array(BLOCK_ROWS_MAX);
  readonly #ids = new Uint32Array(BLOCK_ROWS_MAX);
  readonly #values = new Uint32Array(BLOCK_ROWS_MAX);
  readonly #results = new Uint32Array(BLOCK_ROWS_MAX);

  constructor(manifest: Manifest, atoms: Atoms, part?: HistoryPart) {
    this.#manifest = manifest;
    this.#part = part;
    this.#builder = new HistoryBuilder(manifest.rules, atoms);
    this.#outcomes = manifest.rules.map((rule) => OUTCOMES.indexOf(rule.outcome));
  }

  /** Makes room for what a finished run says it wrote, as far as files of so many bytes can hold it. */
  expect(bytes: number): void {
    const records = (this.#manifest.end?.records ?? 0) / (this.#part?.count ?? 1);
    this.#builder.reserve(Math.ceil(Math.min(records, bytes / ROW_BYTES)));
  }

  /** Takes the blocks of each thread in the order in which they were written. */
  block(block: Block): void {
    let state = this.#threads.get(block.thread);
    if (state === undefined) {
      this.#threads.set(block.thread, (state = { nextSequence: 0, lost: 0, claimNs: 0 }));
    }
    if (block.sequence !== state.nextSequence) this.#gaps += 1;
    state.nextSequence = block.sequence + 1;
    state.lost = block.lost;
    state.claimNs = block.claimNs;
    this.#records += block.rows;
    if (!this.#audited) this.#audited = holdsAudit(block);
    this.#addRows(block);
  }

  inTime(): RowsInTime {
    const finished = this.#manifest.end !== null;
    if (!finished) this.#addInFlight();
    const rows = this.#builder.inTime();
    if (!finished) discountLateRejections(rows.columns, this.#trustedUntilNs());
    return rows;
  }

  history(): History {
    const { end } = this.#manifest;
    if (end !== null) {
      return this.#builder.build({
        finished: true,
        trustedUntilNs: Number.POSITIVE_INFINITY,
        lostRecords: end.lostRecords + Math.max(0, end.records - this.#records),
        auditComplete: end.auditComplete,
        audited: this.#audited,
      });
    }
    this.#addInFlight();
    const states = [...this.#threads.values()];
    const trustedUntilNs = this.#trustedUntilNs();
    const history = this.#builder.build({
      finished: false,
      trustedUntilNs,
      lostRecords: this.#gaps + states.reduce((sum, state) => sum + state.lost, 0),
      auditComplete: false,
      audited: this.#audited,
    });
    discountLateRejections(history.columns, trustedUntilNs);
    return history;
  }

  /** Of a run that did not end: the earliest of its threads' last claims. */
  #trustedUntilNs(): number {
    const claims = [...this.#threads.values()].map((state) => state.claimNs);
    return claims.length < this.#manifest.threads ? 0 : Math.min(...claims);
  }

  #addRows(block: Block): void {
    const { columns, names, keys } = block;
    const picked = this.#picked;
    const idEnds = endsOf(block.ids, block.rows, this.#idEnds);
    const valueEnds = endsOf(block.values, block.rows, this.#valueEnds);
    const resultEnds = endsOf(block.results, block.rows, this.#resultEnds);
    const count = this.#pick(block, resultEnds);
    const { atoms } = this.#builder;
    atoms.codesOf(block.ids, idEnds, picked, count, this.#ids);
    atoms.codesOf(block.values, valueEnds, picked, count, this.#values);
    atoms.codesOf(block.results, resultEnds, picked, count, this.#results);
    const groups = new Int32Array(names.length * keys.length).fill(-1);
    for (let i = 0; i < count; i++) {
      const row = picked[i] as number;
      const name = columns.name[row] as number;
      const key = columns.key[row] as number;
      const pair = name * keys.length + key;
      let group = groups[pair] as number;
      if (group < 0) {
        group = this.#builder.groupOf(names[name] as string, keys[key] as string);
        groups[pair] = group;
      }
      const id = this.#ids[i] as number;
      const value = this.#values[i] as number;
      const invokeNs = columns.invokeNs[row] as number;
      const process = columns.process[row] as number;
      const listed = columns.phase[row] as number;
      const phase = listed & ~LISTED_BEFORE;
      const rule = columns.rule[row] as number;
      if (rule === IN_FLIGHT) {
        this.#noteInFlight({ group, invokeNs, process, phase, id, value });
        continue;
      }
      if (listed !== phase) this.#forgetInFlight(process, invokeNs, id);
      this.#builder.add(
        group,
        invokeNs,
        invokeNs + (columns.durationNs[row] as number),
        process,
        phase,
        rule,
        this.#outcomes[rule] as number,
        columns.status[row] as number,
        id,
        value,
        this.#results[i] as number,
      );
    }
  }

  /** Lists in `#picked` the rows of a block that are in the part that is read; gives how many. */
  #pick({ rows, columns, keys, results }: Block, resultEnds: Uint32Array): number {
    const part = this.#part;
    const picked = this.#picked;
    if (part === undefined) {
      for (let row = 0; row < rows; row++) picked[row] = row;
      return rows;
    }
    const keyIn = keys.map((key) => keyIsIn(part, key));
    let count = 0;
    for (let row = 0; row < rows; row++) {
      const from = row === 0 ? 0 : (resultEnds[row - 1] as number);
      // The many that have no result would all be in one part if that counted as one.
      const byResult = part.by === "result" && results.length > 0 && results[from] !== TAG.none;
      const isIn = byResult
        ? resultIsIn(part, results, from, resultEnds[row] as number)
        : keyIn[columns.key[row] as number];
      if (isIn === true) picked[count++] = row;
    }
    return count;
  }

  #noteInFlight(operation: InFlight): void {
    const same = inFlightKey(operation.process, operation.invokeNs, operation.id);
    const others = this.#inFlight.get(same);
    if (others === undefined) this.#inFlight.set(same, [operation]);
    else others.push(operation);
  }

  #forgetInFlight(process: number, invokeNs: number, id: number): void {
    const same = inFlightKey(process, invokeNs, id);
    const others = this.#inFlight.get(same);
    others?.pop();
    if (others?.length === 0) this.#inFlight.delete(same);
  }

  /** Whatever no later block has ended may or may not have happened. */
  #addInFlight(): void {
    const rule = RULE.runEnded;
    for (const { group, invokeNs, process, phase, id, value } of [
      ...this.#inFlight.values(),
    ].flat()) {
      this.#builder.add(
        group,
        invokeNs,
        invokeNs,
        process,
        phase,
        rule,
        OUTCOME.unknown,
        0,
        id,
        value,
        0,
      );
    }
  }
}

/** Operations of the audit that were only in flight are no part of it. */
function holdsAudit({ rows, columns }: Block): boolean {
  for (let row = 0; row < rows; row++) {
    const phase = (columns.phase[row] as number) & ~LISTED_BEFORE;
    if (phase === PHASE.audit && columns.rule[row] !== IN_FLIGHT) return true;
  }
  return false;
}

/** Where the encoded value of each row ends. */
function endsOf(bytes: Uint8Array, rows: number, ends: Uint32Array): Uint32Array {
  if (bytes.length === 0) return ends;
  let at = 0;
  for (let row = 0; row < rows; row++) {
    at += encodedLength(bytes, at);
    ends[row] = at;
  }
  return ends;
}

/** Operations of one process that began at one instant under one id are as good as one another. */
function inFlightKey(process: number, invokeNs: number, id: number): string {
  return `${process}/${invokeNs}/${id}`;
}

/** A rejection without effect and without evidence is a failure. */
function discountLateRejections(
  { returnNs, outcome }: Pick<OperationColumns, "returnNs" | "outcome">,
  trustedUntilNs: number,
): void {
  for (let row = 0; row < outcome.length; row++) {
    const late = (returnNs[row] as number) > trustedUntilNs;
    if (late && outcome[row] === OUTCOME.rejected) outcome[row] = OUTCOME.failed;
  }
}
