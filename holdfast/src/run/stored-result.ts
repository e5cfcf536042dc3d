/** `result.json` of a run that is over. Apart from the run's folder, so that a run need not load how to read it. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { HoldfastError, messageOf } from "../base/errors.ts";
import { parse } from "../base/schema.ts";
import { resultSchema } from "../verdict/result-schema.ts";
import type { RunResult } from "../verdict/result.ts";

/** The result of a stored run, or undefined when it never came so far. */
export function readResult(folder: string): RunResult | undefined {
  const file = join(folder, "result.json");
  if (!existsSync(file)) return undefined;
  return parse(resultSchema, parseJson(readFileSync(file, "utf8"), file), file);
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HoldfastError(`${file} must be a result in JSON, got ${messageOf(error)}`, {
      code: "HF_RESULT_FILE",
      cause: error,
    });
  }
}
