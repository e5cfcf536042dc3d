/** The whole of a test's options as one schema: what it lets through, the plan is made of. */
import * as v from "valibot";
import { durationSchema, optionsSchema } from "../base/schema.ts";
import { formatNs } from "../base/units.ts";
import type { HttpClientOptions, HttpTimeouts } from "../protocol/http.ts";
import { BUILTIN_METRICS } from "../record/metric.ts";
import { executorSchema, span, wholeNumber } from "./executor-shape.ts";
import type { ExecutorShape } from "./executor-shape.ts";
import { SCENARIOS_MAX } from "./limits.ts";
import type { Breakdown, LoadTestOptions, ProfileName, Scenario, Threshold } from "./load-test.ts";
import type { DataSources, MetricsOf } from "./vu.ts";

/** A row for every option: one that is missing does not compile. */
type SchemaOf<Options> = Record<keyof Options, v.GenericSchema>;

export const PROFILES: readonly ProfileName[] = [
  "smoke",
  "load",
  "stress",
  "spike",
  "soak",
  "scalability",
  "breakpoint",
];

const word = v.custom<string>(
  (value) => typeof value === "string" && value.trim() !== "",
  "must be a text that is not empty",
);
const call = v.optional(
  v.custom<unknown>((value) => typeof value === "function", "must be a function"),
);
const flag = v.optional(v.boolean("must be true or false"));
const texts = v.record(v.string(), v.string("must be a text"), "must be texts by name");
const count = v.optional(wholeNumber(1, Number.MAX_SAFE_INTEGER));

/** Which of the two it is meant to be is plain from the input, so that problems keep their paths. */
function objectOr<T, U>(
  object: v.GenericSchema<unknown, T>,
  other: v.GenericSchema<unknown, U>,
): v.GenericSchema<unknown, T | U> {
  return v.lazy((input) => (typeof input === "object" && input !== null ? object : other));
}

const timeouts = objectOr(
  optionsSchema({
    connect: v.optional(durationSchema),
    headers: v.optional(durationSchema),
    body: v.optional(durationSchema),
    whole: v.optional(durationSchema),
  } satisfies SchemaOf<HttpTimeouts>),
  durationSchema,
);

const httpSchema = optionsSchema({
  pool: v.optional(v.picklist(["vu", "shared"])),
  version: v.optional(v.picklist(["1.1", "2"])),
  connectionsMax: count,
  timeout: v.optional(timeouts),
  redirectsMax: v.optional(wholeNumber(0, 1_000)),
  responseBytesMax: count,
  headers: v.optional(texts),
  cookies: flag,
  redact: v.optional(v.array(v.string(), "must be a list of names")),
  tls: v.optional(
    optionsSchema({
      rejectUnauthorized: flag,
      ca: v.optional(v.string()),
      cert: v.optional(v.string()),
      key: v.optional(v.string()),
      serverName: v.optional(v.string()),
    }),
  ),
} satisfies SchemaOf<HttpClientOptions>);

const thinkTime = objectOr(
  v.pipe(
    optionsSchema({ min: span, max: span }),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed || dataset.value.min <= dataset.value.max) return;
      const input = { min: formatNs(dataset.value.min), max: formatNs(dataset.value.max) };
      addIssue({ message: "must have min at most max", input });
    }),
    v.transform(({ min, max }) => ({ minNs: min, maxNs: max })),
  ),
  v.pipe(
    span,
    v.transform((ns) => ({ minNs: ns, maxNs: ns })),
  ),
);

const scenarioSchema = optionsSchema({
  executor: executorSchema,
  run: v.custom<unknown>((value) => typeof value === "function", "must be a function"),
  vuSetup: call,
  vuTeardown: call,
  startTime: v.optional(span, 0),
  gracefulStop: v.optional(span, "30s"),
  thinkTime: v.optional(thinkTime),
  tags: v.optional(texts),
  http: v.optional(httpSchema),
} satisfies SchemaOf<Scenario>);

const thresholdSchema = objectOr(
  optionsSchema({
    threshold: v.string(),
    abortOnFail: flag,
    delayAbortEval: v.optional(durationSchema),
    window: v.optional(durationSchema),
    phase: v.optional(
      optionsSchema({ from: v.optional(durationSchema), to: v.optional(durationSchema) }),
    ),
  } satisfies SchemaOf<Threshold>),
  v.custom<string>(
    (value) => typeof value === "string",
    'must be an expression such as "p(99)<50", or { threshold, abortOnFail, … }',
  ),
);

const metricName = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, "must be a name of letters, digits and _"),
  v.check(
    (name) => !BUILTIN_METRICS.some((metric) => metric.name === name),
    "must be a name that no built-in metric has",
  ),
);

const metricSchema = v.looseObject(
  { type: v.picklist(["counter", "gauge", "rate", "trend"]) },
  "must be made by counter(), gauge(), rate() or trend()",
);

const breakdownSchema = optionsSchema({
  title: word,
  by: word,
  columns: v.record(word, v.string(), "must be columns by title"),
} satisfies SchemaOf<Breakdown>);

const sourceSchema = v.looseObject(
  {
    kind: v.picklist(["csv", "json", "rows"]),
    from: v.union([word, v.array(v.unknown())], "must be a path, or rows"),
    claim: v.picklist(["shared", "unique per iteration", "unique per VU"]),
  },
  "must be made by csv(), json() or rows()",
);

const invariantSchema = v.looseObject(
  { kind: word, name: word, operation: word },
  "must be made by a function such as noOversell()",
);

const targetSchema = v.custom<string>((value) => {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  return ["http:", "https:"].includes(new URL(value).protocol);
}, 'must be a URL such as "https://staging.example.com"');

const systemSchema = v.looseObject(
  {
    name: word,
    entry: v.instance(URL, 'must be a URL: new URL("./server/main.ts", import.meta.url)'),
  },
  "must be made by defineSystem()",
);

const scenariosSchema = v.pipe(
  v.record(v.string(), scenarioSchema, "must be scenarios by name"),
  v.minEntries(1, "must have at least one scenario"),
  v.maxEntries(SCENARIOS_MAX, `must have at most ${SCENARIOS_MAX} scenarios`),
);

const entries = {
  name: word,
  system: v.optional(systemSchema),
  target: v.optional(targetSchema),
  metrics: v.optional(v.record(metricName, metricSchema, "must be metrics by name")),
  breakdowns: v.optional(v.array(breakdownSchema, "must be a list of breakdowns")),
  data: v.optional(v.record(word, sourceSchema, "must be data sources by name")),
  setup: call,
  scenarios: scenariosSchema,
  profiles: v.optional(
    v.record(
      v.picklist(PROFILES),
      v.record(v.string(), executorSchema, "must be executors by scenario"),
      "must be executors by profile and scenario",
    ),
  ),
  thresholds: v.optional(
    v.record(
      v.string(),
      v.array(thresholdSchema, 'must be a list such as ["p(99)<50"]'),
      "must be lists of expressions by metric",
    ),
  ),
  invariants: v.optional(v.array(invariantSchema, "must be a list of invariants")),
  tags: v.optional(texts),
  http: v.optional(httpSchema),
  audit: call,
  teardown: call,
  stopOnException: flag,
  stopOnViolation: flag,
  raw: flag,
} satisfies SchemaOf<LoadTestOptions<unknown, MetricsOf, DataSources, unknown>>;

const testSchema = optionsSchema({ holdfast: v.literal("load-test"), ...entries });

/** A scenario as the schema leaves it. */
export interface CheckedScenario {
  readonly executor: ExecutorShape;
  readonly startTime: number;
  readonly gracefulStop: number;
  readonly thinkTime?: { minNs: number; maxNs: number } | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** What the plan needs of a checked test. */
export interface CheckedTest {
  readonly name: string;
  readonly scenarios: Readonly<Record<string, CheckedScenario>>;
  readonly profiles?:
    | Readonly<Partial<Record<ProfileName, Readonly<Record<string, ExecutorShape>>>>>
    | undefined;
}

/** The checked test, or everything that is wrong with it. */
export function checkTest(
  test: unknown,
): { checked: CheckedTest } | { issues: readonly v.GenericIssue[] } {
  const result = v.safeParse(testSchema, test);
  return result.success ? { checked: result.output } : { issues: result.issues };
}
