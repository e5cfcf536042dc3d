import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderJunit } from "./junit.ts";
import { HOSTILE_LINE } from "./testing/hostile.ts";
import { largeRun } from "./testing/large.ts";
import { emptyRun, oversoldRun, passedRun, undecidedRun, withTexts } from "./testing/results.ts";

/** Every tag opened is closed, in order, and no character is there that XML 1.0 forbids. */
function expectWellFormed(xml: string): void {
  expect(xml).not.toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
  const open: string[] = [];
  const rest = xml
    .replace(/^<\?xml [^?]*\?>/, "")
    .replace(
      /<(\/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>|&(?:amp|lt|gt|quot);/g,
      (_, close: string, name: string | undefined, _attributes: string, empty: string) => {
        if (name === undefined || empty === "/") return "";
        if (close === "/") expect(open.pop()).toBe(name);
        else open.push(name);
        return "";
      },
    );
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/[<>&]/);
}

describe("the report in JUnit's XML", () => {
  test("a violated invariant is a failure with its sentence and its operations", () => {
    const xml = renderJunit(oversoldRun());
    expectWellFormed(xml);
    const from = xml.indexOf('  <testsuite name="flash sale: invariants"');
    expect(xml.slice(from, xml.indexOf("</failure>", from))).toMatchInlineSnapshot(`
      "  <testsuite name="flash sale: invariants" tests="5" failures="2" errors="0" timestamp="2026-11-20T14:03:11" time="25">
          <testcase classname="flash sale: invariants" name="no oversell">
            <failure message="103 orders of phone were acknowledged while 100 units existed; the 101st to be acknowledged is o-00101 at 0.8163 s, and o-00102 and o-00103 follow within 2 ms.">103 orders of phone were acknowledged while 100 units existed; the 101st to be acknowledged is o-00101 at 0.8163 s, and o-00102 and o-00103 follow within 2 ms.

            812 ms    814 ms    816 ms  818 ms
         ├─────────────────┤                    order phone, process 17: 200 ok, o-00099 (id 5c1d2f8e-0b7a-4e19-8c55-000000008112)
           ├───────────────────┤                order phone, process 41: 200 ok, o-00100 (id 5c1d2f8e-0b7a-4e19-8c55-000000008114)
            ├────────────────────┤              order phone, process 8: 200 ok, o-00101 (id 5c1d2f8e-0b7a-4e19-8c55-000000008115)
                ├────────────────────┤          order phone, process 29: 200 ok, o-00102 (id 5c1d2f8e-0b7a-4e19-8c55-000000008119)
                   ├──────────────────────┤     order phone, process 3: 200 ok, o-00103 (id 5c1d2f8e-0b7a-4e19-8c55-000000008123)

      judge it again: npx holdfast check 2026-11-20T14-03-11-flash-sale-7f3a --key phone"
    `);
  });

  test("counts agree with the cases", () => {
    const xml = renderJunit(oversoldRun());
    const [, tests, failures, errors] =
      /<testsuites [^>]*tests="(\d+)" failures="(\d+)" errors="(\d+)"/.exec(xml) ?? [];
    expect(Number(tests)).toBe(xml.match(/<testcase /g)?.length);
    expect(Number(failures)).toBe(xml.match(/<failure /g)?.length);
    expect(Number(errors)).toBe(0);
  });

  test("all is green when the run passed, and nothing is when it was not decided", () => {
    expect(renderJunit(passedRun())).not.toMatch(/<(?:failure|error) /);
    const undecided = renderJunit(undecidedRun());
    expect(undecided.match(/<error /g)).toHaveLength(4);
    expect(undecided).toContain('<error message="exit 91: too little was seen');
  });

  test("a run that never began has one case, and it is not green", () => {
    const xml = renderJunit(emptyRun());
    expectWellFormed(xml);
    expect(xml).toContain('tests="1" failures="0" errors="1"');
  });

  test("is well-formed with any text anywhere", () => {
    const anyText = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.constant(HOSTILE_LINE),
      fc.constantFrom("]]>", "\ufffe", "\u0008", "\udfff", "<!--", "&#0;"),
    );
    fc.assert(
      fc.property(anyText, (more) => {
        expectWellFormed(renderJunit(withTexts(oversoldRun(), (text) => text + more)));
      }),
      { seed: 11, numRuns: 50 },
    );
  });

  test("stays below 4 MB whatever the run was", () => {
    expect(renderJunit(largeRun()).length).toBeLessThan(4_000_000);
  });
});
