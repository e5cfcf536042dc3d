/** What the sockets of a run did over time: how late messages came, how many, and how connections came about. */
import { formatCount } from "../../base/units.ts";
import type { SocketNumbers, TimelineRow } from "../../verdict/result.ts";
import { formatMs, formatRate } from "../wording.ts";
import { timeLabel } from "./chart.ts";
import type { Chart } from "./chart.ts";
import { line, LOW_PX, MIDDLE_PX, rate, timeChart } from "./time-chart.ts";

/** None where no socket did anything. */
export function socketCharts(rows: readonly TimelineRow[]): Chart[] {
  const seen = rows.flatMap(({ sockets }) => (sockets === undefined ? [] : [sockets]));
  if (seen.length === 0) return [];
  const charts = [messagesChart(rows), connectionsChart(rows, seen)];
  return seen.some(({ p50Ms }) => p50Ms !== null) ? [latencyChart(rows), ...charts] : charts;
}

function latencyChart(rows: readonly TimelineRow[]): Chart {
  const p99Of = ({ sockets }: TimelineRow): number => sockets?.p99Ms ?? 0;
  const worst = rows.reduce((a, b) => (p99Of(b) > p99Of(a) ? b : a));
  return timeChart(rows, {
    id: "message-latency",
    title: "Latency of messages",
    unit: "ms",
    heightPx: MIDDLE_PX,
    series: [
      line("p99", 3, rows, ({ sockets }) => sockets?.p99Ms ?? null),
      line("p50", 1, rows, ({ sockets }) => sockets?.p50Ms ?? null),
    ],
    says:
      `Latency of messages over time. The highest p99 is ${formatMs(p99Of(worst))}, ` +
      `at ${timeLabel(worst.atMs / 1000)}.`,
    columns: ["p50", "p99"],
    cells: ({ sockets }) => [sockets?.p50Ms ?? null, sockets?.p99Ms ?? null].map(formatMs),
  });
}

/** One that is sent may be received ten thousand times, hence the logarithm. */
function messagesChart(rows: readonly TimelineRow[]): Chart {
  const highest = Math.max(...rows.map((row) => rate(row, row.sockets?.received ?? 0)));
  const perSecond =
    (of: (sockets: SocketNumbers) => number) =>
    (row: TimelineRow): number | null => {
      const count = row.sockets === undefined ? 0 : of(row.sockets);
      return count > 0 ? rate(row, count) : null;
    };
  return timeChart(rows, {
    id: "messages",
    title: "Messages",
    unit: "per second, logarithmic",
    heightPx: MIDDLE_PX,
    log: true,
    series: [
      line(
        "received",
        1,
        rows,
        perSecond(({ received }) => received),
      ),
      line(
        "sent",
        2,
        rows,
        perSecond(({ sent }) => sent),
      ),
    ],
    says: `Messages per second over time: ${formatRate(highest)} received at most.`,
    columns: ["sent", "received"],
    cells: ({ sockets }) => [sockets?.sent ?? 0, sockets?.received ?? 0].map(formatCount),
  });
}

function connectionsChart(rows: readonly TimelineRow[], seen: readonly SocketNumbers[]): Chart {
  const failures = seen.reduce((sum, sockets) => sum + sockets.failed, 0);
  const highest = Math.max(...rows.map((row) => rate(row, openedIn(row))));
  return timeChart(rows, {
    id: "connections",
    title: "Connections",
    unit: "per second",
    heightPx: LOW_PX,
    series: [
      line("opened", 1, rows, (row) => rate(row, openedIn(row))),
      ...(failures > 0
        ? [line("refused or lost", 3, rows, (row) => rate(row, failedIn(row)))]
        : []),
    ],
    says:
      `Connections over time: ${formatRate(highest)} opened at most, ` +
      `${formatCount(failures)} refused or lost in all.`,
    columns: ["opened", "refused or lost"],
    cells: (row) => [openedIn(row), failedIn(row)].map(formatCount),
  });
}

function openedIn({ sockets }: TimelineRow): number {
  return sockets?.opened ?? 0;
}

function failedIn({ sockets }: TimelineRow): number {
  return sockets?.failed ?? 0;
}
