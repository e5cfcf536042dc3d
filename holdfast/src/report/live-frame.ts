/** One frame of the live view: a tick in, lines out. Pure; `live-screen.ts` puts them on the terminal. */
import type pico from "picocolors";
import { formatCount, NS_PER_MS, NS_PER_S } from "../base/units.ts";
import { OUTCOMES } from "../record/outcome.ts";
import type { Outcome } from "../record/outcome.ts";
import { LIVE_INVARIANTS_MAX, LIVE_LINES_MAX } from "./limits.ts";
import { cut, fit, visible } from "./text-columns.ts";
import { counted, formatMs, formatRate, formatShare } from "./wording.ts";

/** What is known of a run before it starts. */
export interface LivePlan {
  name: string;
  target: string;
  profile: string;
  seed: string;
}

/** How a run stands at one moment; sent four to ten times a second. */
export interface LiveTick {
  /** Since the load began. */
  elapsedNs: number;
  /** Null when nobody can say how long it will take: iterations without a duration. */
  plannedNs: number | null;
  /** `index` counts from 0. */
  stage: { name: string; index: number; count: number };
  vus: number;
  requestsPerSecond: number;
  /** Share of the last second's requests. */
  failedShare: number;
  /** Of the last second; null when there was no request. */
  p50Ms: number | null;
  p99Ms: number | null;
  iterations: number;
  dropped: number;
  outcomes: Readonly<Record<Outcome, number>>;
  invariants: readonly LiveInvariant[];
  generator: {
    /** Of one core, the busiest engine thread over the last second. */
    cpuShare: number;
    note?: string | undefined;
  };
  sockets?: LiveSockets;
}

/** Of the last second. */
export interface LiveSockets {
  /** True as long as no request was sent: then there is nothing to tell of them. */
  alone: boolean;
  /** WebSockets, those of Socket.IO among them. */
  open: number;
  sentPerSecond: number;
  receivedPerSecond: number;
  /** Of messages, else of answers; null when there was neither. */
  p50Ms: number | null;
  p99Ms: number | null;
}

interface LiveInvariant {
  name: string;
  /** `violated` is certain and stays; `holding` so far; `waiting` when only the audit can tell. */
  state: "holding" | "violated" | "waiting";
  text: string;
}

export interface FrameHistory {
  /** The recent request rates, drawn. */
  rate: string;
  /** The recent p99, drawn. */
  p99: string;
}

type Colors = ReturnType<typeof pico.createColors>;

const LABEL_COLUMNS = 13;
const FIGURE_COLUMNS = 13;
const BAR_CELLS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;
const STATE_MARK = { holding: "✓", violated: "✗", waiting: "·" } as const;

/** At most LIVE_LINES_MAX lines, none wider than `columns`. */
export function liveFrame(
  plan: LivePlan,
  tick: LiveTick,
  history: FrameHistory,
  view: { columns: number; colors: Colors },
): string[] {
  const { columns, colors } = view;
  const { sockets } = tick;
  const row = (label: string, text: string): string =>
    ` ${colors.dim(fit(label, LABEL_COLUMNS))}${cut(text, columns - LABEL_COLUMNS - 1)}`;
  const figures =
    sockets?.alone === true ? messageFigures(sockets, history) : requestFigures(tick, history);
  const lines = [
    headLine(plan, columns, colors),
    "",
    ` ${cut(stageText(tick.stage), columns - 1)}`,
    progressLine(tick, columns, colors),
    "",
    ...figures.map(([label, text]) => row(label, text)),
    row("iterations", iterationsText(tick)),
    row("outcomes", outcomesText(tick.outcomes)),
    ...invariantLines(tick.invariants, columns, colors),
    "",
    row("generator", generatorText(tick.generator)),
  ];
  return lines.slice(0, LIVE_LINES_MAX);
}

function requestFigures(tick: LiveTick, history: FrameHistory): [string, string][] {
  const { sockets } = tick;
  return [
    ["requests", `${figure(formatRate(tick.requestsPerSecond))}${history.rate}`],
    ["latency p99", `${figure(formatMs(tick.p99Ms))}${history.p99}`],
    ["latency p50", formatMs(tick.p50Ms)],
    ["failed", formatShare(tick.failedShare)],
    ...(sockets === undefined ? [] : [["sockets", socketsText(sockets)] as [string, string]]),
  ];
}

function messageFigures(sockets: LiveSockets, history: FrameHistory): [string, string][] {
  return [
    ["messages", `${figure(formatRate(sockets.receivedPerSecond))}${history.rate}`],
    ["latency p99", `${figure(formatMs(sockets.p99Ms))}${history.p99}`],
    ["latency p50", formatMs(sockets.p50Ms)],
    ["sent", formatRate(sockets.sentPerSecond)],
    ["sockets", `${formatCount(sockets.open)} open`],
  ];
}

function socketsText(sockets: LiveSockets): string {
  const { open, sentPerSecond, receivedPerSecond, p99Ms } = sockets;
  const flow = `${formatRate(sentPerSecond)} sent · ${formatRate(receivedPerSecond)} received`;
  const latency = p99Ms === null ? "" : ` · p99 ${formatMs(p99Ms)}`;
  return `${formatCount(open)} open · ${flow}${latency}`;
}

/** The same in one line, for logs and pipes. */
export function plainLine(tick: LiveTick): string {
  const violated = tick.invariants.filter((invariant) => invariant.state === "violated");
  const parts = [
    elapsedText(tick),
    stageText(tick.stage),
    counted(tick.vus, "VU"),
    ...(tick.sockets?.alone === true ? [] : requestParts(tick)),
    tick.sockets === undefined ? "" : socketsText(tick.sockets),
    ...violated.map((one) => `VIOLATED ${visible(one.name)}`),
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

function requestParts(tick: LiveTick): string[] {
  return [
    formatRate(tick.requestsPerSecond),
    `${formatShare(tick.failedShare)} failed`,
    `p50 ${formatMs(tick.p50Ms)}`,
    `p99 ${formatMs(tick.p99Ms)}`,
  ];
}

function headLine(plan: LivePlan, columns: number, colors: Colors): string {
  const seed = `seed ${visible(plan.seed, 20)}`;
  const name = cut(visible(plan.name), Math.floor(columns / 2));
  const profile = plan.profile === "" ? "" : `${visible(plan.profile)} profile · `;
  const rest = ` · ${profile}${visible(plan.target)}`;
  const room = columns - 2 - name.length - seed.length - 1;
  return ` ${colors.bold(name)}${colors.dim(`${fit(rest, Math.max(0, room))} ${seed}`)}`;
}

function stageText(stage: LiveTick["stage"]): string {
  if (stage.count === 0) return visible(stage.name);
  return `${visible(stage.name)}  (stage ${stage.index + 1} of ${stage.count})`;
}

function progressLine(tick: LiveTick, columns: number, colors: Colors): string {
  const said = `  ${elapsedText(tick)} · ${counted(tick.vus, "VU")}`;
  if (tick.plannedNs === null || tick.plannedNs <= 0) return ` ${said.trimStart()}`;
  const share = Math.min(1, Math.max(0, tick.elapsedNs / tick.plannedNs));
  const room = Math.max(8, columns - 2 - said.length);
  const eighths = Math.floor(share * room * 8);
  const full = "█".repeat(Math.floor(eighths / 8)) + (BAR_CELLS[eighths % 8] ?? "");
  const empty = "░".repeat(Math.max(0, room - Math.ceil(eighths / 8)));
  return ` ${colors.cyan(full)}${colors.dim(empty)}${said}`;
}

function elapsedText(tick: LiveTick): string {
  const elapsed = seconds(tick.elapsedNs);
  if (tick.plannedNs === null) return elapsed;
  return tick.elapsedNs < tick.plannedNs ? `${elapsed} of ${seconds(tick.plannedNs)}` : elapsed;
}

function iterationsText(tick: LiveTick): string {
  const dropped = tick.dropped > 0 ? ` · ${formatCount(tick.dropped)} dropped` : "";
  return `${formatCount(tick.iterations)}${dropped}`;
}

function outcomesText(outcomes: Readonly<Record<Outcome, number>>): string {
  return OUTCOMES.map((outcome) => `${outcome} ${formatCount(outcomes[outcome])}`).join(" · ");
}

function invariantLines(
  invariants: readonly LiveInvariant[],
  columns: number,
  colors: Colors,
): string[] {
  if (invariants.length === 0) return [];
  const order = { violated: 0, holding: 1, waiting: 2 } as const;
  const sorted = [...invariants].sort((a, b) => order[a.state] - order[b.state]);
  const longest = Math.max(...sorted.map((one) => visible(one.name).length));
  const names = Math.min(longest, Math.floor(columns / 2.5));
  const shown = sorted.slice(0, LIVE_INVARIANTS_MAX);
  const lines = shown.map((one) => {
    const tone = toneOf(one.state, colors);
    const text = cut(visible(one.text), Math.max(0, columns - names - 6));
    return ` ${tone(STATE_MARK[one.state])} ${fit(visible(one.name), names)}  ${
      one.state === "violated" ? tone(text) : colors.dim(text)
    }`;
  });
  const hidden = sorted.length - shown.length;
  if (hidden > 0) lines[lines.length - 1] = colors.dim(`   and ${hidden + 1} more`);
  return ["", ...lines];
}

function generatorText(generator: LiveTick["generator"]): string {
  const note = generator.note === undefined ? "" : ` · ${visible(generator.note)}`;
  return `${formatShare(generator.cpuShare)} of a core${note}`;
}

function toneOf(state: LiveInvariant["state"], colors: Colors): (text: string) => string {
  if (state === "violated") return colors.red;
  return state === "holding" ? colors.green : colors.dim;
}

function figure(text: string): string {
  return fit(text, FIGURE_COLUMNS);
}

function seconds(ns: number): string {
  return ns < 120 * NS_PER_S ? `${(ns / NS_PER_S).toFixed(1)} s` : formatMs(ns / NS_PER_MS);
}
