/**
 * `report.html`: the whole report in one file that opens offline, verdict first. Nothing in it is fetched, and the
 * policy in its head forbids it; what the system under test answered is shown, but never run.
 *
 * Two things draw a chart: the page's script, with uPlot, and static SVG for print and for browsers without scripts.
 * Beside each chart stands a table with its numbers.
 */
import type { RunResult } from "../verdict/result.ts";
import { pageScript } from "./html/browser.ts";
import type { DrawnChart } from "./html/browser.ts";
import { rangeOf, xTicksOf, yTicksOf } from "./html/chart.ts";
import type { Chart } from "./html/chart.ts";
import { distributionChart, distributionSection } from "./html/distribution.ts";
import { environmentSection, notesSection } from "./html/environment.ts";
import { generatorSection } from "./html/generator.ts";
import { invariantsSection } from "./html/invariants.ts";
import { html, jsonMarkup, textOf, verbatim } from "./html/markup.ts";
import type { Markup } from "./html/markup.ts";
import { masthead } from "./html/masthead.ts";
import { breakdownSections } from "./html/breakdowns.ts";
import { contents, section } from "./html/section.ts";
import type { Section } from "./html/section.ts";
import { PAGE_STYLE } from "./html/style.ts";
import { checksSection, metricsSection, stagesSection, thresholdsSection } from "./html/tables.ts";
import { cpuChart, timeCharts, timeSection } from "./html/time-charts.ts";
import { uplotScript, uplotStyle } from "./html/uplot.ts";
import { verdictWord } from "./wording.ts";

const POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";

/** The page as text; a few hundred kilobytes, whatever the run was. */
export function renderHtml(result: RunResult): string {
  const overTime = timeCharts(result);
  const distribution = distributionChart(result);
  const cpu = cpuChart(result);
  const charts = [...overTime, distribution, cpu].filter((chart) => chart !== undefined);
  const notes = notesSection(result);
  const sections = [
    invariantsSection(result),
    timeSection(result, overTime),
    distributionSection(result, distribution),
    thresholdsSection(result),
    ...breakdownSections(result),
    ...(result.stages.length > 0 ? [stagesSection(result)] : []),
    ...(result.checks.length > 0 ? [checksSection(result)] : []),
    ...(Object.keys(result.metrics).length > 0 ? [metricsSection(result)] : []),
    generatorSection(result, cpu),
    ...(notes === undefined ? [] : [notes]),
    environmentSection(result),
  ];
  return `<!doctype html>\n${textOf(page(result, sections, charts))}\n`;
}

function page(result: RunResult, sections: readonly Section[], charts: readonly Chart[]): Markup {
  return html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content="${verbatim(POLICY)}" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>${verdictWord(result)}: ${result.run.name}</title>
      <style>
        ${verbatim(uplotStyle())}
        ${verbatim(PAGE_STYLE)}
      </style>
    </head>
    <body>
      <a class="skip" href="#invariants">Skip to the invariants</a>
      ${masthead(result)} ${contents(sections)}
      <main>${sections.map(section)}</main>
      <footer>
        <p>
          Made by Holdfast from result.json alone. This file holds all it shows and asks the network
          for nothing.
        </p>
      </footer>
      <script type="application/json" id="charts">
        ${jsonMarkup(charts.map(drawn))}
      </script>
      <script>
        ${verbatim(uplotScript())};
      </script>
      <script>
        ${verbatim(pageScript())};
      </script>
    </body>
  </html>`;
}

/** What the script draws; the tables are on the page already. */
function drawn(chart: Chart): DrawnChart {
  const { table: _, says: __, ...rest } = chart;
  return {
    ...rest,
    ...rangeOf(chart),
    yTicks: yTicksOf(chart).map(({ value }) => value),
    xTicks: chart.x === "percentile" ? xTicksOf(chart).map(({ value }) => value) : null,
  };
}
