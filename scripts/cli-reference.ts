/** Writes docs/reference/cli.md from the command table: `node --conditions=holdfast-source scripts/cli-reference.ts`. */
import { writeFileSync } from "node:fs";
import { renderReference } from "../holdfast/src/cli/reference.ts";

writeFileSync(new URL("../docs/reference/cli.md", import.meta.url), renderReference());
