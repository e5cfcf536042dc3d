/**
 * What a virtual user has in its hands. An iteration takes what it needs: `async ({ http, check }) => {…}`.
 *
 * A function declared apart from its test says `Vu`; when it uses the test's own metrics, rows or set-up result, it
 * names the part of the test that declares them: `async function buy({ http, metrics }: Vu<typeof parts>)`, where
 * `loadTest({ name, ...parts, scenarios })` is made of the same `parts`.
 */
import type { Duration } from "../base/units.ts";
import type { Random } from "../base/random.ts";
import type { Tags } from "../record/metric.ts";
import type { OperationDefinition, OperationStart } from "../record/operation.ts";
import type { Outcome } from "../record/outcome.ts";
import type { Value } from "../record/value.ts";
import type { Http, HttpResponse } from "../protocol/http.ts";
import type { SocketIo } from "../protocol/socketio.ts";
import type { EventStreams } from "../protocol/sse.ts";
import type { WebSockets } from "../protocol/websocket.ts";
import type { DataSource } from "./data.ts";
import type { CustomMetric } from "./metrics.ts";
import type { Receipts } from "./receipts.ts";
import type { Race } from "./race.ts";

export type MetricsOf = Readonly<Record<string, CustomMetric>>;
export type DataSources = Readonly<Record<string, DataSource<unknown>>>;

/** The parts of a test that decide what its virtual users have in hand. */
export interface TestParts {
  readonly metrics?: MetricsOf;
  readonly data?: DataSources;
  readonly setup?: (context: SetupContext) => unknown;
}

/** No metrics, rows or set-up of the test's own. */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- nothing declared is what it means
export type NoParts = Record<never, never>;

/** `Parts`: what the test declares. `Own`: what the scenario's `vuSetup` returns. */
export type Vu<Parts extends TestParts = NoParts, Own = unknown> = VuHands<
  SetupResult<Parts>,
  MetersOf<Parts>,
  RowsOf<Parts>,
  Own
>;

export interface VuHands<Data, Meters, Rows, Own> {
  readonly http: Http;
  /** WebSockets: `const socket = await ws.connect("/ws/items/7")`. */
  readonly ws: WebSockets;
  /** Socket.IO: `const socket = await io.connect("/chat", { auth: { token } })`. */
  readonly io: SocketIo;
  /** Server-sent events: `const stream = await sse.open("/events")`. */
  readonly sse: EventStreams;
  /** Records one check: `check("is 200", response.status === 200)`. Gives the condition back. */
  readonly check: (name: string, condition: boolean) => boolean;
  /**
   * An operation of several requests, or of another protocol. Its outcome is what `act` returns: in the author's own
   * words, or by the last answer's status. When `act` throws the outcome is `unknown`, and the error goes on.
   */
  readonly operation: (
    start: OperationStart,
    act: () => Promise<Ended | HttpResponse>,
  ) => Promise<Ended>;
  /**
   * Notes what somebody received by its numbers, for `deliveredOnce` and `inOrder`: `receipts(received, "ann")`, then
   * `.add(room, number)` for each message.
   */
  readonly receipts: (receipt: OperationDefinition, receiver: string) => Receipts;
  readonly metrics: Meters;
  /** What `setup` returned, frozen. */
  readonly data: Data;
  /** The row this iteration or virtual user has claimed from each data source; claimed when first looked at. */
  readonly rows: Rows;
  readonly vu: VuIdentity;
  /** A stream of chance of this virtual user's own: the same seed replays it. */
  readonly random: Random;
  /** Ends early when the iteration is cut off. */
  readonly sleep: (duration: Duration) => Promise<void>;
  /** Tags what happens inside with `group`, nested as `a::b`. Use the context it hands in. */
  readonly group: <T>(name: string, run: (vu: this) => Promise<T>) => Promise<T>;
  /**
   * Waits until `parties` virtual users of this scenario are here, over all threads, then all go on at one instant.
   * Default: all that are active, so that one that leaves is no longer waited for.
   */
  readonly barrier: (name: string, parties?: number) => Promise<void>;
  /** Requests of as many racers, let go in one instant. */
  readonly race: Race;
  /** What `vuSetup` returned. */
  readonly own: Own;
  /** Aborted when the iteration is cut off: its time, and its grace, are up. */
  readonly signal: AbortSignal;
}

type SetupResult<Parts> = Parts extends { setup: (...context: never) => infer Result }
  ? Awaited<Result>
  : unknown;
type MetersOf<Parts> = Parts extends { metrics: infer Metrics }
  ? { readonly [Name in keyof Metrics]: Meter }
  : NoParts;
type RowsOf<Parts> = Parts extends { data: infer Sources }
  ? { readonly [Name in keyof Sources]: RowOf<Sources[Name]> }
  : NoParts;
type RowOf<Source> = Source extends DataSource<infer Row> ? Row : never;

/** Takes the values of one of the test's own metrics. */
export interface Meter {
  /** Counter: adds. Gauge: sets. Rate: 0 or 1. Trend: one value. */
  add(value: number, tags?: Tags): void;
}

export interface VuIdentity {
  /** 1, 2, 3…, unique over all scenarios and threads of the run. */
  readonly id: number;
  readonly scenario: string;
  /** This virtual user's iterations so far: 0 in its first. */
  readonly iteration: number;
  /** Unique over all virtual users of the scenario, from 0, without a gap as long as no thread runs ahead. */
  readonly iterationInTest: number;
}

/** How an operation ended, in the author's own words. */
export interface Ended {
  outcome: Outcome;
  result?: Value | undefined;
}

export interface SetupContext {
  readonly http: Http;
  /** Sockets stay open until the step is over. */
  readonly ws: WebSockets;
  readonly io: SocketIo;
  readonly sse: EventStreams;
  /** Base URL of the system. */
  readonly target: string;
  /** What the system said of itself when it was started: ports of its other parts, for instance. Empty for a `target`. */
  readonly systemInfo: Readonly<Record<string, unknown>>;
  readonly random: Random;
  readonly env: Readonly<Record<string, string>>;
  readonly sleep: (duration: Duration) => Promise<void>;
  /** A line in the run's log. */
  readonly log: (message: string) => void;
}

export interface TeardownContext<Data = unknown> extends SetupContext {
  /** What `setup` returned. */
  readonly data: Data;
}

export interface AuditContext<Data = unknown> extends TeardownContext<Data> {
  /** Puts a fact into the history: `observe(order.on(row.productId, { id: row.key }), row.orderId)`. */
  readonly observe: (start: OperationStart, result: Value) => void;
}
