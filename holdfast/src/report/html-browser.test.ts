/** The report as a person meets it: in a real browser, from a file, without a network. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderHtml } from "./html.ts";
import { findBrowser, LAUNCH_ARGS } from "./testing/browser.ts";
import { HOSTILE_LINE } from "./testing/hostile.ts";
import {
  emptyRun,
  invalidRun,
  oversoldRun,
  passedRun,
  storedTwiceRun,
  undecidedRun,
  withTexts,
} from "./testing/results.ts";
import type { RunResult } from "../verdict/result.ts";

const RUNS = { passedRun, undecidedRun, invalidRun, emptyRun };
const executable = findBrowser(process.env);

describe.skipIf(executable === undefined)(
  executable === undefined
    ? "the page in a browser (skipped: no chromium on PATH)"
    : "the page in a browser",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-report-"));
    let browser: Browser;
    /** A failed run's report, for the tests that change nothing on it that another would see. */
    let shown: { page: Page; requests: string[]; troubles: string[] };

    beforeAll(async () => {
      browser = await chromium.launch({
        executablePath: executable ?? "",
        headless: true,
        args: LAUNCH_ARGS,
      });
      shown = await open(storedTwiceRun(), { viewport: { width: 1280, height: 900 } });
    });

    afterAll(async () => {
      await browser.close();
      rmSync(folder, { recursive: true });
    });

    /** Opens the report of a run; what goes wrong on the page, and all that it asks for, is noted. */
    async function open(
      result: RunResult,
      options: BrowserContextOptions = {},
    ): Promise<{ page: Page; requests: string[]; troubles: string[] }> {
      const file = join(folder, "report.html");
      writeFileSync(file, renderHtml(result));
      const context = await browser.newContext({ offline: true, ...options });
      const page = await context.newPage();
      const requests: string[] = [];
      const troubles: string[] = [];
      page.on("request", (request) => requests.push(request.url()));
      page.on("console", (message) => troubles.push(message.text()));
      page.on("pageerror", (error) => troubles.push(error.message));
      await page.goto(pathToFileURL(file).href);
      return { page, requests, troubles };
    }

    async function close(page: Page): Promise<void> {
      await page.context().close();
    }

    test.each(Object.entries(RUNS))(
      "%s opens from a file, asks for nothing, and reports no trouble",
      async (_, make) => {
        const { page, requests, troubles } = await open(make());
        expect(requests).toHaveLength(1);
        expect(troubles).toEqual([]);
        const charts = await page.locator("figure.chart canvas").count();
        expect(charts).toBe(make().timeline.length === 0 ? 0 : 6);
        await close(page);
      },
    );

    test("a failed run opens from a file, asks for nothing, and reports no trouble", () => {
      expect(shown.requests).toHaveLength(1);
      expect(shown.troubles).toEqual([]);
    });

    test("hostile texts are shown and do nothing", async () => {
      const { page, requests, troubles } = await open(
        withTexts(oversoldRun(), (text) => text + HOSTILE_LINE),
      );
      expect(await page.title()).toMatch(/^FAIL: flash sale<\/script><script>/);
      expect(await page.evaluate("document.images.length + document.scripts.length")).toBe(3);
      expect(requests).toHaveLength(1);
      expect(troubles).toEqual([]);
      expect(await page.locator("h1").isVisible()).toBe(true);
      await close(page);
    });

    test("a screen reader finds the verdict, the landmarks, the rules and the proof in order", async () => {
      const { page } = shown;
      expect(await page.locator("header.masthead").ariaSnapshot()).toMatchInlineSnapshot(`
        "- banner:
          - paragraph: Holdfast load test report
          - 'button "Theme: auto"'
          - paragraph: FAIL
          - heading "1 of 5 invariants violated." [level=1]
          - paragraph: "one effect per key: Key 1f0c9a52-7b1e-4c0b-9a41-0d5f1f6b7c88 was sent twice and made two orders: the first try had no answer in time, the second was acknowledged as o-00871, and the audit lists o-00871 and o-00872."
          - paragraph: "Exit 90: an invariant is violated."
          - term: Test
          - definition: retry storm
          - term: Profile
          - definition: load
          - term: When
          - definition:
            - time: 2026-11-20 14:03:11 UTC
          - term: Took
          - definition: 30.0 s
          - term: Target
          - definition: http://127.0.0.1:3000
          - term: Stands on
          - definition: embedded parts
          - term: Planted bug
          - definition: key-stored-after-effect
          - term: Seed
          - definition: 7f3a91c2
          - term: Run
          - definition: 2026-11-20T14-03-11-flash-sale-7f3a
          - paragraph:
            - text: Run it again
            - code: npx holdfast run systems/flash-sale --seed 7f3a91c2
            - button "Copy the command": Copy
          - term: Requests
          - definition: 118,856
          - definition: 0.01 % failed, 22.3 MB received
          - term: Rate
          - definition: 3,962 /s
          - definition: over the whole run
          - term: Latency p50
          - definition: 2.31 ms
          - definition: half were faster
          - term: Latency p99
          - definition: 11.8 ms
          - definition: slowest 61.2 ms
          - term: Judged
          - definition: 118,856
          - definition: operations, up to 97 at once"
      `);
      expect(await page.locator("nav").ariaSnapshot()).toMatchInlineSnapshot(`
        "- navigation "Contents":
          - list:
            - listitem:
              - link "Invariants":
                - /url: "#invariants"
              - text: 1 of 5 violated
            - listitem:
              - link "Over time":
                - /url: "#time"
              - text: one point per 1 s
            - listitem:
              - link "Distribution":
                - /url: "#distribution"
              - text: p99.9 24.6 ms
            - listitem:
              - link "Thresholds":
                - /url: "#thresholds"
              - text: 1 of 3 crossed
            - listitem:
              - link "Stages":
                - /url: "#stages"
              - text: 1 in all
            - listitem:
              - link "Checks":
                - /url: "#checks"
              - text: 2 passed
            - listitem:
              - link "Metrics":
                - /url: "#metrics"
              - text: 15 in all
            - listitem:
              - link "Load generator":
                - /url: "#generator"
              - text: not the bottleneck
            - listitem:
              - link "Environment":
                - /url: "#environment"
              - text: 1 engine thread"
      `);
      expect(await page.locator("article").first().ariaSnapshot()).toMatchInlineSnapshot(`
        "- article "one effect per key":
          - heading "one effect per key" [level=3]
          - text: violated
          - paragraph: "Key 1f0c9a52-7b1e-4c0b-9a41-0d5f1f6b7c88 was sent twice and made two orders: the first try had no answer in time, the second was acknowledged as o-00871, and the audit lists o-00871 and o-00872."
          - paragraph: 1 violation · 118,856 operations · 1 key · 0 unknown outcomes · up to 97 operations in flight at once on a key
          - 'figure "The proof: 4 operations on phone. Times count from the start of the run. The axis is cut (//) where nothing of this happened."':
            - text: "The proof: 4 operations on phone. Times count from the start of the run. The axis is cut (//) where nothing of this happened."
            - list:
              - listitem:
                - paragraph: order phone process 12
                - img "In flight 9.1042 s to 9.6046 s, effect open"
                - paragraph: no answer, unknown
                - paragraph:
                  - text: "9.1042 s to 9.6046 s, effect open classified by: no answer in time operation 3,301 id"
                  - code: 1f0c9a52-7b1e-4c0b-9a41-0d5f1f6b7c88
                  - button "Copy the id": Copy
              - listitem:
                - paragraph: order phone process 63
                - img "In flight 9.6110 s to 9.6187 s"
                - paragraph: 200 ok, o-00871
                - paragraph:
                  - text: "9.6110 s to 9.6187 s classified by: 2xx, whole body operation 3,377 id"
                  - code: 1f0c9a52-7b1e-4c0b-9a41-0d5f1f6b7c88
                  - button "Copy the id": Copy
              - listitem:
                - paragraph: order phone the audit
                - img "In flight 30.5521 s to 30.5560 s"
                - paragraph: 200 ok, o-00871
                - paragraph:
                  - text: "30.5521 s to 30.5560 s classified by: 2xx, whole body operation 88,012 id"
                  - code: 1f0c9a52-7b1e-4c0b-9a41-0d5f1f6b7c88
                  - button "Copy the id": Copy
              - listitem:
                - paragraph: order phone the audit
                - img "In flight 30.5521 s to 30.5560 s"
                - paragraph: 200 ok, o-00872
                - paragraph:
                  - text: "30.5521 s to 30.5560 s classified by: 2xx, whole body operation 88,013 id"
                  - code: 1f0c9a52-7b1e-4c0b-9a41-0d5f1f6b7c88
                  - button "Copy the id": Copy
            - list:
              - listitem: ok took effect
              - listitem: "unknown open-ended: may have happened, now or at any later time"
            - paragraph: 7 order operations of unknown outcome were considered; none explains it (1f0c9a52-7b1e-4c0b-9a41-0d5f1f6b7c81, k-2, k-3 and 4 more).
          - paragraph:
            - text: Judge it again
            - code: npx holdfast check 2026-11-20T14-03-11-flash-sale-7f3a --key phone
            - button "Copy the command that judges it again": Copy
          - paragraph:
            - text: Load it again
            - code: npx holdfast run systems/flash-sale --seed 7f3a91c2
            - button "Copy the command that loads it again": Copy"
      `);
      expect(await page.locator("figure.chart").first().ariaSnapshot()).toMatchInlineSnapshot(`
        "- figure "Latency":
          - heading "Latency" [level=3]
          - text: ms
          - list:
            - listitem: p99
            - listitem: p95
            - listitem: p50
          - img "Latency over time. The highest p99 is 10.5 ms, at 20 s. Left and right arrow keys read it point by point."
          - paragraph
          - group: The numbers of this chart"
      `);
    });

    test("headings step down one level at a time, and every table has a caption", async () => {
      const { page } = shown;
      const levels = await page.evaluate<number[]>(
        "[...document.querySelectorAll('h1,h2,h3,h4')].map((h) => Number(h.tagName[1]))",
      );
      expect(levels[0]).toBe(1);
      for (const [index, level] of levels.slice(1).entries()) {
        expect(level - (levels[index] ?? 0)).toBeLessThanOrEqual(1);
      }
      expect(await page.locator("table:not(:has(caption))").count()).toBe(0);
    });

    test("the keyboard reaches the theme, the copies, the charts and their numbers", async () => {
      const { page } = shown;
      const reached = new Set<string>();
      for (let press = 0; press < 60; press++) {
        await page.keyboard.press("Tab");
        const name = await page.evaluate<string>(
          "(document.activeElement.dataset.chart && 'chart') || " +
            "document.activeElement.className || document.activeElement.tagName",
        );
        reached.add(name);
      }
      reached.delete("BODY");
      expect([...reached].sort()).toEqual(
        ["A", "BUTTON", "SUMMARY", "chart", "scroll", "skip", "theme"].sort(),
      );
    });

    test("arrow keys read a chart point by point", async () => {
      const { page } = shown;
      await page.locator("[data-chart=latency]").focus();
      for (const key of ["ArrowRight", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
      const row = storedTwiceRun().timeline[2];
      expect(await page.locator("[data-readout=latency]").textContent()).toBe(
        `2 s: p99 ${row?.p99Ms?.toPrecision(3)} · p95 ${row?.p95Ms?.toPrecision(3)} · ` +
          `p50 ${row?.p50Ms?.toPrecision(3)} (ms)`,
      );
      await page.keyboard.press("End");
      expect(await page.locator("[data-readout=latency]").textContent()).toMatch(/^29 s: /);
    });

    test("a copy button copies exactly the command, and says so", async () => {
      const { page } = await open(oversoldRun(), { permissions: ["clipboard-write"] });
      await page.evaluate("navigator.clipboard.writeText = async (text) => { window.got = text }");
      const button = page.locator("header [data-copy]");
      await button.click();
      expect(await page.evaluate("window.got")).toBe(oversoldRun().run.command);
      expect(await button.textContent()).toBe("Copied");
      await close(page);
    });

    test("where the clipboard is closed, the text is selected instead", async () => {
      const { page } = await open(oversoldRun());
      await page.evaluate("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))");
      await page.locator("header [data-copy]").click();
      await page.getByText("Selected").waitFor();
      expect(await page.evaluate("String(getSelection())")).toBe(oversoldRun().run.command);
      await close(page);
    });

    test("the theme follows the system until the reader chooses another", async () => {
      const { page } = await open(passedRun(), { colorScheme: "dark" });
      const paper = (): Promise<string> =>
        page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
      const dark = await paper();
      await page.emulateMedia({ colorScheme: "light" });
      const light = await paper();
      expect(light).not.toBe(dark);
      const toggle = page.locator("[data-theme-toggle]");
      await toggle.click();
      await toggle.click();
      expect(await toggle.textContent()).toBe("Theme: dark");
      expect(await paper()).toBe(dark);
      await close(page);
    });

    test("every text has a contrast of 4.5, in light and in dark", async () => {
      const { page } = shown;
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await page.evaluate(LOW_CONTRAST)).toEqual([]);
      }
    });

    test("nothing scrolls sideways from 360 to 1,600 pixels, even with words of 90 letters", async () => {
      const { page } = await open(
        withTexts(storedTwiceRun(), (text) => text.replace("phone", "x".repeat(90))),
      );
      for (const width of [360, 768, 1280, 1600]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      }
      await close(page);
    });

    test("print shows the drawings that need no script, on white, without buttons", async () => {
      const { page } = await open(oversoldRun(), { colorScheme: "dark" });
      await page.emulateMedia({ media: "print" });
      expect(await page.locator("canvas:visible, button:visible, nav:visible").count()).toBe(0);
      expect(await page.locator(".static svg:visible").count()).toBe(6);
      const color = "getComputedStyle(document.body).backgroundColor";
      expect(await page.evaluate(color)).toBe("rgb(255, 255, 255)");
      await close(page);
    });

    test("without scripts all is there: drawings, tables, commands, no dead button", async () => {
      const { page } = await open(oversoldRun(), { javaScriptEnabled: false });
      expect(await page.locator(".static svg:visible").count()).toBe(6);
      expect(await page.locator("button:visible").count()).toBe(0);
      expect(await page.locator("code:visible").first().textContent()).toContain(
        "npx holdfast run",
      );
      await close(page);
    });
  },
);

/** Finds texts that stand out too little from what is behind them, by the formula of WCAG 2. */
const LOW_CONTRAST = `(() => {
  const channels = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b]
    .map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color.length === 3) return color;
    }
    return [255, 255, 255];
  };
  const low = [];
  for (const element of document.querySelectorAll("body *")) {
    const text = [...element.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data).join("").trim();
    if (text === "" || !element.checkVisibility() || element.closest("script,style")) continue;
    const [a, b] = [light(channels(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) low.push(ratio.toFixed(2) + " " + element.className + ": " + text.slice(0, 40));
  }
  return low;
})()`;
