/** What all virtual users of a scenario share in one thread, and whom they tell what became of them. */
import type { Random } from "../base/random.ts";
import type { Tags } from "../record/metric.ts";
import type { Actor, Recorder } from "../record/recorder.ts";
import type { Scenario } from "../scenario/load-test.ts";
import type { ScenarioPlan } from "../scenario/plan.ts";
import type { Start, StartOptions } from "../scenario/race.ts";
import type { Vu } from "../scenario/vu.ts";
import type { Barriers } from "./barriers.ts";
import type { ReceiptBook } from "./receipts.ts";
import type { RowSources } from "./rows.ts";
import type { Sleepers } from "./sleepers.ts";
import type { TagScope } from "./tag-scope.ts";
import type { Turns } from "./turns.ts";
import type { VirtualUser } from "./virtual-user.ts";

/** By what a virtual user talks. */
export type Protocols = Pick<Vu, "http" | "ws" | "io" | "sse">;

/** One virtual user's means to talk: opened when the script first asks, closed when it leaves or is cut off. */
export interface Clients extends Protocols {
  /** The same connections with other tags on their samples: those of a group. */
  tagged(tags: Tags): Protocols;
  /** A race of as many clients as there are actors, each with connections of its own. */
  start(actors: readonly Actor[], options: StartOptions): Start;
  /** Ends requests that are still under way: their outcome is that the run ended. */
  close(): Promise<void>;
}

export type OpenClients = (actor: Actor, scenario: ScenarioPlan) => Clients;

/** One count for all scenarios of a thread. */
export interface InFlight {
  count: number;
}

export interface VuHost {
  readonly plan: ScenarioPlan;
  readonly script: Scenario;
  readonly recorder: Recorder;
  readonly sleepers: Sleepers;
  readonly turns: Turns;
  /** Iterations under way, and those whose virtual user waits for the event loop's turn. */
  readonly inFlight: InFlight;
  readonly random: Random;
  readonly rows: RowSources;
  readonly barriers: Barriers;
  readonly receipts: ReceiptBook;
  readonly openClients: OpenClients;
  /** What `setup` returned, frozen. */
  readonly data: unknown;
  readonly scope: TagScope;
  /** It has come in, or its pause is over. */
  free(vu: VirtualUser): void;
  /** Its iteration is over. `threw`: by an exception. `nowNs`: where the clock has just been read. */
  ended(vu: VirtualUser, threw: boolean, nowNs?: number): void;
  gone(vu: VirtualUser): void;
  iterated(durationNs: number): void;
  interrupted(): void;
  threw(error: unknown): void;
  outOfRows(reason: string): void;
}
