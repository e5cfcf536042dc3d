/**
 * Writes docs/reference/result.schema.json from the schema that Holdfast itself reads results with. Run it after a
 * change there: `node --conditions=holdfast-source scripts/result-schema.ts && oxfmt docs/reference/result.schema.json`.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type JsonSchema, toJsonSchema } from "@valibot/to-json-schema";
import { resultSchema, valueSchema } from "../holdfast/src/verdict/result-schema.ts";

export const RESULT_SCHEMA_FILE: URL = new URL(
  "../docs/reference/result.schema.json",
  import.meta.url,
);

export function resultJsonSchema(): JsonSchema {
  return {
    title: "result.json of a Holdfast run",
    description: "All that is known of a run. Fields are added, never changed or taken away.",
    ...toJsonSchema(resultSchema, { target: "draft-2020-12", definitions: { value: valueSchema } }),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(RESULT_SCHEMA_FILE, `${JSON.stringify(resultJsonSchema(), undefined, 2)}\n`);
}
