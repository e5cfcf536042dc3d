/**
 * `history/manifest.json`: all that is needed, besides the blocks, to judge a run again. Written when the run starts
 * and once more when it ends; a manifest without `end` says that Holdfast did not live to write it.
 */
import * as v from "valibot";
import { HoldfastError, messageOf } from "../base/errors.ts";
import { parse } from "../base/schema.ts";
import type { Invariant } from "../record/invariant.ts";
import type { OutcomeRule } from "../record/outcome.ts";
import { OUTCOMES } from "../record/outcome.ts";
import type { Value } from "../record/value.ts";

export const MANIFEST_SCHEMA = 2;
export const MANIFEST_FILE = "manifest.json";

export interface Manifest {
  schema: typeof MANIFEST_SCHEMA;
  /** Whatever else is known of the run: id, name, seed, target. Not used for judging. */
  run: Readonly<Record<string, Value>>;
  /** How many engine threads recorded; each has files of its own. */
  threads: number;
  operations: readonly string[];
  invariants: readonly Invariant[];
  /** What the rule codes of the rows meant when they were written. */
  rules: readonly OutcomeRule[];
  /** Null until the run has ended. */
  end: HistoryEnd | null;
}

export interface HistoryEnd {
  endedNs: number;
  /** True when the test's `audit` ran to its end: then what it did not find was not there. */
  auditComplete: boolean;
  /** Rows in the files. */
  records: number;
  /** Rows that could not be kept. Above 0 no checker says `pass`. */
  lostRecords: number;
}

const value = v.custom<Value>(() => true);

const schema: v.GenericSchema<unknown, Manifest> = v.object({
  schema: v.literal(MANIFEST_SCHEMA),
  run: v.record(v.string(), value),
  threads: v.pipe(v.number(), v.integer(), v.minValue(1)),
  operations: v.array(v.string()),
  invariants: v.array(
    v.object({
      kind: v.string(),
      name: v.string(),
      operation: v.string(),
      options: v.record(v.string(), value),
    }),
  ),
  rules: v.array(v.object({ name: v.string(), outcome: v.picklist(OUTCOMES) })),
  end: v.nullable(
    v.object({
      endedNs: v.number(),
      auditComplete: v.boolean(),
      records: v.number(),
      lostRecords: v.number(),
    }),
  ),
});

/** The manifest in a text; throws what is wrong with it, naming the file. */
export function parseManifest(text: string, file: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new HoldfastError(`${file} must be JSON: ${messageOf(error)}`, {
      code: "HF_HISTORY_MANIFEST",
      cause: error,
    });
  }
  return parse(schema, json, file);
}
