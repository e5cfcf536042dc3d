/** The look of the page: a journal's, not a dashboard's. Ink on paper, one measure of text, colour only for verdicts. */
import { CHART_STYLE } from "./style-charts.ts";

const BASE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#fdfcf9, #15171a);
  --raised: light-dark(#f6f3ec, #1d2024);
  --ink: light-dark(#1c1b19, #e8e5de);
  --muted: light-dark(#5d594f, #a8a397);
  --line: light-dark(#e2ddd1, #32363c);
  --link: light-dark(#1d4f80, #93c1ec);
  --pass: light-dark(#17613d, #7dd0a0);
  --pass-tint: light-dark(#e9f3ec, #14241b);
  --fail: light-dark(#a3231b, #ff8f80);
  --fail-tint: light-dark(#fbece8, #2c1817);
  --unknown: light-dark(#7c4f00, #e8b94f);
  --unknown-tint: light-dark(#fbf2de, #271f0f);
  --pen-1: light-dark(#2b5f93, #86b6e6);
  --pen-2: light-dark(#8a5a00, #e3b04b);
  --pen-3: light-dark(#a3231b, #ff8f80);
  --pen-4: light-dark(#5b3f8c, #bfa3ef);
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "Source Serif 4", Charter, Georgia,
    "DejaVu Serif Condensed", "DejaVu Serif", serif;
  --sans: "Avenir Next", "Segoe UI", "Helvetica Neue", Inter, Roboto, "Noto Sans",
    "DejaVu Sans Condensed", "DejaVu Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  --edge: clamp(1rem, 4vw, 3.5rem);
}
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
*, *::before, *::after { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 400 0.9375rem/1.55 var(--sans); font-variant-numeric: tabular-nums;
  overflow-wrap: anywhere;
}
h1, h2, h3, p, ul, ol, dl, dd, figure { margin: 0; padding: 0; }
ul, ol { list-style: none; }
a { color: var(--link); text-underline-offset: 0.2em; }
code { font: 0.86em/1.5 var(--mono); overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -100vw; top: 0; padding: 0.5rem 1rem; background: var(--paper); z-index: 9; }
.skip:focus { left: 0; }
.masthead, .contents, main, footer { padding-inline: max(var(--edge), calc(50vw - 38rem)); }
.scripted .static, html:not(.scripted) .live, html:not(.scripted) button { display: none; }
button {
  font: inherit; font-size: 0.8125rem; line-height: 1.4; color: var(--ink); background: none; cursor: pointer;
  border: 1px solid var(--line); border-radius: 3px; padding: 0.15rem 0.55rem; min-height: 1.75rem;
}
button:hover { border-color: var(--muted); }
.mark { width: 1.25em; height: 1.25em; flex: none; fill: none; stroke: currentColor; stroke-width: 2.4;
  stroke-linecap: round; stroke-linejoin: round; }
.state { white-space: nowrap; font-weight: 600; }
.state .mark { vertical-align: -0.27em; margin-right: 0.3em; }
.state.pass { color: var(--pass); } .state.fail { color: var(--fail); } .state.unknown { color: var(--unknown); }
.note, .empty { color: var(--muted); }
.note { font-size: 0.8125rem; margin-top: 0.5rem; }
.empty { font: italic 1.0625rem/1.5 var(--serif); }
summary { cursor: pointer; color: var(--link); width: fit-content; padding-block: 0.25rem; font-size: 0.875rem; }
`;

const MASTHEAD = `
.masthead { --tone: var(--unknown); --tint: var(--unknown-tint); background: var(--tint);
  border-top: 6px solid var(--tone); padding-block: 0 2rem; }
.masthead.pass { --tone: var(--pass); --tint: var(--pass-tint); }
.masthead.fail { --tone: var(--fail); --tint: var(--fail-tint); }
.colophon { display: flex; justify-content: space-between; align-items: center; gap: 1rem; padding-block: 1rem;
  color: var(--muted); font-size: 0.8125rem; }
.colophon b { color: var(--ink); letter-spacing: 0.02em; margin-right: 0.5em; }
.verdict { padding-block: clamp(1.25rem, 4vw, 2.75rem) clamp(1.5rem, 4vw, 2.5rem); max-width: 58rem; }
.stamp { display: inline-flex; align-items: center; gap: 0.35em; color: var(--tone); border: 2px solid;
  border-radius: 4px; padding: 0.1em 0.6em 0.1em 0.4em; font-size: 1.0625rem; font-weight: 700; letter-spacing: 0.14em; }
h1 { font: 400 clamp(1.6rem, 1.05rem + 2.3vw, 2.7rem)/1.18 var(--serif); letter-spacing: -0.012em;
  text-wrap: balance; margin-top: 1.1rem; }
.lede { font: 400 clamp(1.0625rem, 1rem + 0.4vw, 1.25rem)/1.5 var(--serif); margin-top: 0.9rem; max-width: 48rem; text-wrap: pretty; }
.meaning { margin-top: 0.9rem; color: var(--muted); }
.meaning b { color: var(--tone); }
.facts { display: flex; flex-wrap: wrap; gap: 0.8rem 2.25rem; }
.facts > div { min-width: 0; }
.facts dt, .figures dt { color: var(--muted); font-size: 0.8125rem; }
.facts dd { overflow-wrap: anywhere; }
.masthead .facts { border-top: 1px solid color-mix(in srgb, var(--tone) 28%, transparent); padding-top: 1.25rem; }
.command { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.25rem 0.75rem; margin-top: 1.25rem; }
.command > span:first-child { color: var(--muted); font-size: 0.8125rem; }
.copyable { display: inline-flex; align-items: baseline; gap: 0.5rem; min-width: 0; }
.copyable button { flex: none; }
.command .copyable { background: var(--paper); border: 1px solid var(--line); border-radius: 4px;
  padding: 0.3rem 0.35rem 0.3rem 0.7rem; max-width: 100%; align-items: center; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(9.5rem, 45%), 1fr)); margin-top: 2rem;
  background: var(--paper); border: 1px solid color-mix(in srgb, var(--tone) 28%, transparent); border-radius: 5px; overflow: hidden; }
@media (min-width: 56rem) { .figures.double { grid-template-columns: repeat(5, minmax(0, 1fr)); } }
.figures > div { padding: 0.9rem clamp(0.8rem, 2vw, 1.25rem) 1rem; margin: 0 -1px -1px 0; border-right: 1px solid var(--line); border-bottom: 1px solid var(--line); }
.figures dd { font: 400 clamp(1.45rem, 1.2rem + 1vw, 1.75rem)/1.25 var(--serif); font-variant-numeric: lining-nums tabular-nums; white-space: nowrap; }
.figures .more { font: 0.8125rem/1.4 var(--sans); color: var(--muted); white-space: normal; }
.contents { border-bottom: 1px solid var(--line); background: var(--paper); }
.contents ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.6rem; padding-block: 0.9rem; font-size: 0.875rem; }
.contents span { color: var(--muted); }
`;

const SECTIONS = `
section { border-bottom: 1px solid var(--line); padding-block: 2.5rem; display: grid; gap: 1.25rem 3rem;
  grid-template-columns: minmax(0, 1fr); }
section:last-child { border-bottom: 0; }
.content { min-width: 0; display: grid; gap: 1.75rem; grid-template-columns: minmax(0, 1fr); }
h2 { font: 400 1.5rem/1.2 var(--serif); letter-spacing: -0.005em; }
.gist { color: var(--muted); font-size: 0.875rem; margin-top: 0.25rem; }
@media (min-width: 64rem) {
  section { grid-template-columns: 11rem minmax(0, 1fr); }
  .margin { position: sticky; top: 1.5rem; align-self: start; }
}
h3 { font-size: 1rem; font-weight: 600; line-height: 1.4; }
.sentence { font: 400 1.125rem/1.5 var(--serif); max-width: 46rem; text-wrap: pretty; }
.invariant { border-left: 3px solid var(--tone); padding-left: 1.1rem; }
.invariant.pass { --tone: var(--pass); } .invariant.fail { --tone: var(--fail); } .invariant.unknown { --tone: var(--unknown); }
.invariant header { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0 1rem; }
.invariant .sentence { margin-top: 0.15rem; }
.invariant .counts { color: var(--muted); font-size: 0.8125rem; margin-top: 0.3rem; }
.reasons { border-left: 3px solid var(--unknown); padding-left: 1.1rem; }
.reasons ul, .notes { list-style: disc; padding-left: 1.2rem; display: grid; gap: 0.4rem; max-width: 46rem; }
.reasons ul { margin-top: 0.5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.875rem; }
caption { text-align: left; color: var(--muted); font-size: 0.8125rem; padding-bottom: 0.4rem; }
th, td { text-align: left; font-weight: 400; padding: 0.4rem 1.25rem 0.4rem 0; vertical-align: baseline; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--muted); font-size: 0.8125rem; border-bottom-color: var(--muted); white-space: nowrap; }
tbody th { min-width: 9rem; }
.number { text-align: right; white-space: nowrap; }
.number + :not(.number) { padding-left: 0.75rem; }
footer { color: var(--muted); font-size: 0.8125rem; padding-block: 2rem 3rem; border-top: 1px solid var(--line); }
`;

const PRINT = `
@media print {
  :root, :root[data-theme] { color-scheme: light; --paper: #fff; }
  @page { margin: 16mm; }
  body { font-size: 9.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .masthead, .contents, main, footer { padding-inline: 0; }
  .masthead { padding-inline: 1rem; }
  button, .skip, .contents, .readout, .live, details { display: none !important; }
  .static, .scripted .static { display: grid; }
  section { display: block; padding-block: 1.25rem; }
  .margin { position: static; margin-bottom: 0.75rem; break-after: avoid; }
  .content { display: block; }
  .content > * + * { margin-top: 1rem; }
  article, figure, tr, .figures > div { break-inside: avoid; }
  .scroll { overflow: visible; }
  th, td { padding-right: 0.6rem; }
  a { color: inherit; text-decoration: none; }
  .figures { grid-template-columns: repeat(5, 1fr); }
  .figures > div { padding: 0.6rem; } .figures dd { font-size: 1.25rem; }
  .proof ol > li { grid-template-columns: 9rem minmax(0, 1fr) 8.5rem; column-gap: 1rem; }
  .axis { margin-inline: 10rem 9.5rem; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
`;

export const PAGE_STYLE: string = BASE + MASTHEAD + SECTIONS + CHART_STYLE + PRINT;
