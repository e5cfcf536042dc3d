/**
 * A chart without a script: for print, for browsers that run none. Only the lines are SVG, stretched to whatever width
 * there is; the numbers on the axes are HTML, placed in percent, so that they stay readable at any width.
 */
import { rangeOf, xTicksOf, yTicksOf } from "./chart.ts";
import type { Chart, Mark, Series } from "./chart.ts";
import { html } from "./markup.ts";
import type { Markup } from "./markup.ts";

/** The drawing's own units: x and y both run from 0 to this. */
const SIDE = 1000;

export function staticChart(chart: Chart): Markup {
  const scale = scaleOf(chart);
  const ys = yTicksOf(chart);
  const xs = xTicksOf(chart);
  return html`<div class="static" role="img" aria-label="${chart.says}">
    <div class="ys" aria-hidden="true">
      ${ys.map(({ value, label }) => html`<span style="top:${scale.y(value) / 10}%">${label}</span>`)}
    </div>
    <div class="area" aria-hidden="true">
      <svg viewBox="0 0 ${SIDE} ${SIDE}" preserveAspectRatio="none">
        ${ys.map(({ value }) => {
          const y = scale.y(value);
          return html`<line class="grid" x1="0" x2="${SIDE}" y1="${y}" y2="${y}" />`;
        })}
        ${chart.marks.map(({ at, kind }) => {
          const x = scale.x(at);
          return html`<line class="at ${kind}" x1="${x}" x2="${x}" y1="0" y2="${SIDE}" />`;
        })}
        ${chart.series.map((series) => line(series, chart, scale))}
      </svg>
      ${chart.marks.map((mark, index) => markLabel(mark, index, chart, scale))}
    </div>
    <div class="xs" aria-hidden="true">
      ${xs.map(({ value, label }) => html`<span style="left:${scale.x(value) / 10}%">${label}</span>`)}
    </div>
  </div>`;
}

interface Scale {
  x(value: number): number;
  y(value: number): number;
}

function scaleOf(chart: Chart): Scale {
  const { low, high } = rangeOf(chart);
  const first = chart.xs[0] ?? 0;
  const span = (chart.xs.at(-1) ?? 1) - first || 1;
  const rise = chart.log ? Math.log(high / low) : high - low;
  const up = (value: number): number => (chart.log ? Math.log(value / low) : value - low) / rise;
  return {
    x: (value) => tenth(((value - first) / span) * SIDE),
    y: (value) => tenth(SIDE - up(value) * SIDE),
  };
}

/** One path; where a value is missing the pen is lifted. A value alone between two gaps becomes a dot. */
function line(series: Series, chart: Chart, scale: Scale): Markup {
  let path = "";
  for (const [index, value] of series.values.entries()) {
    if (value === null) continue;
    const point = `${scale.x(chart.xs[index] ?? 0)} ${scale.y(value)}`;
    const before = series.values[index - 1] ?? null;
    const after = series.values[index + 1] ?? null;
    path += `${before === null ? "M" : "L"}${point}`;
    if (before === null && after === null) path += "h.1";
  }
  return html`<path class="line pen-${series.pen}" d="${path === "" ? "M0 0" : raw(path)}" />`;
}

/** Path data is digits, blanks, M, L and h: it may be long, so it does not pass the bound on texts. */
function raw(path: string): Markup {
  return html([path] as unknown as TemplateStringsArray);
}

/** A stage is named above the drawing, a violation inside it. */
function markLabel(mark: Mark, index: number, chart: Chart, scale: Scale): Markup | false {
  if (mark.label === "") return false;
  const next = chart.marks.slice(index + 1).find(({ kind }) => kind === "stage");
  const left = scale.x(mark.at) / 10;
  const room = mark.kind === "fail" || next === undefined ? 100 : scale.x(next.at) / 10;
  const flip = mark.kind === "fail" && left > 70;
  const place = flip
    ? html`right:${tenth(100 - left)}%`
    : html`left:${left}%;max-width:${tenth(room - left)}%`;
  return html`<span class="label ${mark.kind}" style="${place}">${mark.label}</span>`;
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
