import { describe, expect, test } from "vitest";
import { renderMarkdown } from "./markdown.ts";
import { HOSTILE } from "./testing/hostile.ts";
import { largeRun } from "./testing/large.ts";
import { emptyRun, oversoldRun, passedRun, storedTwiceRun, withTexts } from "./testing/results.ts";

describe("the report in Markdown", () => {
  test("of an oversold product", () => {
    const text = renderMarkdown(oversoldRun());
    expect(text.slice(0, text.indexOf("## Load and latency"))).toMatchInlineSnapshot(`
      "# ✗ FAIL: flash sale

      **2 of 5 invariants violated. no oversell: 103 orders of phone were acknowledged while 100 units existed; the 101st to be acknowledged is o-00101 at 0.8163 s, and o-00102 and o-00103 follow within 2 ms.**

      Exit 90: an invariant is violated.

      \`2026-11-20T14-03-11-flash-sale-7f3a\` · 2026-11-20T14:03:11.482Z · 25.0 s · http://127.0.0.1:3000 · load profile · seed \`7f3a91c2\` · embedded parts · planted bug \`check-then-decrement\`

      \`\`\`sh
      npx holdfast run systems/flash-sale --seed 7f3a91c2 --bug check-then-decrement
      \`\`\`

      ## Invariants

      |  | invariant |  | operations | unknown | most at once |
      | --- | --- | --- | ---: | ---: | ---: |
      | ✗ violated | no oversell | 103 orders of phone were acknowledged while 100 units existed; the 101st to be acknowledged is o-00101 at 0.8163 s, and o-00102 and o-00103 follow within 2 ms. | 173,065 | 0 | 97 |
      | ✗ violated | stock agrees | The audit reads -3 units of phone; 100 units less 103 acknowledged orders is -3, below zero. | 173,065 | 0 | 97 |
      | ✓ held | sold-out is honest | Every “sold out” came when all 100 units could have been gone; none was sold after it. | 173,065 | 0 | 97 |
      | ✓ held | one effect per key | No key was answered in two ways, and none has two orders. | 173,065 | 0 | 97 |
      | ✓ held | every acknowledged write is stored, once | All 100 acknowledged orders are in the audit, each once, and nothing else is. | 173,065 | 0 | 97 |

      ### no oversell

      103 orders of phone were acknowledged while 100 units existed; the 101st to be acknowledged is o-00101 at 0.8163 s, and o-00102 and o-00103 follow within 2 ms.

      \`\`\`text
             812 ms     814 ms    816 ms    818 ms
         ├────────────────────┤                     order phone, process 17: 200 ok, o-00099
           ├──────────────────────┤                 order phone, process 41: 200 ok, o-00100
             ├──────────────────────┤               order phone, process 8: 200 ok, o-00101
                 ├──────────────────────┤           order phone, process 29: 200 ok, o-00102
                     ├────────────────────────┤     order phone, process 3: 200 ok, o-00103
      \`\`\`

      | operation | id | classified by |
      | ---: | --- | --- |
      | 8,112 | \`5c1d2f8e-0b7a-4e19-8c55-000000008112\` | 2xx, whole body |
      | 8,114 | \`5c1d2f8e-0b7a-4e19-8c55-000000008114\` | 2xx, whole body |
      | 8,115 | \`5c1d2f8e-0b7a-4e19-8c55-000000008115\` | 2xx, whole body |
      | 8,119 | \`5c1d2f8e-0b7a-4e19-8c55-000000008119\` | 2xx, whole body |
      | 8,123 | \`5c1d2f8e-0b7a-4e19-8c55-000000008123\` | 2xx, whole body |

      Judge it again, or send the same load again:

      \`\`\`sh
      npx holdfast check 2026-11-20T14-03-11-flash-sale-7f3a --key phone
      npx holdfast run systems/flash-sale --seed 7f3a91c2 --bug check-then-decrement
      \`\`\`

      ### stock agrees

      The audit reads -3 units of phone; 100 units less 103 acknowledged orders is -3, below zero.

      \`\`\`text
           814 ms   816 ms    818 ms      25.414 s
        ├──────────────────────┤  ⫽                 order phone, process 3: 200 ok, o-00103
                                  ⫽ ├───────────┤   stock phone, audit: 200 ok, -3
      \`\`\`

      | operation | id | classified by |
      | ---: | --- | --- |
      | 8,123 | \`5c1d2f8e-0b7a-4e19-8c55-000000008123\` | 2xx, whole body |
      | 261,407 | \`none\` | 2xx, whole body |

      Judge it again, or send the same load again:

      \`\`\`sh
      npx holdfast check 2026-11-20T14-03-11-flash-sale-7f3a --key phone
      npx holdfast run systems/flash-sale --seed 7f3a91c2 --bug check-then-decrement
      \`\`\`

      "
    `);
  });

  test("tells what was considered and did not help, and gives both commands whole, of 900 characters", () => {
    const result = storedTwiceRun();
    const [first] = result.invariants.filter(({ verdict }) => verdict === "fail");
    if (first === undefined) throw new Error("the fixture has a violation");
    result.run.command = `holdfast run shop ${"--scenario buy ".repeat(60)}--seed 7`;
    first.recheck = `holdfast check r1 --key '${"k".repeat(900)}'`;
    const text = renderMarkdown(result);
    expect(text).toContain("k-2, k-3 and 4 more).");
    expect(text).toContain(`\n${first.recheck}\n${result.run.command}\n`);
  });

  test("of a run that passed has no proof, and every table has as many cells as columns", () => {
    const text = renderMarkdown(passedRun());
    expect(text).toContain("# ✓ PASS: flash sale");
    expect(text).not.toContain("Judge it again");
    const tables = text.split("\n\n").filter((block) => block.startsWith("|"));
    expect(tables.length).toBeGreaterThan(4);
    for (const table of tables) {
      const cells = table.split("\n").map((row) => row.split(/(?<!\\)\|/).length);
      expect(new Set(cells).size).toBe(1);
    }
  });

  test("of a run that never began is a head and nothing made up", () => {
    expect(renderMarkdown(emptyRun())).toMatchInlineSnapshot(`
      "# ? UNKNOWN: flash sale

      **http://127.0.0.1:3000 never answered: connection refused**

      Exit 108: the target could not be reached or started.

      \`2026-11-20T14-03-11-flash-sale-7f3a\` · 2026-11-20T14:03:11.482Z · 0 ms · http://127.0.0.1:3000 · seed \`7f3a91c2\` · embedded parts

      \`\`\`sh
      npx holdfast run systems/flash-sale --seed 7f3a91c2
      \`\`\`

      ## Invariants

      The test states none.

      ## Load generator

      The generator was not the bottleneck: 0 % of a core at most, event loop p99 1.90 ms.

      <sub>holdfast 0.1.0 · node 24.21.0</sub>
      "
    `);
  });

  test.each(HOSTILE)("nothing of %j is read as HTML, as Markdown or as a mention", (hostile) => {
    const text = renderMarkdown(withTexts(oversoldRun(), (said) => `${said} ${hostile}`));
    const outside = text
      .replace(/^(`{3,})[a-z]*\n[\s\S]*?\n\1$/gm, "")
      .replace(/(?<!\\)`[^`\n]*`/g, "")
      .replaceAll(/<\/?(?:details|summary|sub|code)>/g, "");
    expect(outside).not.toMatch(/<[a-z/!]/i);
    expect(outside).not.toMatch(/@everyone/);
    expect(outside).not.toMatch(/(?<!\\)\[x(?<!\\)\]\(/);
    expect(text).not.toMatch(/^# heading|^- list$/m);
    for (const row of outside.split("\n").filter((line) => line.startsWith("| ---"))) {
      expect(row).toMatch(/^\| (?:---:? \| )*---:? \|$/);
    }
  });

  test("stays below 1 MB, the most a job summary may have, whatever the run was", () => {
    expect(renderMarkdown(largeRun()).length).toBeLessThan(1_000_000);
  });
});
