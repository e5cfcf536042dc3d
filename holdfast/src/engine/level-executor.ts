/**
 * `constant-vus`, `ramping-vus` and `externally-controlled`: so many virtual users at each moment. Each thread knows
 * its own numbers of them, and follows the line alone. One that must go may finish its iteration within the graceful
 * ramp-down; if the line rises again before it has, it simply stays.
 */
import type { ControlledShape, VuShape } from "../scenario/executor-shape.ts";
import type { ActingExecutor, ExecutorHost } from "./acting-executor.ts";
import { ClosedLoop } from "./closed-loop.ts";
import type { Share } from "./pacers.ts";
import type { ScenarioCells } from "./shared-cells.ts";
import type { VirtualUser } from "./virtual-user.ts";
import { vuSteps } from "./vu-steps.ts";
import type { VuStep } from "./vu-steps.ts";

export class LevelExecutor implements ActingExecutor {
  readonly #host: ExecutorHost;
  readonly #shape: VuShape | ControlledShape;
  readonly #share: Share;
  readonly #cells: ScenarioCells;
  readonly #loop: ClosedLoop;
  readonly #steps: Iterator<VuStep>;
  /** By their place in the share: a list is smaller than a map when they are many. */
  readonly #vus: (VirtualUser | undefined)[] = [];
  /** Where the control has it. */
  #level = 0;
  #cancelStep: (() => void) | undefined;

  constructor(
    host: ExecutorHost,
    shape: VuShape | ControlledShape,
    share: Share,
    cells: ScenarioCells,
  ) {
    this.#host = host;
    this.#shape = shape;
    this.#share = share;
    this.#cells = cells;
    this.#loop = new ClosedLoop(host, () => host.nextIteration());
    this.#steps = vuSteps(host.plan.levels, share);
  }

  start(): void {
    if (this.#shape.kind === "externally-controlled") this.controlsChanged();
    else this.#follow();
  }

  stop(): void {
    this.#cancelStep?.();
    for (const vu of this.#host.present) vu.dismiss();
  }

  free(vu: VirtualUser): void {
    this.#loop.free(vu);
  }

  ended(vu: VirtualUser, threw: boolean, nowNs?: number): void {
    this.#loop.ended(vu, threw, nowNs);
  }

  /** The line may have risen again while it was on its way out. */
  gone(vu: VirtualUser): void {
    this.#loop.gone(vu);
    if (vu.state === "lost") this.#vus[this.#placeOf(vu.number)] = undefined;
    if (!vu.wanted || this.#host.stopping) return;
    if (vu.state === "away") this.#host.bringBack(vu);
    else this.#bring(vu.number);
  }

  controlsChanged(): void {
    this.#loop.controlsChanged();
    if (this.#shape.kind !== "externally-controlled" || this.#host.stopping) return;
    const { first, step } = this.#share;
    const level = this.#cells.level;
    for (let n = first + 1; n <= this.#shape.maxVus; n += step) {
      if (n > this.#level && n <= level) this.#bring(n);
      else if (n <= this.#level && n > level) this.#vus[this.#placeOf(n)]?.dismiss();
    }
    this.#level = level;
  }

  /** Takes all steps that are due, and sleeps until the next. */
  #follow(): void {
    const nowNs = this.#host.recorder.clock.nowNs();
    for (;;) {
      const step = this.#steps.next();
      if (step.done === true) return;
      const atNs = this.#host.startNs + step.value.atNs;
      if (atNs <= nowNs) {
        this.#take(step.value);
        continue;
      }
      this.#cancelStep = this.#host.sleepers.at(atNs, () => {
        this.#take(step.value);
        this.#follow();
      });
      return;
    }
  }

  #take({ number, comes, atNs }: VuStep): void {
    if (this.#host.stopping) return;
    if (comes) this.#bring(number);
    else
      this.#vus[this.#placeOf(number)]?.dismiss(
        this.#host.startNs + atNs + this.#gracefulRampDownNs,
      );
  }

  get #gracefulRampDownNs(): number {
    return "gracefulRampDownNs" in this.#shape ? this.#shape.gracefulRampDownNs : 0;
  }

  #bring(number: number): void {
    const place = this.#placeOf(number);
    const vu = this.#vus[place];
    if (vu === undefined) this.#vus[place] = this.#host.bringIn(number);
    else if (!vu.recall() && vu.state === "away") this.#host.bringBack(vu);
  }

  #placeOf(number: number): number {
    return (number - 1 - this.#share.first) / this.#share.step;
  }
}
