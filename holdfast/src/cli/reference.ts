/** The command table as a page for docs/reference/cli.md. Pure; `scripts/cli-reference.ts` writes it, a test compares. */
import { COMMANDS } from "./commands.ts";
import type { CommandSpec } from "./commands.ts";

export function renderReference(): string {
  return ["# The command line", "", INTRODUCTION, "", ...COMMANDS.map(section), EXIT_CODES].join(
    "\n",
  );
}

const INTRODUCTION =
  "Durations are `500ms`, `10s`, `5m`, `1h`. An unknown option, a wrong value or a missing file is one line that says\n" +
  "what was expected and what was got, and exit 104. `-h` on each command shows the same as this page.";

const EXIT_CODES = `## Exit codes

The worst of all runs of a command, in this order: 104, 107, 108, 105, 90, 92, 99, 91, 0.

| exit | meaning |
|---:|---|
| 0 | pass |
| 90 | an invariant is violated |
| 91 | verdict unknown: too little was seen, or a checker could not decide |
| 92 | the load generator was the bottleneck: the run is invalid |
| 99 | a threshold is crossed, or a stop condition ended the run |
| 104 | bad option, config or script: nothing was sent |
| 105 | stopped from outside: results are written, marked partial |
| 107 | the author's script threw |
| 108 | the target could not be reached or started |
`;

function section({ usage, says, example, options }: CommandSpec): string {
  const rows = options.map(
    ({ flags, says: meaning, shown }) =>
      `| \`${flags}\` | ${meaning.replaceAll("|", "\\|")} | ${shown ?? ""} |`,
  );
  const table =
    rows.length === 0 ? [] : ["| option | meaning | default |", "|---|---|---|", ...rows, ""];
  return [`## holdfast ${usage}`, "", says, "", ...table, "```", example, "```", ""].join("\n");
}
