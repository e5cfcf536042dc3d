import { describe, expect, test } from "vitest";
import { renderHtml } from "./html.ts";
import { SUMMARY_LINES_MAX } from "./limits.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderSummary } from "./summary.ts";
import { passedRun } from "./testing/results.ts";
import { mixedRun, socketRun } from "./testing/socket-runs.ts";

const TERMINAL = { width: 80, color: false, folder: ".holdfast/runs/x" };

function figuresOf(summary: string): string[] {
  return summary.split("\n").filter((line) => /^(load|latency|messages|sockets) /.test(line));
}

describe("a run that uses sockets alone", () => {
  test("is told in the terminal by its messages and connections, without a word of requests", () => {
    expect(figuresOf(renderSummary(socketRun(), TERMINAL))).toEqual([
      "messages    4.80 /s sent · 47,986 /s received · p50 3.20 ms · p99 40.1 ms",
      "sockets     9,997 connections · 3 failed · connect p95 12.0 ms · 32.9 MB in",
    ]);
  });

  test("has one table of figures in Markdown, and it counts messages", () => {
    const [, figures = ""] = renderMarkdown(socketRun()).split("## Load and latency\n\n");
    expect(figures.split("\n").slice(0, 4)).toEqual([
      "| messages sent | rate | received | rate | p50 | p99 | connections | failed | connect p95 |",
      "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
      "| 120 | 4.80 /s | 1,199,640 | 47,986 /s | 3.20 ms | 40.1 ms | 9,997 | 3 | 12.0 ms |",
      "",
    ]);
  });

  test("has messages where the page would have requests, and no empty chart of them", () => {
    const page = renderHtml(socketRun());
    const drawn = /<script type="application\/json" id="charts">([^]*?)<\/script>/.exec(page)?.[1];
    const charts = JSON.parse(drawn ?? "[]") as { id: string }[];
    expect(charts.map(({ id }) => id)).toEqual([
      "message-latency",
      "messages",
      "connections",
      "outcomes",
      "vus",
      "cpu",
    ]);
    expect(page).toContain("3 refused or lost in all");
    const figures = /class="figures[^]*?<\/dl>/.exec(page)?.[0] ?? "";
    expect([...figures.matchAll(/<dt>(.*?)<\/dt>/g)].map(([, name]) => name)).toEqual([
      "Messages sent",
      "Messages received",
      "Message p50",
      "Message p99",
      "Connections",
      "Judged",
    ]);
    expect(page).not.toContain("No request was answered");
  });

  test("whose messages had no ids shows how long answers took; event streams count as connections", () => {
    const run = socketRun();
    const { ws_message_latency: latency, ws_connecting: connecting, ...metrics } = run.metrics;
    if (latency === undefined || connecting === undefined) throw new Error("it has both");
    run.metrics = {
      ...metrics,
      ws_answer_duration: latency,
      sse_connecting: connecting,
      sse_events: { type: "counter", count: 360, ratePerSecond: 14.4 },
    };
    expect(figuresOf(renderSummary(run, TERMINAL))).toEqual([
      "messages    4.80 /s sent · 48,000 /s received · p50 3.20 ms · p99 40.1 ms",
      "sockets     19,994 connections · 3 failed · connect p95 12.0 ms · 32.9 MB in",
    ]);
  });
});

describe("a run of requests and sockets", () => {
  test("tells both, and still fits 24 lines of 80 columns with tables of its own", () => {
    const run = mixedRun();
    run.breakdowns = [
      {
        title: "Fan-out",
        by: "watchers",
        columns: [{ title: "p99", unit: "ms" }],
        rows: Array.from({ length: 8 }, (_, i) => ({ value: String(i), cells: [i] })),
      },
    ];
    const summary = renderSummary(run, TERMINAL);
    expect(figuresOf(summary).map((line) => line.split(" ")[0])).toEqual([
      "load",
      "latency",
      "messages",
      "sockets",
    ]);
    const lines = summary.trimEnd().split("\n");
    expect(lines).toContain(`${" ".repeat(12)}and 4 more in the report`);
    expect(lines.length).toBeLessThanOrEqual(SUMMARY_LINES_MAX);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(TERMINAL.width);
  });
});

test("a run without sockets says nothing of them", () => {
  expect(figuresOf(renderSummary(passedRun(), TERMINAL)).join("\n")).not.toMatch(
    /messages|sockets/,
  );
  expect(renderMarkdown(passedRun())).not.toContain("messages sent");
  expect(renderHtml(passedRun())).not.toContain("Messages sent");
});
