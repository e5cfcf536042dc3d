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
import type { Sleeper } from "./sleepers.ts";
import type { TagScope } from "./tag-scope.ts";
import type { VirtualUser, Waiter } from "./virtual-user.ts";
import type { VuHost } from "./vu-host.ts";

type Named<T> = Readonly<Record<string, T>>;

export class VuContext implements VuHands<unknown, Named<Meter>, Named<unknown>, unknown> {
  readonly #user: VirtualUser;
  readonly #host: VuHost;
  readonly #scope: TagScope;
  /** Undefined for the context of a virtual user itself. */
  readonly #isGroup: boolean;
  #http: Vu["http"] | undefined;
  #check: Vu["check"] | undefined;
  #sleep: Vu["sleep"] | undefined;
  #operation: Vu["operation"] | undefined;
  #barrier: Vu["barrier"] | undefined;
  #group: (<T>(name: string, run: (vu: this) => Promise<T>) => Promise<T>) | undefined;
  #groups: Map<TagScope, VuContext> | undefined;

  constructor(user: VirtualUser, host: VuHost, scope: TagScope, isGroup = false) {
    this.#user = user;
    this.#host = host;
    this.#scope = scope;
    this.#isGroup = isGroup;
  }

  get http(): Vu["http"] {
    if (this.#http === undefined) {
      const clients = this.#user.clients();
      this.#http = this.#isGroup ? clients.tagged(this.#scope.tags) : clients.http;
    }
    return this.#http;
  }

  get check(): Vu["check"] {
    this.#check ??= (name, condition) => {
      this.#scope.check(name, condition);
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
      performOperation(this.#host.recorder, this.#user, start, act);
    return this.#operation;
  }

  get barrier(): Vu["barrier"] {
    this.#barrier ??= (name, parties) => this.#waitAt(name, parties);
    return this.#barrier;
  }

  get group(): <T>(name: string, run: (vu: this) => Promise<T>) => Promise<T> {
    this.#group ??= (name, run) => this.#runGroup(name, run as (vu: VuContext) => Promise<never>);
    return this.#group;
  }

  get metrics(): Named<Meter> {
    return this.#scope.meters;
  }

  get data(): unknown {
    return this.#host.data;
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

  #sleepFor(duration: Duration): Promise<void> {
    const wakeNs = this.#host.recorder.clock.nowNs() + durationNs(duration);
    return new Promise((resolve) => {
      const nap = new Nap(this.#user, this.#host, resolve);
      if (this.#user.startWaiting(nap)) this.#host.sleepers.add(nap, wakeNs);
      else resolve();
    });
  }

  async #waitAt(name: string, parties: number | undefined): Promise<void> {
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
      takeAway = this.#host.barriers.arrive(name, parties ?? 0, () => {
        this.#user.stopWaiting(waiter);
        resolve();
      });
    });
  }

  async #runGroup<T>(name: string, run: (vu: VuContext) => Promise<T>): Promise<T> {
    const { clock } = this.#host.recorder;
    const inner = this.#groupContext(this.#scope.group(name));
    const startNs = clock.nowNs();
    try {
      return await run(inner);
    } finally {
      inner.#scope.addGroupDuration((clock.nowNs() - startNs) / NS_PER_MS);
    }
  }

  #groupContext(scope: TagScope): VuContext {
    this.#groups ??= new Map();
    let context = this.#groups.get(scope);
    if (context === undefined) {
      context = new VuContext(this.#user, this.#host, scope, true);
      this.#groups.set(scope, context);
    }
    return context;
  }
}

/** One `sleep`: ends when it is time, or when the virtual user is cut off. */
class Nap implements Sleeper, Waiter {
  wakeNs = 0;
  order = 0;
  place = -1;
  next: Waiter | undefined = undefined;
  readonly #user: VirtualUser;
  readonly #host: VuHost;
  readonly #resolve: () => void;

  constructor(user: VirtualUser, host: VuHost, resolve: () => void) {
    this.#user = user;
    this.#host = host;
    this.#resolve = resolve;
  }

  wake(): void {
    this.#user.stopWaiting(this);
    this.#resolve();
  }

  end(): void {
    this.#host.sleepers.remove(this);
    this.#resolve();
  }
}
