/**
 * What the script is handed as `vu`: one object per virtual user and stay, not per iteration. Scripts take it apart
 * (`async ({ http, check }) => …`), so its functions are bound to it, and made only when first asked for: one that only
 * sleeps pays for nothing else.
 */
import { durationNs, NS_PER_MS } from "../base/units.ts";
import type { Duration } from "../base/units.ts";
import type { Random } from "../base/random.ts";
import type { Meter, Vu, VuHands, VuIdentity } from "../scenario/vu.ts";
import { performOperation } from "./perform-operation.ts";
import { Races } from "./race.ts";
import type { Sleeper } from "./sleepers.ts";
import type { TagScope } from "./tag-scope.ts";
import type { VirtualUser } from "./virtual-user.ts";
import type { Protocols } from "./vu-host.ts";
import type { Waiter } from "./waiters.ts";

type Named<T> = Readonly<Record<string, T>>;

export class VuContext implements VuHands<unknown, Named<Meter>, Named<unknown>, unknown> {
  readonly #user: VirtualUser;
  readonly #scope: TagScope;
  /** Of a group: the same connections under its tags. */
  #tagged: Protocols | undefined;
  /** Most sleep again and again, but never twice at once. */
  #nap: Nap | undefined;
  #check: Vu["check"] | undefined;
  #sleep: Vu["sleep"] | undefined;
  #operation: Vu["operation"] | undefined;
  #barrier: Vu["barrier"] | undefined;
  #races: Races | undefined;
  #receipts: Vu["receipts"] | undefined;
  #group: (<T>(name: string, run: (vu: this) => Promise<T>) => Promise<T>) | undefined;
  #groups: Map<TagScope, VuContext> | undefined;
  #metrics: Named<Meter> | undefined;

  constructor(user: VirtualUser, scope: TagScope) {
    this.#user = user;
    this.#scope = scope;
  }

  get http(): Vu["http"] {
    return this.#protocols().http;
  }

  get ws(): Vu["ws"] {
    return this.#protocols().ws;
  }

  get io(): Vu["io"] {
    return this.#protocols().io;
  }

  get sse(): Vu["sse"] {
    return this.#protocols().sse;
  }

  get check(): Vu["check"] {
    this.#check ??= (name, condition) => {
      if (!this.#user.uncounted) this.#scope.check(name, condition);
      return condition;
    };
    return this.#check;
  }

  get sleep(): Vu["sleep"] {
    this.#sleep ??= (duration) => this.#sleepFor(duration);
    return this.#sleep;
  }

  get operation(): Vu["operation"] {
    this.#operation ??= (start, act) =>
      performOperation(this.#user.host.recorder, this.#user, start, act);
    return this.#operation;
  }

  get barrier(): Vu["barrier"] {
    this.#barrier ??= (name, parties) => this.#waitAt(name, parties);
    return this.#barrier;
  }

  get race(): Vu["race"] {
    this.#races ??= new Races(this.#user, this.#scope, (name, parties, go) =>
      this.#waitAt(name, parties, go),
    );
    return this.#races.run;
  }

  get receipts(): Vu["receipts"] {
    this.#receipts ??= (receipt, receiver) =>
      this.#user.host.receipts.keep(this.#user, receipt, receiver);
    return this.#receipts;
  }

  get group(): <T>(name: string, run: (vu: this) => Promise<T>) => Promise<T> {
    this.#group ??= (name, run) => this.#runGroup(name, run as (vu: VuContext) => Promise<never>);
    return this.#group;
  }

  get metrics(): Named<Meter> {
    this.#metrics ??= this.#makeMeters();
    return this.#metrics;
  }

  get data(): unknown {
    return this.#user.host.data;
  }

  get rows(): Named<unknown> {
    return this.#user.rows;
  }

  get vu(): VuIdentity {
    return this.#user.identity;
  }

  get random(): Random {
    return this.#user.random;
  }

  get own(): unknown {
    return this.#user.own;
  }

  get signal(): AbortSignal {
    return this.#user.signal;
  }

  #protocols(): Protocols {
    const clients = this.#user.clients();
    if (this.#scope.tags["group"] === undefined) return clients;
    this.#tagged ??= clients.tagged(this.#scope.tags);
    return this.#tagged;
  }

  #sleepFor(duration: Duration): Promise<void> {
    const { recorder, sleepers } = this.#user.host;
    const wakeNs = recorder.clock.nowNs() + durationNs(duration);
    const promise = new Promise<void>(keepResolve);
    const nap = this.#nap?.isFree === true ? this.#nap : new Nap(this.#user);
    this.#nap = nap;
    nap.resolve = keptResolve;
    if (this.#user.startWaiting(nap)) sleepers.add(nap, wakeNs);
    else nap.end();
    return promise;
  }

  /** `go` is called in the turn in which the last has come; what awaits the promise goes on right after it. */
  async #waitAt(
    name: string,
    parties: number | undefined,
    go: () => void = nothing,
  ): Promise<void> {
    if (parties !== undefined && !(Number.isInteger(parties) && parties >= 1)) {
      throw new RangeError(`parties must be a whole number of at least 1, got ${parties}`);
    }
    await new Promise<void>((resolve) => {
      let takeAway = (): void => undefined;
      const waiter: Waiter = {
        next: undefined,
        end: () => {
          takeAway();
          resolve();
        },
      };
      if (!this.#user.startWaiting(waiter)) {
        resolve();
        return;
      }
      takeAway = this.#user.host.barriers.arrive(name, parties ?? 0, () => {
        this.#user.stopWaiting(waiter);
        go();
        resolve();
      });
    });
  }

  async #runGroup<T>(name: string, run: (vu: VuContext) => Promise<T>): Promise<T> {
    const { clock } = this.#user.host.recorder;
    const inner = this.#groupContext(this.#scope.group(name));
    const startNs = clock.nowNs();
    try {
      return await run(inner);
    } finally {
      const durationMs = (clock.nowNs() - startNs) / NS_PER_MS;
      if (!this.#user.uncounted) inner.#scope.addGroupDuration(durationMs);
    }
  }

  #makeMeters(): Named<Meter> {
    const meters = [...this.#scope.host.custom].map(([name, code]): [string, Meter] => {
      const add: Meter["add"] = (value, tags) => {
        if (!this.#user.uncounted) this.#scope.add(code, value, tags);
      };
      return [name, { add }];
    });
    return Object.fromEntries(meters);
  }

  #groupContext(scope: TagScope): VuContext {
    this.#groups ??= new Map();
    let context = this.#groups.get(scope);
    if (context === undefined) {
      context = new VuContext(this.#user, scope);
      this.#groups.set(scope, context);
    }
    return context;
  }
}

function nothing(): void {}

/** One function for all promises, so that a sleep needs no closure of its own: it runs before `new` returns. */
let keptResolve: () => void;
function keepResolve(resolve: () => void): void {
  keptResolve = resolve;
}

/** One `sleep`: ends when it is time, or when the virtual user is cut off. */
class Nap implements Sleeper, Waiter {
  wakeNs = 0;
  order = 0;
  place = -1;
  next: Waiter | undefined = undefined;
  resolve: (() => void) | undefined = undefined;
  readonly #user: VirtualUser;

  constructor(user: VirtualUser) {
    this.#user = user;
  }

  get isFree(): boolean {
    return this.resolve === undefined;
  }

  wake(): void {
    this.#user.stopWaiting(this);
    this.#end();
  }

  end(): void {
    this.#user.host.sleepers.remove(this);
    this.#end();
  }

  #end(): void {
    this.resolve?.();
    this.resolve = undefined;
  }
}
