/** Reading input through a schema: every problem is listed at once, with its path, what was expected and what was got. */
import * as v from "valibot";
import { got, ProblemsError } from "./errors.ts";
import { parseDuration, parseRate } from "./units.ts";

/** The checked value; throws a ProblemsError that names `subject` and lists everything that is wrong. */
export function parse<S extends v.GenericSchema>(
  schema: S,
  input: unknown,
  subject: string,
): v.InferOutput<S> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  throw new ProblemsError(subject, problemsOf(result.issues));
}

/** One line a problem: `scenarios.buy.rate must be a rate such as "200/s", got "fast" (string)`. */
export function problemsOf(issues: readonly v.GenericIssue[]): string[] {
  return issues.map((issue) => `${pathOf(issue)} ${complaint(issue)}`);
}

function complaint(issue: v.GenericIssue): string {
  if (issue.expected === "never") return "is not a known option";
  if (issue.type.includes("object") && issue.received === "undefined") return "is missing";
  const expected = issue.message.startsWith("must ")
    ? issue.message
    : `must be ${issue.expected ?? issue.message}`;
  return `${expected}, got ${got(issue.input)}`;
}

/** `scenarios.crowd.executor.stages[1].target`. */
function pathOf(issue: v.GenericIssue): string {
  let path = "";
  for (const { key } of issue.path ?? []) {
    if (typeof key === "number") path += `[${key}]`;
    else path += path === "" ? String(key) : `.${String(key)}`;
  }
  return path === "" ? "it" : path;
}

/** An object with these keys and no others; every unknown key is a problem of its own. */
export function optionsSchema<const E extends v.ObjectEntries>(
  entries: E,
): v.GenericSchema<unknown, { -readonly [Key in keyof E]: v.InferOutput<E[Key]> }> {
  const schema: unknown = v.objectWithRest(entries, v.never());
  return schema as ReturnType<typeof optionsSchema<E>>;
}

/** What a message expects where a duration should be. */
export const DURATION_EXPECTED = 'must be a duration such as "500ms", "10s" or "5m"';

/** Text or milliseconds in, nanoseconds out. */
export const durationSchema: v.GenericSchema<unknown, number> = v.pipe(
  v.unknown(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const ns = parseDuration(dataset.value);
    if (ns !== undefined) return ns;
    addIssue({ message: DURATION_EXPECTED });
    return NEVER;
  }),
);

/** Text or a number in, events per second out. */
export const rateSchema: v.GenericSchema<unknown, number> = v.pipe(
  v.unknown(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const perSecond = parseRate(dataset.value);
    if (perSecond !== undefined) return perSecond;
    addIssue({ message: 'must be a rate such as "200/s" or a number per second' });
    return NEVER;
  }),
);
