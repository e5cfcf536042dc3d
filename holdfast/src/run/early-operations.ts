/**
 * The operations of `setup`, kept until the load begins and only then known is where the run's time is zero: they are
 * written into the history at times below zero.
 */
import { HoldfastError } from "../base/errors.ts";
import type { OperationStart, Phase } from "../record/operation.ts";
import type { OperationLog } from "../record/recorder.ts";
import type { Value } from "../record/value.ts";
import { SETUP_OPERATIONS_MAX } from "./limits.ts";

interface EarlyOperation {
  start: OperationStart;
  process: number;
  phase: Phase;
  invokeNs: number;
  end?: { returnNs: number; rule: number; status: number; result: Value | undefined };
}

export class EarlyOperations implements OperationLog {
  readonly #kept: EarlyOperation[] = [];
  readonly #newProcess: () => number;

  constructor(newProcess: () => number) {
    this.#newProcess = newProcess;
  }

  newProcess(): number {
    return this.#newProcess();
  }

  invoke(start: OperationStart, process: number, phase: Phase, invokeNs: number): number {
    if (this.#kept.length >= SETUP_OPERATIONS_MAX) {
      throw new HoldfastError(
        `setup must make at most ${SETUP_OPERATIONS_MAX} operations, got one more`,
        { code: "HF_SETUP_OPERATIONS" },
      );
    }
    return this.#kept.push({ start, process, phase, invokeNs }) - 1;
  }

  complete(
    slot: number,
    returnNs: number,
    rule: number,
    status: number,
    result: Value | undefined,
  ): void {
    const operation = this.#kept[slot];
    if (operation !== undefined) operation.end = { returnNs, rule, status, result };
  }

  /** `zeroNs` is where the run's time begins, on the clock these were recorded by. */
  replay(into: OperationLog, zeroNs: number): void {
    for (const { start, process, phase, invokeNs, end } of this.#kept) {
      const slot = into.invoke(start, process, phase, invokeNs - zeroNs);
      if (end === undefined) continue;
      into.complete(slot, end.returnNs - zeroNs, end.rule, end.status, end.result);
    }
  }
}
