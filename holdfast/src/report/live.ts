/**
 * What is seen while a run goes on. On a terminal: a frame of at most twenty lines, drawn over at each tick. In a pipe:
 * one plain line every ten seconds, and one at once when an invariant breaks. Quiet: nothing.
 *
 * It is never drawn by a thread that makes load, and never the last thing on the screen: `renderSummary` is.
 */
import pico from "picocolors";
import { LIVE_COLUMNS_MAX, PLAIN_LINE_EVERY_NS } from "./limits.ts";
import { liveFrame, plainLine } from "./live-frame.ts";
import type { LivePlan, LiveTick } from "./live-frame.ts";
import { LiveScreen } from "./live-screen.ts";
import type { LiveOut } from "./live-screen.ts";
import { Sparkline } from "./sparkline.ts";
import { visible } from "./text-columns.ts";

export type { LivePlan, LiveTick } from "./live-frame.ts";
export type { LiveOut } from "./live-screen.ts";

export interface Live {
  onRunStart(): void;
  onTick(tick: LiveTick): void;
  /** A line that stays: what the script logs, what the system under test says when it starts. */
  onMessage(line: string): void;
  /** Gives the terminal back as it was. Call it whatever happened; a second call does nothing. */
  onRunEnd(): void;
}

export interface LiveOptions {
  /** Say nothing at all while it runs. */
  quiet?: boolean;
}

/** The caller decides how often: four to ten ticks a second. */
export function openLive(out: LiveOut, plan: LivePlan, options: LiveOptions = {}): Live {
  if (options.quiet === true) return new SilentLive();
  return out.isTty ? new TerminalLive(out, plan) : new PlainLive(out, plan);
}

class SilentLive implements Live {
  onRunStart(): void {}
  onTick(): void {}
  onMessage(): void {}
  onRunEnd(): void {}
}

class TerminalLive implements Live {
  readonly #screen: LiveScreen;
  readonly #plan: LivePlan;
  readonly #colors: ReturnType<typeof pico.createColors>;
  readonly #rate = new Sparkline();
  readonly #p99 = new Sparkline();
  #sparkedNs = Number.NEGATIVE_INFINITY;
  #open = false;

  constructor(out: LiveOut, plan: LivePlan) {
    this.#screen = new LiveScreen(out);
    this.#plan = plan;
    this.#colors = pico.createColors(out.color);
  }

  onRunStart(): void {
    this.#open = true;
  }

  onTick(tick: LiveTick): void {
    if (!this.#open) return;
    this.#remember(tick);
    const history = { rate: this.#rate.draw(), p99: this.#p99.draw() };
    const columns = Math.min(LIVE_COLUMNS_MAX, this.#screen.columns());
    this.#screen.draw(liveFrame(this.#plan, tick, history, { columns, colors: this.#colors }));
  }

  onMessage(line: string): void {
    this.#screen.print(visible(line));
  }

  onRunEnd(): void {
    this.#open = false;
    this.#screen.close();
  }

  /** One point a second, so that the line means the same at any number of ticks. */
  #remember(tick: LiveTick): void {
    if (tick.elapsedNs - this.#sparkedNs < 1e9) return;
    this.#sparkedNs = tick.elapsedNs;
    const { sockets } = tick;
    const alone = sockets?.alone === true;
    this.#rate.add(alone ? sockets.receivedPerSecond : tick.requestsPerSecond);
    this.#p99.add((alone ? sockets.p99Ms : tick.p99Ms) ?? 0);
  }
}

class PlainLive implements Live {
  readonly #out: LiveOut;
  readonly #plan: LivePlan;
  #nextNs = PLAIN_LINE_EVERY_NS;
  readonly #violated = new Set<string>();

  constructor(out: LiveOut, plan: LivePlan) {
    this.#out = out;
    this.#plan = plan;
  }

  onRunStart(): void {
    const { name, profile, target, seed } = this.#plan;
    const said = [name, profile === "" ? "" : `${profile} profile`, target, `seed ${seed}`];
    this.onMessage(said.filter((part) => part !== "").join(" · "));
  }

  onTick(tick: LiveTick): void {
    for (const { name, state, text } of tick.invariants) {
      if (state !== "violated" || this.#violated.has(name)) continue;
      this.#violated.add(name);
      this.onMessage(`violated: ${name}: ${text}`);
    }
    if (tick.elapsedNs < this.#nextNs) return;
    this.#nextNs = tick.elapsedNs - (tick.elapsedNs % PLAIN_LINE_EVERY_NS) + PLAIN_LINE_EVERY_NS;
    this.#out.write(`${plainLine(tick)}\n`);
  }

  onMessage(line: string): void {
    this.#out.write(`${visible(line)}\n`);
  }

  onRunEnd(): void {}
}
