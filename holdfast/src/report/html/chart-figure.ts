/**
 * A chart on the page: drawn by the script where one runs, static in print and without; its numbers in a table. A canvas
 * knows no style sheet, so the hidden spans carry the colours that the script draws with, light or dark as it may be.
 */
import type { Chart } from "./chart.ts";
import { staticChart } from "./chart-static.ts";
import { html } from "./markup.ts";
import type { Markup } from "./markup.ts";
import { table } from "./table.ts";

export function chartFigure(chart: Chart): Markup {
  const title = `chart-${chart.id}`;
  return html`<figure class="chart" aria-labelledby="${title}">
    <figcaption>
      <h3 id="${title}">${chart.title}</h3>
      <span class="unit">${chart.unit}</span>
      <ul class="legend ${chart.series.length === 1 && "single"}">
        ${chart.series.map(
          ({ name, pen }) =>
            html`<li>
              <svg class="swatch" aria-hidden="true">
                <line class="line pen-${pen}" x1="0" x2="26" y1="7" y2="7" /></svg
              ><span>${name}</span>
            </li>`,
        )}
      </ul>
    </figcaption>
    <div class="plot" style="--height:${chart.heightPx}px">
      ${staticChart(chart)}
      <div
        class="live"
        data-chart="${chart.id}"
        role="img"
        tabindex="0"
        aria-label="${chart.says} Left and right arrow keys read it point by point."
      ></div>
    </div>
    <span class="color--muted" hidden></span><span class="color--line" hidden></span
    ><span class="color--fail" hidden></span>
    <div class="under">
      <p class="readout" data-readout="${chart.id}" aria-live="polite"></p>
      <details>
        <summary>The numbers of this chart</summary>
        ${table(chart.table)}
      </details>
    </div>
  </figure>`;
}
