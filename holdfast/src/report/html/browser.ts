/**
 * The script of the page: the theme button, the copy buttons, the charts. These functions never run here; their source
 * goes into the page as text, so each may use nothing but the others and what is declared below.
 *
 * The page is whole without it: it only adds.
 */
import type { PageDocument, PageElement, PageResizeObserver, PageWindow } from "./dom.ts";
import type { Chart } from "./chart.ts";

declare const document: PageDocument;
declare const window: PageWindow;
declare const ResizeObserver: PageResizeObserver;
declare const uPlot: new (options: object, values: unknown, into: PageElement) => LiveChart;

/** A chart as it travels in the page's data. */
export interface DrawnChart extends Omit<Chart, "table" | "says"> {
  low: number;
  high: number;
  yTicks: readonly number[];
  /** Null: round instants, chosen anew when a part is enlarged. */
  xTicks: readonly number[] | null;
}

/** What is used of a uPlot. */
interface LiveChart {
  readonly ctx: {
    save(): void;
    restore(): void;
    beginPath(): void;
    moveTo(x: number, y: number): void;
    lineTo(x: number, y: number): void;
    stroke(): void;
    setLineDash(dashes: number[]): void;
    fillText(text: string, x: number, y: number): void;
    measureText(text: string): { width: number };
    strokeStyle: string;
    fillStyle: string;
    lineWidth: number;
    font: string;
    textBaseline: string;
    textAlign: string;
  };
  readonly bbox: { left: number; top: number; width: number; height: number };
  readonly cursor: { idx?: number | null };
  valToPos(value: number, scale: string, canvasPixels?: boolean): number;
  setSize(size: { width: number; height: number }): void;
  setCursor(at: { left: number; top: number }): void;
  redraw(): void;
}

/** The source, ready to stand in a script element. */
export function pageScript(): string {
  const parts = [
    startPage,
    startTheme,
    startCopying,
    startChart,
    chartOptions,
    axisOf,
    drawMarks,
    readOut,
    walkByKeys,
    penOf,
    colorOf,
    sayNumber,
    sayX,
  ];
  return `(function () {\n"use strict";\n${parts.map(String).join("\n")}\n${startPage.name}();\n})();`;
}

function startPage(): void {
  document.documentElement.classList.add("scripted");
  startTheme();
  startCopying();
  const charts = JSON.parse(document.getElementById("charts")?.textContent ?? "[]") as DrawnChart[];
  for (const chart of charts) {
    const into = document.querySelector(`[data-chart="${chart.id}"]`);
    if (into !== null) startChart(chart, into);
  }
}

/** Auto, light, dark, and round again. The choice outlives the page where the browser allows it. */
function startTheme(): void {
  const button = document.querySelector("[data-theme-toggle]");
  if (button === null) return;
  const themes = ["auto", "light", "dark"];
  let theme = "auto";
  try {
    theme = window.localStorage.getItem("holdfast-theme") ?? "auto";
  } catch {
    // A browser may refuse to store anything for a file: then each page begins with auto.
  }
  const show = (): void => {
    document.documentElement.dataset["theme"] = theme;
    button.textContent = `Theme: ${theme}`;
  };
  button.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length] ?? "auto";
    try {
      window.localStorage.setItem("holdfast-theme", theme);
    } catch {
      // As above.
    }
    show();
  });
  show();
}

/** Copies the text before the button; where the clipboard is closed, selects it for the reader to copy. */
function startCopying(): void {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const source = button.previousElementSibling;
    if (source === null) continue;
    const say = (word: string): void => {
      button.textContent = word;
      window.setTimeout(() => (button.textContent = "Copy"), 1500);
    };
    const select = (): void => {
      const range = document.createRange();
      range.selectNodeContents(source);
      window.getSelection()?.removeAllRanges();
      window.getSelection()?.addRange(range);
      say("Selected");
    };
    button.addEventListener("click", () => {
      const clipboard = window.navigator.clipboard;
      if (clipboard === undefined) select();
      else clipboard.writeText(source.textContent ?? "").then(() => say("Copied"), select);
    });
  }
}

function startChart(chart: DrawnChart, into: PageElement): void {
  const values = [chart.xs, ...chart.series.map((series) => series.values)];
  const live = new uPlot(chartOptions(chart, into), values, into);
  new ResizeObserver(() => {
    if (into.clientWidth > 0) live.setSize({ width: into.clientWidth, height: chart.heightPx });
  }).observe(into);
  const redraw = (): void => live.redraw();
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  document.querySelector("[data-theme-toggle]")?.addEventListener("click", redraw);
  walkByKeys(live, chart, into);
}

function chartOptions(chart: DrawnChart, into: PageElement): object {
  const pens = [...(into.closest("figure")?.querySelectorAll(".legend .line") ?? [])];
  return {
    width: Math.max(200, into.clientWidth),
    height: chart.heightPx,
    padding: [16, 24, 0, 0],
    pxAlign: 0,
    legend: { show: false },
    scales: {
      x: { time: false },
      y: chart.log
        ? { distr: 3, log: 10, range: [chart.low, chart.high] }
        : { range: [chart.low, chart.high] },
    },
    axes: [axisOf(chart, into, true), axisOf(chart, into, false)],
    cursor: {
      y: false,
      points: { size: 7 },
      ...(chart.x === "time" ? { sync: { key: "time" } } : {}),
    },
    series: [{}, ...pens.map((pen, index) => penOf(pen, chart.series[index]?.values ?? []))],
    hooks: {
      draw: [(live: LiveChart) => drawMarks(live, chart, into)],
      setCursor: [(live: LiveChart) => readOut(live, chart)],
    },
  };
}

function axisOf(chart: DrawnChart, into: PageElement, along: boolean): object {
  const ticks = along ? chart.xTicks : chart.yTicks;
  const font = `12px ${window.getComputedStyle(into)["fontFamily"] ?? "sans-serif"}`;
  return {
    font,
    stroke: () => colorOf(into, "--muted"),
    grid: { show: !along, stroke: () => colorOf(into, "--line"), width: 1 },
    ticks: { show: false },
    border: { show: along, stroke: () => colorOf(into, "--muted"), width: 1 },
    gap: 6,
    ...(along ? { size: 30 } : { size: 58 }),
    ...(ticks === null
      ? {}
      : {
          splits: (_: unknown, __: number, min: number, max: number) =>
            ticks.filter((value) => value >= min && value <= max * 1.001),
        }),
    ...(along ? {} : { filter: (_: unknown, splits: number[]) => splits }),
    values: (_: unknown, splits: (number | null)[]) =>
      splits.map((value) => {
        if (value === null) return "";
        return along ? sayX(chart, value) : sayNumber(value);
      }),
  };
}

/** Instants that matter, as lines: stages are named above the drawing where there is room, a violation inside it. */
function drawMarks(live: LiveChart, chart: DrawnChart, into: PageElement): void {
  const { ctx, bbox } = live;
  const scale = bbox.width / Math.max(1, into.clientWidth - 82);
  const right = bbox.left + bbox.width;
  ctx.save();
  ctx.font = `${12 * scale}px ${window.getComputedStyle(into)["fontFamily"] ?? "sans-serif"}`;
  ctx.lineWidth = scale;
  for (const [index, mark] of chart.marks.entries()) {
    const x = live.valToPos(mark.at, "x", true);
    if (x < bbox.left - 1 || x > right) continue;
    const fail = mark.kind === "fail";
    ctx.strokeStyle = ctx.fillStyle = colorOf(into, fail ? "--fail" : "--muted");
    ctx.setLineDash(fail ? [] : [2 * scale, 3 * scale]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const next = chart.marks.slice(index + 1).find(({ kind }) => kind === "stage");
    const until = fail || next === undefined ? right : live.valToPos(next.at, "x", true);
    const width = ctx.measureText(mark.label).width + 8 * scale;
    if (!fail && width > until - x) continue;
    const flip = width > right - x;
    ctx.textAlign = flip ? "right" : "left";
    ctx.textBaseline = fail ? "top" : "bottom";
    const aside = fail ? 5 * scale * (flip ? -1 : 1) : 0;
    ctx.fillText(mark.label, x + aside, bbox.top + (fail ? 3 : -3) * scale);
  }
  ctx.restore();
}

function readOut(live: LiveChart, chart: DrawnChart): void {
  const line = document.querySelector(`[data-readout="${chart.id}"]`);
  const index = live.cursor.idx;
  if (line === null) return;
  if (index === null || index === undefined) {
    line.textContent = "";
    return;
  }
  const values = chart.series.map(({ name, values }) => {
    const value = values[index];
    return `${name} ${value === null || value === undefined ? "none" : sayNumber(value)}`;
  });
  line.textContent = `${sayX(chart, chart.xs[index] ?? 0)}: ${values.join(" · ")} (${chart.unit})`;
}

function walkByKeys(live: LiveChart, chart: DrawnChart, into: PageElement): void {
  let index = -1;
  into.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    index = Math.max(0, Math.min(chart.xs.length - 1, index + step));
    live.setCursor({ left: live.valToPos(chart.xs[index] ?? 0, "x"), top: 0 });
  });
}

/**
 * The legend is drawn by the style sheet; the chart takes its pens from there, so that both are always the same.
 * A value alone between two gaps would be no line at all: it becomes a dot.
 */
function penOf(sample: PageElement, values: readonly (number | null)[]): object {
  const style = (): Record<string, string> => window.getComputedStyle(sample);
  const dash = (style()["strokeDasharray"] ?? "none").split(/[ ,]+/).map(Number.parseFloat);
  const alone = [...values.keys()].filter(
    (index) => values[index] !== null && (values[index - 1] ?? values[index + 1] ?? null) === null,
  );
  return {
    stroke: () => style()["stroke"],
    width: Number.parseFloat(style()["strokeWidth"] ?? "1.5"),
    points: {
      show: true,
      size: 6,
      fill: () => style()["stroke"],
      filter: () => alone,
    },
    ...(dash.some(Number.isNaN) ? {} : { dash }),
  };
}

/** A colour of the style sheet as the canvas wants it: light or dark already decided. */
function colorOf(at: PageElement, name: string): string {
  const sample = at.closest("figure")?.querySelectorAll(`.color${name}`) ?? [];
  for (const one of sample) return window.getComputedStyle(one)["color"] ?? "gray";
  return "gray";
}

function sayNumber(value: number): string {
  return value >= 1000
    ? Math.round(value).toLocaleString("en-US")
    : String(Number(value.toPrecision(3)));
}

function sayX(chart: DrawnChart, x: number): string {
  if (chart.x === "percentile") return `${Number((100 - 100 * 10 ** -x).toPrecision(9))} %`;
  return x < 600 ? `${Number(x.toFixed(3))} s` : `${Number((x / 60).toFixed(1))} min`;
}
