/**
 * What an author writes. `loadTest({...})` returns plain frozen data; nothing happens until `holdfast run`.
 *
 * The types carry the test's own names through to every callback: its metrics, its rows, what its `setup` and each
 * `vuSetup` return; scenario names reach `profiles`, metric names reach `thresholds`. TypeScript reads the object from
 * the top: write `setup` above a scenario whose inline function uses `data`.
 */
import type { Duration } from "../base/units.ts";
import type { HttpClientOptions } from "../protocol/http.ts";
import type { Invariant } from "../record/invariant.ts";
import type { BuiltinMetric, Tags } from "../record/metric.ts";
import type { Executor } from "./executors.ts";
import { freezeDeep } from "./freeze.ts";
import type { SystemDefinition } from "./system.ts";
import type {
  AuditContext,
  DataSources,
  MetricsOf,
  NoParts,
  SetupContext,
  TeardownContext,
  TestParts,
  Vu,
} from "./vu.ts";

/** A test as `holdfast run` finds it in a module's exports; the author's own types have done their work by then. */
export interface LoadTest {
  readonly holdfast: "load-test";
  readonly name: string;
  readonly system?: SystemDefinition;
  readonly target?: string;
  readonly scenarios: Readonly<Record<string, Scenario>>;
  readonly profiles?: Readonly<Partial<Record<ProfileName, Readonly<Record<string, Executor>>>>>;
  readonly thresholds?: Readonly<Record<string, readonly (string | Threshold)[]>>;
  readonly invariants?: readonly Invariant[];
  readonly metrics?: MetricsOf;
  readonly breakdowns?: readonly Breakdown[];
  readonly data?: DataSources;
  readonly tags?: Tags;
  readonly http?: HttpClientOptions;
  readonly setup?: (context: SetupContext) => unknown;
  readonly audit?: (context: AuditContext) => Promise<void> | void;
  readonly teardown?: (context: TeardownContext) => Promise<void> | void;
  readonly stopOnException?: boolean;
  readonly stopOnViolation?: boolean;
  readonly raw?: boolean;
}

/** Scenarios by name; `Owns` is what each one's `vuSetup` returns. */
export interface LoadTestOptions<
  Data,
  Metrics extends MetricsOf,
  Sources extends DataSources,
  Owns,
> {
  /** Shown everywhere; unique within a file. */
  name: string;
  /** A system that Holdfast starts and stops for the run. Exactly one of `system` and `target`. */
  system?: SystemDefinition;
  /** Base URL of a system that is already up: `"https://staging.example.com"`. `--target` overrides either. */
  target?: string;
  /** The test's own metrics: `{ orders_accepted: counter() }`, then `metrics.orders_accepted.add(1)`. */
  metrics?: Metrics;
  /** Tables of the report, made of the test's numbers: `latency by watchers`. */
  breakdowns?: readonly Breakdown[];
  /** Rows for the virtual users: `{ users: csv("users.csv", { claim: "unique per iteration" }) }`. */
  data?: Sources;
  /** Once, before any load. What it returns (JSON) reaches every virtual user as `data`. */
  setup?: (context: SetupContext) => Promise<Data> | Data;
  scenarios: {
    readonly [Name in keyof Owns]: Scenario<
      PartsOf<NoInfer<Data>, NoInfer<Metrics>, NoInfer<Sources>>,
      Owns[Name]
    >;
  };
  /** The scenarios' executors under another shape, chosen by `--profile`. Those not named get the profile's default. */
  profiles?: {
    readonly [Profile in ProfileName]?: { readonly [Name in keyof NoInfer<Owns>]?: Executor };
  };
  /** k6's syntax: `{ "http_req_duration{name:order}": ["p(99)<50"] }`. */
  thresholds?: {
    readonly [Name in ThresholdKey<NoInfer<Metrics>>]?: readonly (string | Threshold)[];
  };
  invariants?: readonly Invariant[];
  /** Tags of every sample of the run. */
  tags?: Tags;
  http?: HttpClientOptions;
  /** Once, after the load has drained: the reads that the invariants compare with what was acknowledged. */
  audit?: (context: AuditContext<NoInfer<Data>>) => Promise<void> | void;
  /** Once, at the very end, also after a failure of the load or of the audit; not when `setup` failed. */
  teardown?: (context: TeardownContext<NoInfer<Data>>) => Promise<void> | void;
  /** Stop the run at the first exception of the script. Default false: the run goes on, and ends with exit 107. */
  stopOnException?: boolean;
  /**
   * Stop the load as soon as an invariant is certainly violated; audit, tear-down and judgement follow as ever. Default
   * false: what else would break is seen, too.
   */
  stopOnViolation?: boolean;
  /** False keeps no request and no answer as it was, so that a proof cannot show them. Default true. */
  raw?: boolean;
}

interface PartsOf<Data, Metrics extends MetricsOf, Sources extends DataSources> {
  readonly metrics: Metrics;
  readonly data: Sources;
  readonly setup: (context: SetupContext) => Data;
}

type MetricName<Metrics> = BuiltinMetric | (keyof Metrics & string);
type ThresholdKey<Metrics> = MetricName<Metrics> | `${MetricName<Metrics>}{${string}}`;

export type ProfileName =
  | "smoke"
  | "load"
  | "stress"
  | "spike"
  | "soak"
  | "scalability"
  | "breakpoint";

/** A table of the report: a row for each value of a tag, a number in each column. */
export interface Breakdown {
  title: string;
  /** The tag whose values are the rows; those that are numbers come first, by size. */
  by: string;
  /** By title, an aggregation as in thresholds, and its metric: `{ p99: "p(99) of http_req_duration{name:order}" }`. */
  columns: Readonly<Record<string, string>>;
}

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

export interface Scenario<Parts extends TestParts = NoParts, Own = unknown> {
  executor: Executor;
  /**
   * Whenever a virtual user comes in, before its first iteration. Not counted in the metrics, but for the sockets that
   * it opens. What it returns is `own`, with its type when the function is declared apart or its parameter is annotated.
   * One that throws keeps its virtual user out.
   */
  vuSetup?: (vu: Vu<Parts>) => Promise<Own> | Own;
  /** One iteration. */
  run: (vu: Vu<Parts, NoInfer<Own>>) => Promise<void> | void;
  /** Whenever a virtual user leaves, also when a ramp takes it away for a while. Not counted in the metrics. */
  vuTeardown?: (vu: Vu<Parts, NoInfer<Own>>) => Promise<void> | void;
  /** Default 0. */
  startTime?: Duration;
  /** How long running iterations may finish when the time is up. Default 30s. */
  gracefulStop?: Duration;
  /** Pause after each iteration, counted in no duration. A range is drawn uniformly. Not for arrival rates. */
  thinkTime?: Duration | { min: Duration; max: Duration };
  tags?: Tags;
  http?: HttpClientOptions;
}

/** A test, checked by the compiler now and by `planTest` before anything is sent. */
export function loadTest<
  Data = unknown,
  Metrics extends MetricsOf = NoParts,
  Sources extends DataSources = NoParts,
  Owns = unknown,
>(options: LoadTestOptions<Data, Metrics, Sources, Owns>): LoadTest {
  return freezeDeep({ holdfast: "load-test", ...options }) as unknown as LoadTest;
}
