import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openLive } from "./live.ts";
import type { LivePlan } from "./live.ts";
import { HOSTILE_LINE } from "./testing/hostile.ts";
import { FakeTerminal } from "./testing/terminal.ts";
import { tickAt } from "./testing/ticks.ts";
import { columnsOf } from "./text-columns.ts";

const PLAN: LivePlan = {
  name: "flash sale",
  target: "http://127.0.0.1:3000",
  profile: "load",
  seed: "7f3a91c2",
};

function pipe(): { text: string; out: Parameters<typeof openLive>[0] } {
  const sink = {
    text: "",
    out: {
      write: (text: string) => void (sink.text += text),
      columns: () => 80,
      isTty: false,
      color: false,
    },
  };
  return sink;
}

describe("on a terminal", () => {
  test("a frame shows the load, the numbers and the rules, the broken one first", () => {
    const terminal = new FakeTerminal();
    const live = openLive(terminal, PLAN);
    live.onRunStart();
    for (const second of [1, 2, 3, 4, 5, 6, 7]) live.onTick(tickAt(second));
    expect(terminal.screen().join("\n")).toMatchInlineSnapshot(`
      " flash sale · load profile · http://127.0.0.1:3000               seed 7f3a91c2

       crowd: 0 → 50 VUs  (stage 1 of 3)
       ██████████████▎░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  7.0 s of 25.0 s · 35 VUs

       requests     3,500 /s     ▂▃▄▅▆▇█
       latency p99  6.33 ms      ▆▆▇▇▇██
       latency p50  1.55 ms
       failed       0 %
       iterations   12,250
       outcomes     ok 103 · rejected 2,800 · failed 0 · unknown 0

       ✗ no oversell   103 of 100 units of phone sold
       · stock agrees  for the audit

       generator    41.2 % of a core"
    `);
  });

  test("a tick that changes one number writes only the lines that show it", () => {
    const terminal = new FakeTerminal();
    const live = openLive(terminal, PLAN);
    live.onRunStart();
    live.onTick(tickAt(3));
    terminal.writes = [];
    live.onTick(tickAt(3, { iterations: 4_321 }));
    expect(terminal.writes.join("")).toContain("4,321");
    expect(terminal.writes.join("").length).toBeLessThan(100);
    terminal.writes = [];
    live.onTick(tickAt(3, { iterations: 4_321 }));
    expect(terminal.writes).toEqual([]);
  });

  test("drawing only the changes ends in the same screen as drawing all", () => {
    const anyTick = fc
      .record({
        seconds: fc.double({ min: 0, max: 30, noNaN: true }),
        rules: fc.integer({ min: 0, max: 12 }),
        dropped: fc.nat(),
      })
      .map(({ seconds, rules, dropped }) =>
        tickAt(seconds, {
          dropped,
          invariants: Array.from({ length: rules }, (_, index) => ({
            name: `rule ${index}`,
            state: "holding",
            text: HOSTILE_LINE,
          })),
        }),
      );
    fc.assert(
      fc.property(fc.array(anyTick, { minLength: 2, maxLength: 8 }), (ticks) => {
        const stepped = new FakeTerminal();
        const live = openLive(stepped, PLAN);
        live.onRunStart();
        for (const tick of ticks) live.onTick({ ...tick, elapsedNs: 0 });
        const fresh = new FakeTerminal();
        const other = openLive(fresh, PLAN);
        other.onRunStart();
        const first = ticks[0];
        const last = ticks.at(-1);
        if (first === undefined || last === undefined) return;
        // The sparklines remember the first second that was drawn, so both begin with the same.
        other.onTick({ ...first, elapsedNs: 0 });
        fresh.resize(80);
        other.onTick({ ...last, elapsedNs: 0 });
        expect(stepped.screen()).toEqual(fresh.screen());
      }),
      { seed: 10, numRuns: 60 },
    );
  });

  test("a message stays above the frame, with its escapes written out", () => {
    const terminal = new FakeTerminal();
    const live = openLive(terminal, PLAN);
    live.onRunStart();
    live.onTick(tickAt(1));
    live.onMessage("cache \u001b[2Jwarm");
    live.onTick(tickAt(2));
    expect(terminal.screen()[0]).toBe("cache \\u001b[2Jwarm");
    expect(terminal.screen()[1]).toMatch(/^ flash sale/);
    expect(terminal.screen().filter((line) => line.includes("flash sale"))).toHaveLength(1);
  });

  test("a message longer than the terminal wraps, and the frame is still drawn over itself", () => {
    const terminal = new FakeTerminal(60);
    const live = openLive(terminal, PLAN);
    live.onRunStart();
    live.onTick(tickAt(1));
    live.onMessage("a long line ".repeat(12));
    live.onTick(tickAt(2));
    expect(terminal.screen().filter((line) => line.includes("flash sale"))).toHaveLength(1);
  });

  test("a terminal made narrower shows one frame, not the rest of an old one", () => {
    const terminal = new FakeTerminal(100, 40);
    const live = openLive(terminal, PLAN);
    live.onRunStart();
    live.onTick(tickAt(3));
    terminal.resize(46);
    live.onTick(tickAt(4));
    const lines = terminal.screen();
    expect(lines.filter((line) => line.includes("flash sale"))).toHaveLength(1);
    expect(lines.filter((line) => line.includes("generator"))).toHaveLength(1);
    for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(46);
  });

  test("a low terminal cuts the frame, so that it never scrolls", () => {
    const terminal = new FakeTerminal(80, 8);
    const live = openLive(terminal, PLAN);
    live.onRunStart();
    live.onTick(tickAt(3));
    live.onTick(tickAt(4));
    expect(terminal.screen()).toHaveLength(7);
  });

  test("the end takes the frame away and gives the cursor back, also twice, also without a tick", () => {
    const terminal = new FakeTerminal();
    const live = openLive(terminal, PLAN);
    live.onRunStart();
    live.onTick(tickAt(1));
    expect(terminal.cursorShown).toBe(false);
    live.onRunEnd();
    live.onRunEnd();
    live.onTick(tickAt(2));
    expect(terminal.cursorShown).toBe(true);
    expect(terminal.screen()).toEqual([]);
    const silent = new FakeTerminal();
    openLive(silent, PLAN).onRunEnd();
    expect(silent.writes).toEqual([]);
  });

  test("nobody knows how long iterations take: then there is no bar, and no time left", () => {
    const terminal = new FakeTerminal();
    const live = openLive(terminal, PLAN);
    live.onRunStart();
    live.onTick(tickAt(3, { plannedNs: null, p50Ms: null, p99Ms: null }));
    expect(terminal.screen()[3]).toBe(" 3.0 s · 15 VUs");
  });
});

describe("in a pipe", () => {
  test("one line at the start, one every 10 s, and one at once when a rule breaks", () => {
    const sink = pipe();
    const live = openLive(sink.out, PLAN);
    live.onRunStart();
    for (let second = 0; second <= 25; second += 0.25) live.onTick(tickAt(second));
    live.onRunEnd();
    expect(sink.text).toMatchInlineSnapshot(`
      "flash sale · load profile · http://127.0.0.1:3000 · seed 7f3a91c2
      violated: no oversell: 103 of 100 units of phone sold
      10.0 s of 25.0 s · crowd: 50 → 100 VUs  (stage 2 of 3) · 50 VUs · 5,000 /s · 0 % failed · p50 1.70 ms · p99 7.33 ms · VIOLATED no oversell
      20.0 s of 25.0 s · crowd: 100 → 0 VUs  (stage 3 of 3) · 100 VUs · 10,000 /s · 0 % failed · p50 2.20 ms · p99 10.7 ms · VIOLATED no oversell
      "
    `);
  });

  test("no escape sequence is ever written, whatever the run is called", () => {
    const sink = pipe();
    const live = openLive(sink.out, { ...PLAN, name: HOSTILE_LINE, target: HOSTILE_LINE });
    live.onRunStart();
    live.onMessage(HOSTILE_LINE);
    live.onTick(tickAt(12, { stage: { name: HOSTILE_LINE, index: 0, count: 0 } }));
    live.onRunEnd();
    expect(sink.text).not.toMatch(/[^\P{Cc}\n]/u);
  });

  test("quiet says nothing at all", () => {
    const sink = pipe();
    const live = openLive(sink.out, PLAN, { quiet: true });
    live.onRunStart();
    live.onMessage("hello");
    live.onTick(tickAt(12));
    live.onRunEnd();
    expect(sink.text).toBe("");
  });
});
