/**
 * What an author writes. `loadTest({...})` returns plain frozen data; nothing happens until `holdfast run`.
 * The types carry the test's own names (its metrics, what its setup returns) through to every callback.
 */
import type { Duration } from "../base/units.ts";
import type { Random } from "../base/random.ts";
import type { Invariant } from "../record/invariant.ts";
import type { MetricDefinition, Tags } from "../record/metric.ts";
import type { OperationDefinition, OperationStart } from "../record/operation.ts";
import type { Outcome } from "../record/outcome.ts";
import type { Value } from "../record/value.ts";
import type { Http, HttpClientOptions, HttpResponse } from "../protocol/http.ts";
import type { DataSource } from "./data.ts";
import type { Executor } from "./executors.ts";
import type { SystemDefinition } from "./system.ts";

export interface LoadTest<Data = unknown> extends LoadTestOptions<Data, MetricsOf, DataSources> {
  readonly holdfast: "load-test";
}

export type MetricsOf = Readonly<Record<string, CustomMetric>>;
export type DataSources = Readonly<Record<string, DataSource<unknown>>>;

export interface LoadTestOptions<Data, M extends MetricsOf, D extends DataSources> {
  /** Shown everywhere; unique within a file. */
  name: string;
  /** A system that Holdfast starts and stops for the run. Exactly one of `system` and `target`. */
  system?: SystemDefinition;
  /** Base URL of a system that is already up: `"https://staging.example.com"`. `--target` overrides either. */
  target?: string;
  scenarios: Readonly<Record<string, Scenario<Data, M, D>>>;
  /** The scenarios' executors under another shape, chosen by `--profile`. Scenarios not named keep their own. */
  profiles?: Readonly<Partial<Record<ProfileName, Readonly<Record<string, Executor>>>>>;
  /** k6's syntax: `{ "http_req_duration{name:order}": ["p(99)<50"] }`. */
  thresholds?: Readonly<Record<string, readonly (string | Threshold)[]>>;
  invariants?: readonly Invariant[];
  /** The test's own metrics: `{ orders_accepted: counter() }`, then `metrics.orders_accepted.add(1)`. */
  metrics?: M;
  /** Rows for the virtual users: `{ users: csv("users.csv", { claim: "unique per iteration" }) }`. */
  data?: D;
  /** Tags of every sample of the run. */
  tags?: Tags;
  http?: HttpClientOptions;
  /** Once, before any load. What it returns (JSON) reaches every virtual user as `data`. */
  setup?(context: SetupContext): Promise<Data> | Data;
  /** Once, after the load has drained: the reads that the invariants compare with what was acknowledged. */
  audit?(context: AuditContext<Data>): Promise<void> | void;
  /** Once, at the very end, also after a failure. */
  teardown?(context: SetupContext & { data: Data }): Promise<void> | void;
  /** Stop the run at the first exception of the script. Default false: the run goes on, and ends with exit 107. */
  stopOnException?: boolean;
}

export type ProfileName =
  | "smoke"
  | "load"
  | "stress"
  | "spike"
  | "soak"
  | "scalability"
  | "breakpoint";

export interface Threshold {
  threshold: string;
  /** End the run when it is crossed. */
  abortOnFail?: boolean;
  /** Not before this much of the run has passed. */
  delayAbortEval?: Duration;
  /** Judge only the last so much of the run, at every moment: a breach at any time fails. */
  window?: Duration;
  /** Judge only samples of this part of the run: `{ from: "10s", to: "20s" }`. */
  phase?: { from?: Duration; to?: Duration };
}

export interface Scenario<Data, M extends MetricsOf, D extends DataSources> {
  executor: Executor;
  /** One iteration. */
  run(vu: Vu<Data, M, D>): Promise<void> | void;
  /** Once per virtual user, before its first iteration. Not counted in the metrics. What it returns is `vu.own`. */
  vuSetup?(vu: Vu<Data, M, D>): Promise<unknown> | unknown;
  vuTeardown?(vu: Vu<Data, M, D>): Promise<void> | void;
  /** Default 0. */
  startTime?: Duration;
  /** How long running iterations may finish when the time is up. Default 30s. */
  gracefulStop?: Duration;
  /** Pause after each iteration, counted in no duration. A range is drawn uniformly. */
  thinkTime?: Duration | { min: Duration; max: Duration };
  tags?: Tags;
  http?: HttpClientOptions;
}

/** What an iteration has in its hands. Take what you need: `async ({ http, check }) => {…}`. */
export interface Vu<
  Data = unknown,
  M extends MetricsOf = MetricsOf,
  D extends DataSources = DataSources,
> {
  readonly http: Http;
  /** Records one check: `check("is 200", response.status === 200)`. Gives the condition back. */
  check(name: string, condition: boolean): boolean;
  /** An operation of several requests, or of another protocol: its outcome is what `act` returns, `unknown` if it throws. */
  operation(start: OperationStart, act: () => Promise<Ended | HttpResponse>): Promise<Ended>;
  readonly metrics: { readonly [Name in keyof M]: { add(value: number, tags?: Tags): void } };
  /** What `setup` returned, frozen. */
  readonly data: Data;
  /** The row this iteration or virtual user has claimed from each data source. */
  readonly rows: {
    readonly [Name in keyof D]: D[Name] extends DataSource<infer Row> ? Row : never;
  };
  readonly vu: VuIdentity;
  /** A stream of chance of this virtual user's own: the same seed replays it. */
  readonly random: Random;
  /** Ends early when the run is stopped. */
  sleep(duration: Duration): Promise<void>;
  /** Tags what happens inside with `group`, nested as `a::b`. Use the context it hands in. */
  group<T>(name: string, run: (vu: Vu<Data, M, D>) => Promise<T>): Promise<T>;
  /** Waits until `parties` virtual users of this scenario are here (default: all that are active), then all go on at one instant. */
  barrier(name: string, parties?: number): Promise<void>;
  /** What `vuSetup` returned. */
  readonly own: unknown;
  readonly signal: AbortSignal;
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

export interface Ended {
  outcome: Outcome;
  result?: Value | undefined;
}

export interface SetupContext {
  readonly http: Http;
  /** Base URL of the system. */
  readonly target: string;
  /** What the system said of itself when it was started: ports of its other parts, for instance. Empty for a `target`. */
  readonly systemInfo: Readonly<Record<string, unknown>>;
  readonly random: Random;
  readonly env: Readonly<Record<string, string>>;
  sleep(duration: Duration): Promise<void>;
  /** A line in the run's log. */
  log(message: string): void;
}

export interface AuditContext<Data> extends SetupContext {
  readonly data: Data;
  /** Puts a fact into the history: `observe(order.on(row.productId, { id: row.key }), row.orderId)`. */
  observe(start: OperationStart, result: Value): void;
}

/** A metric of the test's own; made by `counter()`, `gauge()`, `rate()` and `trend()`. */
export type CustomMetric = Omit<MetricDefinition, "name">;

/** A kind of operation with the means to start one; made by `operation()`. */
export interface OperationKind extends OperationDefinition {
  on(key: string, rest?: { id?: string | undefined; value?: Value | undefined }): OperationStart;
}
