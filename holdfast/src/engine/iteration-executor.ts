/** `shared-iterations` and `per-vu-iterations`: so many iterations, as fast as the virtual users can. */
import type { IterationShape } from "../scenario/executor-shape.ts";
import type { ActingExecutor, ExecutorHost } from "./acting-executor.ts";
import { ClosedLoop } from "./closed-loop.ts";
import type { Share } from "./pacers.ts";
import type { ScenarioCells } from "./shared-cells.ts";
import type { VirtualUser } from "./virtual-user.ts";

export class IterationExecutor implements ActingExecutor {
  readonly #host: ExecutorHost;
  readonly #shape: IterationShape;
  readonly #share: Share;
  readonly #loop: ClosedLoop;
  #started = false;

  constructor(host: ExecutorHost, shape: IterationShape, share: Share, cells: ScenarioCells) {
    this.#host = host;
    this.#shape = shape;
    this.#share = share;
    const claim =
      shape.kind === "shared-iterations"
        ? () => claimShared(cells, shape.iterations)
        : (vu: VirtualUser) => this.#claimOwn(vu);
    this.#loop = new ClosedLoop(host, claim);
  }

  start(): void {
    const { first, step } = this.#share;
    for (let number = first + 1; number <= this.#shape.vus; number += step) {
      if (this.#host.stopping) break;
      this.#host.bringIn(number);
    }
    this.#started = true;
    this.#finishIfEmpty();
  }

  stop(): void {
    for (const vu of this.#host.present) vu.dismiss();
  }

  free(vu: VirtualUser): void {
    this.#loop.free(vu);
  }

  ended(vu: VirtualUser, threw: boolean, nowNs?: number): void {
    this.#loop.ended(vu, threw, nowNs);
  }

  gone(vu: VirtualUser): void {
    this.#loop.gone(vu);
    this.#finishIfEmpty();
  }

  controlsChanged(): void {
    this.#loop.controlsChanged();
  }

  /** While they come in one by one, the first may be gone before the second is there. */
  #finishIfEmpty(): void {
    if (this.#started && this.#host.present.size === 0) this.#host.finished();
  }

  #claimOwn(vu: VirtualUser): number | undefined {
    return vu.identity.iteration < this.#shape.iterations ? this.#host.nextIteration() : undefined;
  }
}

function claimShared(cells: ScenarioCells, iterations: number): number | undefined {
  const claimed = cells.claimIteration();
  return claimed < iterations ? claimed : undefined;
}
