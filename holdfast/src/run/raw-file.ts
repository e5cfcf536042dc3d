/**
 * `raw.jsonl` of a run: the first requests and answers of each operation and outcome as they were, one operation a line,
 * in order of time. What threads hand over still has its secrets; nothing of them gets beyond this file's `rawOf`.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formatCount, NS_PER_MS } from "../base/units.ts";
import type { Finding, RawNotKept, RawText, Witness } from "../checker/finding.ts";
import { RAW_KEPT_MAX } from "../protocol/http1/limits.ts";
import type { RawExchange } from "../record/raw-exchange.ts";
import { redacted } from "../record/redact.ts";
import type { ThreadEnd } from "./engine-threads.ts";
import type { Frame } from "./story.ts";

export const RAW_FILE = "raw.jsonl";

/** What the threads kept, without secrets. `names`: the author's own for them. */
export function rawOf(ends: readonly ThreadEnd[], names: readonly string[]): RawExchange[] {
  return ends
    .flatMap(({ raw }) => raw)
    .map((one) => ({
      ...one,
      request: redacted(one.request, names),
      answer: redacted(one.answer, names),
    }))
    .sort((a, b) => a.invokeNs - b.invokeNs);
}

/** The names of secrets that the test and its scenarios add. */
export function secretNamesOf({ prepared: { plan } }: Pick<Frame, "prepared">): string[] {
  return [plan, ...plan.scenarios].flatMap(({ http }) => http.redact ?? []);
}

export function rawLines(exchanges: readonly RawExchange[]): string {
  return exchanges.map((one) => `${JSON.stringify(one)}\n`).join("");
}

/** Undefined when the run kept none. A line that was not written to its end is left out. */
export function readRaw(folder: string): RawExchange[] | undefined {
  const file = join(folder, RAW_FILE);
  if (!existsSync(file)) return undefined;
  return readFileSync(file, "utf8").split("\n").flatMap(exchangeOf);
}

function exchangeOf(line: string): RawExchange[] {
  try {
    return [JSON.parse(line) as RawExchange];
  } catch {
    return [];
  }
}

/** Each witness with what was said, or why that is not known. */
export function withRaw<F extends Pick<Finding, "witnesses">>(
  findings: readonly F[],
  exchanges: readonly RawExchange[] | undefined,
): F[] {
  const known = new Map(exchanges?.map((one) => [placeOf(one), one]));
  return findings.map((finding) => ({
    ...finding,
    witnesses: finding.witnesses.map((witness) => ({
      ...witness,
      raw:
        exchanges === undefined
          ? { notKept: "not kept: the run kept no requests and answers" }
          : rawOfWitness(witness, known),
    })),
  }));
}

function rawOfWitness(
  witness: Witness,
  known: ReadonlyMap<string, RawExchange>,
): RawText | RawNotKept {
  const { name, process, phase, invokedMs } = witness;
  if (phase !== "load") return { notKept: `not kept: it is of the ${phase}, not of the load` };
  const found = known.get(placeOf({ name, process, invokeNs: Math.round(invokedMs * NS_PER_MS) }));
  if (found !== undefined) return { request: found.request, answer: found.answer };
  const first = `the first ${formatCount(RAW_KEPT_MAX)} of each outcome are`;
  return { notKept: `not kept: only ${first}, of operations that are one HTTP request` };
}

/** One process does one thing of a name at one time. */
function placeOf({
  process,
  invokeNs,
  name,
}: Pick<RawExchange, "process" | "invokeNs" | "name">): string {
  return `${process} ${invokeNs} ${name}`;
}
