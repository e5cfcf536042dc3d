import { expect, test } from "vitest";
import { renderMarkdown, renderTerminal, showCell } from "./render.ts";
import type { Findings, SuiteResult } from "./result.ts";

const FINDINGS: Findings = {
  title: "HTTP",
  method: ["One sentence."],
  tables: [
    {
      title: "cost",
      columns: [
        { key: "cpu", title: "µs", digits: 2, stable: true },
        { key: "rate", title: "requests/s", digits: 0 },
      ],
      rows: [
        { name: "floor", cells: { cpu: { median: 4, min: 3.5, max: 5, rounds: 7 }, rate: 219575 } },
        { name: "hey", cells: { cpu: { median: 25, min: 25, max: 25, rounds: 1 } } },
      ],
    },
  ],
  goals: [
    { says: "lean", limit: 1, seen: 0.987, unit: "x", kind: "max" },
    { says: "k6", limit: 10, seen: 9.2, unit: "x", kind: "min" },
    { says: "locust", limit: 10, seen: undefined, unit: "x", kind: "min" },
  ],
  missing: [{ what: "k6", why: "k6 is not on PATH" }],
};

const RESULT: SuiteResult = {
  ...FINDINGS,
  suite: "http",
  measuredAt: "2026-11-21T10:20:30.000Z",
  machine: {
    cpu: "a processor",
    cores: 2,
    memory: "24 GB",
    system: "linux 6",
    node: "v24.21.0",
    pinned: true,
  },
  settings: { rounds: 7, windowSeconds: 3, only: "" },
};

test("a spread shows its median and range, one round its value alone, nothing a dash", () => {
  expect(showCell({ median: 4, min: 3.5, max: 5, rounds: 7 }, 2)).toBe("4.00 [3.50-5.00]");
  expect(showCell({ median: 4, min: 4, max: 4, rounds: 1 }, 1)).toBe("4.0");
  expect(showCell(undefined, 1)).toBe("-");
  expect(showCell(219575.4, 0)).toBe("219,575");
});

test("the terminal shows aligned tables, goals with their verdict, and what is missing", () => {
  expect(renderTerminal(FINDINGS)).toMatchInlineSnapshot(`
    "HTTP

    cost

                           µs  requests/s
      floor  4.00 [3.50-5.00]     219,575
      hey               25.00           -

      goal     limit          seen  met
      lean     ≤ 1 x       0.987 x  yes
      k6      ≥ 10 x         9.2 x   NO
      locust  ≥ 10 x  not measured    -

    not measured: k6 (k6 is not on PATH)"
  `);
});

test("the page names machine, date, command and gaps", () => {
  expect(renderMarkdown([RESULT])).toMatchInlineSnapshot(`
    "# Performance

    Measured by \`npm run bench\`, which writes this page from \`performance.json\`. Each figure is the median of its rounds, with the smallest and largest in brackets. A ratio is taken within a round and then its median: the host has faster and slower minutes, which move both sides of a ratio alike. Absolute times of two tables may stem from different minutes and should not be compared.

    ## Goals

    | goal | limit | seen | met |
    | --- | ---: | ---: | ---: |
    | lean | ≤ 1 x | 0.987 x | yes |
    | k6 | ≥ 10 x | 9.2 x | NO |
    | locust | ≥ 10 x | not measured | - |

    ## HTTP

    2026-11-21 10:20 UTC · 2 cores of a processor · 24 GB · linux 6 · Node v24.21.0 · server and client pinned to a core each · \`npm run bench -- http --rounds 7 --seconds 3\`

    - One sentence.

    ### cost

    |  | µs | requests/s |
    | --- | ---: | ---: |
    | floor | 4.00 [3.50-5.00] | 219,575 |
    | hey | 25.00 | - |

    - Not measured: k6 (k6 is not on PATH).
    "
  `);
});
