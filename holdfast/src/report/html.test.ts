import { describe, expect, test } from "vitest";
import { html, jsonMarkup, textOf } from "./html/markup.ts";
import { renderHtml } from "./html.ts";
import { HOSTILE } from "./testing/hostile.ts";
import { largeRun } from "./testing/large.ts";
import { emptyRun, oversoldRun, passedRun, storedTwiceRun, withTexts } from "./testing/results.ts";

/** The tags of a page, without what they hold. */
function tagsOf(page: string): string[] {
  return (
    page
      .replace(/<script>[\s\S]*?<\/script>|<style>[\s\S]*?<\/style>/g, "")
      .match(/<[^>]*>/g)
      ?.map((tag) => /^<\/?[a-z0-9!]+/i.exec(tag)?.[0] ?? tag) ?? []
  );
}

describe("markup", () => {
  test("escapes every value, in text and in attributes, but not markup itself", () => {
    const name = `<b>"&'`;
    expect(textOf(html`<p title="${name}">${name}${html`<i>${1}</i>`}${null}${false}</p>`)).toBe(
      '<p title="&#60;b&#62;&#34;&#38;&#39;">&#60;b&#62;&#34;&#38;&#39;<i>1</i></p>',
    );
  });

  test("lists are joined without anything between", () => {
    const items = ["a", "<"].map((one) => html`<li>${one}</li>`);
    expect(textOf(items)).toBe("<li>a</li><li>&#60;</li>");
  });

  test("an object that only looks like markup is not taken for it", () => {
    const fake = JSON.parse('{"markup": "<script>", "text": "<script>"}') as never;
    expect(() => textOf(html`<p>${fake}</p>`)).toThrow();
  });

  test("data in a script element cannot end it, and reads back as it was", () => {
    const value = { text: HOSTILE.join(""), list: [1, null] };
    const text = textOf(jsonMarkup(value));
    expect(text).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
  });
});

describe("the report as a page", () => {
  const page = renderHtml(oversoldRun());

  test("names nothing outside itself", () => {
    const shown = page.replace(/<script>[\s\S]*?<\/script>/g, "");
    expect(shown).not.toMatch(/<link|<img|<iframe|@import|url\(|src=/);
    expect(shown.match(/href="[^"]*"/g)?.every((href) => href.startsWith('href="#'))).toBe(true);
  });

  test("forbids in its head all that it does not need", () => {
    expect(page).toContain(
      `http-equiv="Content-Security-Policy" content="default-src 'none'; script-src ` +
        `'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"`,
    );
    expect(page.indexOf("Content-Security-Policy")).toBeLessThan(page.indexOf("<style>"));
  });

  test("says the verdict first, then the violated rule with its proof, then the rest", () => {
    const order = [
      "</svg>FAIL",
      "2 of 5 invariants violated.",
      "Exit 90",
      "check-then-decrement",
      '<h3 id="invariant-0">no oversell',
      "200 ok, o-00103",
      "npx holdfast check",
      "sold-out is honest",
      "Latency by percentile",
      "The load generator kept up",
    ].map((text) => page.indexOf(text));
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  test.each(HOSTILE)("with %j as every text it has the same tags as without", (hostile) => {
    const hurt = renderHtml(withTexts(oversoldRun(), (text) => text + hostile));
    const tame = renderHtml(withTexts(oversoldRun(), (text) => text + "x".repeat(hostile.length)));
    expect(tagsOf(hurt)).toEqual(tagsOf(tame));
    expect(hurt.match(/<script|<\/script/g)).toEqual(page.match(/<script|<\/script/g));
    const shown = hurt.replace(/<script>[\s\S]*?<\/script>/g, "");
    expect(shown).not.toMatch(/[\u2028\u2029\u202e\ud800]|[^\P{Cc}\n]/u);
  });

  test("tells what was considered and did not help, and gives both commands whole, of 900 characters", () => {
    const result = storedTwiceRun();
    const [first] = result.invariants.filter(({ verdict }) => verdict === "fail");
    if (first === undefined) throw new Error("the fixture has a violation");
    result.run.command = `holdfast run shop ${"--scenario buy ".repeat(60)}--seed 7`;
    first.recheck = `holdfast check r1 --key '${"k".repeat(900)}'`;
    const found = renderHtml(result);
    expect(found).toContain(
      "7 order operations of unknown outcome were considered; none explains it (",
    );
    expect(found).toContain("k-2, k-3 and 4 more).");
    expect(found).toContain(`<code>${first.recheck.replaceAll("'", "&#39;")}</code`);
    expect(found.split(`<code>${result.run.command}</code`)).toHaveLength(3);
  });

  test("shows a request and its answer as they were, with a script in it that is only text", () => {
    expect(page).toContain("<summary>Request and answer of operation 8,112</summary>");
    expect(page).toContain(
      "POST /orders HTTP/1.1\nhost: 127.0.0.1:3000\nauthorization: [redacted]\n",
    );
    expect(page).toContain("&#60;script&#62;document.title=&#39;owned&#39;&#60;/script&#62;");
    expect(page).not.toContain("<script>document.title");
    expect(page).toContain("Request not kept: only the first 2,000 of each outcome are");
  });

  test("is of a size that can be mailed: below 300 kB, and below 4 MB whatever the run was", () => {
    expect(page.length).toBeLessThan(300_000);
    const large = renderHtml(largeRun());
    expect(large.length).toBeLessThan(4_000_000);
    expect(large).toContain("and 4900 more invariants in result.json");
  });

  test("of a run that passed draws no proof; of one that never began it says so in words", () => {
    expect(renderHtml(passedRun())).not.toContain('class="proof"');
    const empty = renderHtml(emptyRun());
    expect(empty).toContain("states no invariant");
    expect(empty).toContain("No request was answered");
    const shown = empty.replace(/<script>[\s\S]*?<\/script>/g, "");
    expect(shown).not.toMatch(/NaN|undefined|Infinity|null/);
  });
});
