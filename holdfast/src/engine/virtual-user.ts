/**
 * One virtual user: comes in, iterates when its executor says so, leaves. A state machine on promises' callbacks rather
 * than an async loop, so that a sleeping one costs little and all executors drive it alike.
 *
 * | state    | event                          | next     | what happens                                             |
 * |----------|--------------------------------|----------|----------------------------------------------------------|
 * | away     | come                           | coming   | vuSetup runs, if there is one                            |
 * | coming   | vuSetup done                   | ready    | executor: free                                           |
 * | coming   | vuSetup threw                  | leaving  | counted as an exception; no vuTeardown                   |
 * | ready    | iterate                        | running  | the script's `run` is called                             |
 * | ready    | pause                          | pausing  | think time                                               |
 * | pausing  | time is up                     | ready    | executor: free                                           |
 * | running  | iteration ended                | ready    | counted; executor: ended                                 |
 * | running  | ended at once, or threw        | yielding | counted; the event loop gets its turn first              |
 * | yielding | next turn                      | ready    | executor: ended                                          |
 * | ready, pausing | leave                    | leaving  | vuTeardown runs, connections are closed                  |
 * | coming, running | cut                     | cut      | signal aborted, sleeps end, connections are closed       |
 * | cut      | the script has tidied up       | leaving  | an iteration that was cut off is not counted             |
 * | cut      | UNWIND_NS_MAX is over          | lost     | executor: gone; whatever the script still does is ignored |
 * | leaving  | done                           | away     | executor: gone                                           |
 * | leaving  | LEAVE_NS_MAX is over           | lost     | executor: gone                                           |
 *
 * One that is lost never comes back: its script may still hold it. A new one takes its place, under the same id.
 */
import { assert } from "../base/assert.ts";
import type { Random } from "../base/random.ts";
import type { Tags } from "../record/metric.ts";
import type { Phase } from "../record/operation.ts";
import type { Actor } from "../record/recorder.ts";
import type { Vu, VuIdentity } from "../scenario/vu.ts";
import { LEAVE_NS_MAX, UNWIND_NS_MAX } from "./limits.ts";
import { OutOfRows } from "./rows.ts";
import type { Sleeper } from "./sleepers.ts";
import { isPromise, settle } from "./settle.ts";
import { VuContext } from "./vu-context.ts";
import type { Clients, VuHost } from "./vu-host.ts";
import { without } from "./waiters.ts";
import type { Waiter } from "./waiters.ts";

export type VuState =
  | "away"
  | "coming"
  | "ready"
  | "running"
  | "pausing"
  | "yielding"
  | "cut"
  | "leaving"
  | "lost";

/** What the executor counts and the script reads. */
class Identity implements VuIdentity {
  readonly id: number;
  readonly scenario: string;
  iteration = 0;
  iterationInTest = 0;

  constructor(id: number, scenario: string) {
    this.id = id;
    this.scenario = scenario;
  }
}

/** What most virtual users never need; kept apart, because there may be a hundred thousand of them. */
class Belongings {
  closing: Promise<unknown> | undefined;
  pause: Sleeper | undefined;
  cancelDeadline: (() => void) | undefined;
  abort: AbortController | undefined;
  random: Random | undefined;
  rows: Readonly<Record<string, unknown>> | undefined;
}

export class VirtualUser implements Actor {
  readonly host: VuHost;
  readonly identity: Identity;
  process: number;
  intendedNs: number = Number.NaN;
  phase: Phase = "setup";
  uncounted = true;
  onIterationEnd: (() => void) | undefined = undefined;
  own: unknown = undefined;
  /** Whether the executor wants it to go on after this iteration. */
  wanted = true;

  #state: VuState = "away";
  #startNs: number = Number.NaN;
  #setUp = false;
  #context: VuContext | undefined;
  #clients: Clients | undefined;
  #waiters: Waiter | undefined;
  #belongings: Belongings | undefined;

  /** `number` is its own in the scenario, from 1. */
  constructor(host: VuHost, number: number) {
    this.host = host;
    this.identity = new Identity(host.plan.firstVuId + number - 1, host.plan.name);
    this.process = host.recorder.operations.newProcess();
  }

  get number(): number {
    return this.identity.id - this.host.plan.firstVuId + 1;
  }

  get tags(): Tags {
    return this.host.plan.tags;
  }

  get state(): VuState {
    return this.#state;
  }

  get settingUp(): boolean {
    return this.#state === "coming";
  }

  /** Time to come in. */
  come(): void {
    assert(this.#state === "away", "only one that is away comes in");
    this.#state = "coming";
    this.wanted = true;
    const { vuSetup } = this.host.script;
    if (vuSetup === undefined) {
      this.#becomeReady();
      return;
    }
    this.phase = "setup";
    this.#context = new VuContext(this, this.host.scope);
    settle(
      () => vuSetup(this.#contextAsVu()),
      (own) => this.#haveSetUp(own),
      (error) => this.#haveFailedSetUp(error),
    );
  }

  /** One iteration, starting now. `intendedNs` is when it was due, NaN in a closed model. */
  iterate(intendedNs: number, iterationInTest: number, nowNs: number = this.#nowNs()): void {
    assert(this.#state === "ready", "only one that is ready iterates");
    const { host } = this;
    this.#state = "running";
    this.intendedNs = intendedNs;
    this.identity.iterationInTest = iterationInTest;
    host.inFlight.count += 1;
    // NaN is the only number that is not itself.
    this.#startNs = intendedNs === intendedNs ? intendedNs : nowNs;
    let result: unknown;
    try {
      result = host.script.run(this.#contextAsVu());
    } catch (error) {
      this.#haveThrown(error);
      return;
    }
    if (isPromise(result)) result.then(this.#haveEnded, this.#haveThrown);
    else this.#end(true);
  }

  /** Think time: free again at `untilNs`. */
  pause(untilNs: number): void {
    assert(this.#state === "ready", "only one that is ready pauses");
    this.#state = "pausing";
    this.#own.pause ??= { wake: () => this.#havePaused(), wakeNs: 0, order: 0, place: -1 };
    this.host.sleepers.add(this.#own.pause, untilNs);
  }

  /** Leaves now if it can, else after its iteration, which is cut off when it still runs at `deadlineNs`. */
  dismiss(deadlineNs?: number): void {
    this.wanted = false;
    if (this.#state === "ready" || this.#state === "pausing") this.leave();
    else if (deadlineNs !== undefined && this.#isBusy()) {
      this.#setDeadline(deadlineNs, () => this.cut());
    }
  }

  /** Takes back a dismissal, if it is not too late; false when it is: it will have to come in again. */
  recall(): boolean {
    this.wanted = true;
    if (!this.#isBusy()) return false;
    this.#clearDeadline();
    return true;
  }

  /** Ends what it does, now. */
  cut(): void {
    this.wanted = false;
    if (this.#state === "ready" || this.#state === "pausing") this.leave();
    if (this.#state !== "running" && this.#state !== "coming") return;
    if (this.#state === "running") {
      this.host.inFlight.count -= 1;
      this.host.interrupted();
    }
    this.#clearDeadline();
    this.#setState("cut");
    this.uncounted = true;
    this.#belongings?.abort?.abort();
    this.#closeClients();
    this.#endWaiters();
    this.#setDeadline(this.#nowNs() + UNWIND_NS_MAX, () => this.#lose());
  }

  /** The way out: tear-down, connections closed, gone. */
  leave(): void {
    const pause = this.#belongings?.pause;
    if (pause !== undefined) this.host.sleepers.remove(pause);
    this.#clearDeadline();
    this.#setState("leaving");
    this.uncounted = true;
    const vuTeardown = this.#setUp ? this.host.script.vuTeardown : undefined;
    const closing = this.#clients !== undefined || this.#belongings?.closing !== undefined;
    if (vuTeardown === undefined && !closing) {
      this.#haveLeft();
      return;
    }
    this.#setDeadline(this.#nowNs() + LEAVE_NS_MAX, () => this.#lose());
    if (vuTeardown === undefined) this.#close();
    else this.#tearDown(vuTeardown);
  }

  /** Opened when first asked for. After a cut they are closed at once: every request then fails. */
  clients(): Clients {
    if (this.#clients === undefined) {
      this.#clients = this.host.openClients(this, this.host.plan);
      if (this.#isCutOff()) this.#closeClients();
    }
    return this.#clients;
  }

  get random(): Random {
    this.#own.random ??= this.host.random.fork(`vu/${this.identity.id}`);
    return this.#own.random;
  }

  get rows(): Readonly<Record<string, unknown>> {
    this.#own.rows ??= this.host.rows.for(this.identity);
    return this.#own.rows;
  }

  get signal(): AbortSignal {
    const abort = (this.#own.abort ??= new AbortController());
    if (this.#isCutOff()) abort.abort();
    return abort.signal;
  }

  /** What the author's own function threw, called back by a client outside of any iteration. */
  threw(error: unknown): void {
    if (!this.#isCutOff()) this.host.threw(error);
  }

  /** False when it has been cut off: then there is nothing to wait for. */
  startWaiting(waiter: Waiter): boolean {
    if (this.#isCutOff()) return false;
    waiter.next = this.#waiters;
    this.#waiters = waiter;
    return true;
  }

  stopWaiting(waiter: Waiter): void {
    this.#waiters = without(this.#waiters, waiter);
  }

  #becomeReady(): void {
    this.phase = "load";
    this.uncounted = false;
    this.#context ??= new VuContext(this, this.host.scope);
    this.#setUp = true;
    this.#setState("ready");
    this.host.free(this);
  }

  #haveSetUp(own: unknown): void {
    this.own = own;
    if (this.#state === "coming") this.#becomeReady();
    else if (this.#state === "cut") {
      this.#setUp = true;
      this.leave();
    }
  }

  #haveFailedSetUp(error: unknown): void {
    if (this.#state === "coming") {
      this.wanted = false;
      this.#tellOf(error);
      this.leave();
    } else if (this.#state === "cut") this.leave();
  }

  readonly #haveEnded = (): void => this.#end(false);

  #end(atOnce: boolean): void {
    if (this.#state !== "running") {
      this.#unwound();
      return;
    }
    const { host } = this;
    const endNs = this.#nowNs();
    host.iterated(endNs - this.#startNs);
    this.#finishIteration();
    if (atOnce || endNs <= this.#startNs || host.turns.isOverdue(endNs)) this.#yieldTurn(false);
    else {
      host.inFlight.count -= 1;
      this.#state = "ready";
      host.ended(this, false, endNs);
    }
  }

  readonly #haveThrown = (error: unknown): void => {
    if (this.#state !== "running") {
      this.#unwound();
      return;
    }
    if (!(error instanceof OutOfRows)) this.host.iterated(this.#nowNs() - this.#startNs);
    this.#finishIteration();
    this.#tellOf(error);
    this.#yieldTurn(true);
  };

  #finishIteration(): void {
    this.identity.iteration += 1;
    this.intendedNs = Number.NaN;
    this.onIterationEnd?.();
  }

  #tellOf(error: unknown): void {
    if (error instanceof OutOfRows) this.host.outOfRows(error.message);
    else this.host.threw(error);
  }

  /** Still in flight: the thread must not be held while somebody waits for its turn. */
  #yieldTurn(threw: boolean): void {
    this.#setState("yielding");
    this.host.turns.next(() => {
      this.host.inFlight.count -= 1;
      this.#clearDeadline();
      this.#setState("ready");
      this.host.ended(this, threw);
    });
  }

  /** The script has come back from an iteration that was cut off. */
  #unwound(): void {
    if (this.#state === "cut") this.leave();
  }

  #havePaused(): void {
    this.#setState("ready");
    this.host.free(this);
  }

  #tearDown(vuTeardown: NonNullable<VuHost["script"]["vuTeardown"]>): void {
    this.phase = "setup";
    const context = this.#contextAsVu();
    const failed = (error: unknown): void => {
      if (this.#state === "leaving") this.#tellOf(error);
      this.#close();
    };
    settle(
      () => vuTeardown(context),
      () => this.#close(),
      failed,
    );
  }

  #close(): void {
    this.#closeClients();
    const left = (): void => this.#haveLeft();
    const closing = this.#belongings?.closing;
    if (closing === undefined) left();
    else closing.then(left, left);
  }

  #closeClients(): void {
    if (this.#clients === undefined) return;
    const closing = this.#clients.close();
    const before = this.#own.closing;
    this.#own.closing = before === undefined ? closing : Promise.allSettled([before, closing]);
  }

  #haveLeft(): void {
    if (this.#state !== "leaving") return;
    this.#clearDeadline();
    this.#setState("away");
    this.#setUp = false;
    this.own = undefined;
    this.#context = undefined;
    this.#clients = undefined;
    this.onIterationEnd = undefined;
    if (this.#belongings !== undefined) {
      this.#belongings.closing = undefined;
      this.#belongings.abort = undefined;
    }
    this.host.gone(this);
  }

  #lose(): void {
    this.#setState("lost");
    this.host.gone(this);
  }

  #endWaiters(): void {
    while (this.#waiters !== undefined) {
      const waiter = this.#waiters;
      this.#waiters = waiter.next;
      waiter.end();
    }
  }

  #isBusy(): boolean {
    return this.#state === "coming" || this.#state === "running" || this.#state === "yielding";
  }

  #isCutOff(): boolean {
    return this.#state === "cut" || this.#state === "lost";
  }

  get #own(): Belongings {
    this.#belongings ??= new Belongings();
    return this.#belongings;
  }

  #setDeadline(atNs: number, pass: () => void): void {
    this.#clearDeadline();
    this.#own.cancelDeadline = this.host.sleepers.at(atNs, () => {
      this.#own.cancelDeadline = undefined;
      pass();
    });
  }

  #clearDeadline(): void {
    if (this.#belongings?.cancelDeadline === undefined) return;
    this.#belongings.cancelDeadline();
    this.#belongings.cancelDeadline = undefined;
  }

  #nowNs(): number {
    return this.host.recorder.clock.nowNs();
  }

  /** In a method of its own, so that the compiler does not think the state cannot change. */
  #setState(state: VuState): void {
    this.#state = state;
  }

  /** The test's own types have done their work when it was compiled. */
  #contextAsVu(): Vu {
    return this.#context as unknown as Vu;
  }
}
