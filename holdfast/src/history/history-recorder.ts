/**
 * The operations of one engine thread, from the moment they are sent until they lie in a block. `invoke` and
 * `complete` are called once per request and write into arrays that were there before.
 *
 *     invoke ──> slot (in flight) ──complete──> row of the open block ──full or flush──> onBlock ──> a file
 *
 * `flush`, called at every tick, also writes down what is in flight. After a crash of Holdfast the reader then
 * knows everything that had begun before the last flush, and can judge that much soundly.
 */
import { HoldfastError } from "../base/errors.ts";
import { assert } from "../base/assert.ts";
import type { OperationDefinition, OperationStart, Phase } from "../record/operation.ts";
import { PHASES } from "../record/operation.ts";
import { RULE } from "../record/outcome.ts";
import type { OperationLog } from "../record/recorder.ts";
import type { Value } from "../record/value.ts";
import { IN_FLIGHT, LISTED_BEFORE } from "./block-layout.ts";
import { BlockWriter } from "./block-writer.ts";
import { TextTable } from "./text-table.ts";
import {
  BLOCKS_OUTSTANDING_MAX,
  OPERATION_NAMES_MAX,
  OPERATIONS_IN_FLIGHT_MAX,
  OPERATIONS_IN_FLIGHT_START,
} from "./limits.ts";

export interface HistoryRecorderOptions {
  /** This thread's number, from 0. */
  thread: number;
  /** How many threads record; process ids are dealt out among them. */
  threads: number;
  /** Takes one sealed block, to be transferred or written. Call `blockSettled` when it is written or lost. */
  onBlock: (block: ArrayBuffer) => void;
}

export class HistoryRecorder implements OperationLog {
  readonly #options: HistoryRecorderOptions;
  readonly #block = new BlockWriter();
  #nextProcess: number;
  #sequence = 0;
  #outstanding = 0;
  #lost = 0;
  #claimNs = 0;
  #closed = false;

  readonly #names = new TextTable(OPERATION_NAMES_ROOM);
  readonly #nameCodes = new Map<string, number>();
  #lastDefinition: OperationDefinition | undefined;
  #lastName = 0;

  // The table of operations in flight: parallel arrays by slot, and a stack of free slots.
  #starts: (OperationStart | undefined)[] = [];
  #invokeNs = new Float64Array(0);
  #process = new Uint32Array(0);
  #phase = new Uint8Array(0);
  #free = new Uint32Array(0);
  #freeCount = 0;

  constructor(options: HistoryRecorderOptions) {
    this.#options = options;
    this.#nextProcess = options.thread;
    this.#grow(OPERATIONS_IN_FLIGHT_START);
  }

  /** Rows dropped because BLOCKS_OUTSTANDING_MAX blocks were waiting. Above 0 the history has gaps. */
  get lost(): number {
    return this.#lost;
  }

  newProcess(): number {
    const process = this.#nextProcess;
    this.#nextProcess += this.#options.threads;
    return process;
  }

  invoke(start: OperationStart, process: number, phase: Phase, invokeNs: number): number {
    if (this.#freeCount === 0) this.#grow(this.#starts.length * 2);
    const slot = this.#free[--this.#freeCount] as number;
    this.#starts[slot] = start;
    this.#invokeNs[slot] = Math.floor(invokeNs);
    this.#process[slot] = process;
    this.#phase[slot] = phase === "load" ? LOAD : PHASES.indexOf(phase);
    return slot;
  }

  complete(
    slot: number,
    returnNs: number,
    rule: number,
    status: number,
    result: Value | undefined,
  ): void {
    const start = this.#starts[slot];
    if (start === undefined) {
      // What was in flight at the end has already been written as unknown.
      assert(this.#closed, "an operation is completed once");
      return;
    }
    this.#append(slot, start, returnNs, rule, status, result);
    this.#starts[slot] = undefined;
    this.#free[this.#freeCount++] = slot;
  }

  /** Hands out everything so far, and a list of what is in flight. Call it at every tick, and before a fault. */
  flush(nowNs: number): void {
    for (let slot = 0; slot < this.#starts.length; slot++) {
      const start = this.#starts[slot];
      const phase = this.#phase[slot] as number;
      if (start === undefined || (phase & LISTED_BEFORE) !== 0) continue;
      this.#append(slot, start, this.#invokeNs[slot] as number, IN_FLIGHT, 0, undefined);
      this.#phase[slot] = phase | LISTED_BEFORE;
    }
    this.#claimNs = nowNs;
    this.#seal();
  }

  /** Ends what is still in flight as unknown and hands out the last block. Later completions are ignored. */
  close(nowNs: number): void {
    if (this.#closed) return;
    for (let slot = 0; slot < this.#starts.length; slot++) {
      const start = this.#starts[slot];
      if (start === undefined) continue;
      this.#append(slot, start, nowNs, RULE.runEnded, 0, undefined);
      this.#starts[slot] = undefined;
    }
    this.#closed = true;
    this.#claimNs = nowNs;
    this.#seal();
  }

  /** A block that `onBlock` was given is written, or lost. Its memory may be given back, to be used again. */
  blockSettled(block?: ArrayBuffer): void {
    this.#outstanding -= 1;
    if (block !== undefined) this.#block.takeBack(block);
  }

  #append(
    slot: number,
    start: OperationStart,
    returnNs: number,
    rule: number,
    status: number,
    result: Value | undefined,
  ): void {
    const block = this.#block;
    const { definition } = start;
    const invokeNs = this.#invokeNs[slot] as number;
    block.row(
      invokeNs,
      returnNs - invokeNs,
      this.#process[slot] as number,
      definition === this.#lastDefinition ? this.#lastName : this.#nameCode(definition),
      start.key,
      this.#phase[slot] as number,
      rule,
      status,
    );
    block.values(start.id, start.value, result);
    if (block.full) this.#seal();
  }

  #seal(): void {
    const { thread, onBlock } = this.#options;
    const block = this.#block;
    if (this.#outstanding >= BLOCKS_OUTSTANDING_MAX) {
      this.#lost += block.rows;
      block.clear();
      return;
    }
    const sealed = block.seal({
      thread,
      sequence: this.#sequence,
      lost: this.#lost,
      claimNs: this.#claimNs,
      names: this.#names,
    });
    this.#sequence += 1;
    this.#outstanding += 1;
    onBlock(sealed);
  }

  #nameCode(definition: OperationDefinition): number {
    let code = this.#nameCodes.get(definition.name);
    if (code === undefined) {
      code = this.#names.codeOf(definition.name);
      assert(code < OPERATION_NAMES_MAX, `a test has at most ${OPERATION_NAMES_MAX} operations`);
      this.#nameCodes.set(definition.name, code);
    }
    this.#lastDefinition = definition;
    this.#lastName = code;
    return code;
  }

  #grow(slots: number): void {
    const before = this.#starts.length;
    if (slots > OPERATIONS_IN_FLIGHT_MAX) {
      throw new HoldfastError(
        `operations in flight on one thread must be at most ${OPERATIONS_IN_FLIGHT_MAX}, got more`,
        {
          code: "HF_HISTORY_IN_FLIGHT",
          hint: "The system answers more slowly than the load comes: lower the rate, or set a timeout.",
        },
      );
    }
    this.#invokeNs = enlarged(this.#invokeNs, new Float64Array(slots));
    this.#process = enlarged(this.#process, new Uint32Array(slots));
    this.#phase = enlarged(this.#phase, new Uint8Array(slots));
    this.#free = enlarged(this.#free, new Uint32Array(slots));
    for (let slot = slots - 1; slot >= before; slot--) {
      this.#free[this.#freeCount++] = slot;
      this.#starts[slot] = undefined;
    }
  }
}

/** A power of two above OPERATION_NAMES_MAX. */
const OPERATION_NAMES_ROOM = 256;

const LOAD = PHASES.indexOf("load");

function enlarged<A extends Float64Array | Uint32Array | Uint8Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
