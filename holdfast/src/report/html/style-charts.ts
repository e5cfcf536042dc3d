/** The look of charts and proofs. Every pen differs by its dashes as well as by its colour. */
export const CHART_STYLE = `
.chart figcaption { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.1rem 0.75rem; margin-bottom: 0.5rem; }
.chart .unit { color: var(--muted); font-size: 0.8125rem; }
.legend { display: flex; flex-wrap: wrap; gap: 0.1rem 1.1rem; font-size: 0.8125rem; }
.chart .legend { margin-left: auto; }
.legend li { display: inline-flex; align-items: center; gap: 0.4rem; }
.swatch { width: 26px; height: 14px; flex: none; }
.line { fill: none; stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: butt; vector-effect: non-scaling-stroke; }
.pen-1 { stroke: var(--pen-1); } .pen-2 { stroke: var(--pen-2); stroke-dasharray: 7 3; }
.pen-3 { stroke: var(--pen-3); stroke-width: 2.25; } .pen-4 { stroke: var(--pen-4); stroke-dasharray: 2 3; stroke-width: 2.25; }
.plot { min-height: var(--height); }
.color--muted { color: var(--muted); } .color--line { color: var(--line); } .color--fail { color: var(--fail); }
.live { height: var(--height); overflow: hidden; }
.readout { color: var(--muted); font-size: 0.8125rem; min-height: 1.6em; }
.legend.single { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.u-cursor-x { border-right: 1px solid var(--muted) !important; }
.u-select { background: color-mix(in srgb, var(--pen-1) 18%, transparent) !important; }
.static { display: grid; grid-template: 1fr 30px / 58px 1fr; height: var(--height); padding: 16px 24px 0 0; }
.static .ys, .static .xs, .static .area { position: relative; }
.static .xs { grid-column: 2; border-top: 1px solid var(--muted); }
.static svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
.static span { position: absolute; font-size: 12px; line-height: 1; color: var(--muted); white-space: nowrap; }
.static .ys span { right: 8px; transform: translateY(-50%); }
.static .xs span { top: 9px; transform: translateX(-50%); }
.static .label { top: -14px; overflow: hidden; text-overflow: ellipsis; }
.static .label.fail { top: 4px; padding-inline: 5px; color: var(--fail); }
.grid { stroke: var(--line); stroke-width: 1; vector-effect: non-scaling-stroke; }
.at { stroke: var(--muted); stroke-dasharray: 2 3; vector-effect: non-scaling-stroke; }
.at.fail { stroke: var(--fail); stroke-dasharray: none; }

.proof { margin-top: 1.1rem; background: var(--raised); border-radius: 5px; padding: 0.9rem 1.1rem 1rem; }
.proof figcaption { color: var(--muted); font-size: 0.8125rem; margin-bottom: 0.75rem; max-width: 46rem; }
.proof ol > li { display: grid; grid-template-columns: minmax(0, 1fr); padding-block: 0.35rem; border-top: 1px solid var(--line); }
.proof .act span { color: var(--muted); margin-left: 0.35em; }
.proof .bar svg { display: block; width: 100%; height: 28px; overflow: visible; }
.proof .bar .grid { stroke: color-mix(in srgb, var(--muted) 35%, transparent); }
.proof .answer { font-weight: 600; }
.proof .particulars { display: flex; flex-wrap: wrap; gap: 0 1.1rem; color: var(--muted); font-size: 0.8125rem; align-items: baseline; }
.proof .particulars button { min-height: 0; padding: 0 0.35rem; border-color: transparent; color: var(--link); }
.proof .particulars button:hover { border-color: currentColor; }
.proof .particulars .copyable { display: inline; } .proof .particulars .copyable button { margin-left: 0.4rem; }
.span { fill: var(--bar); fill-opacity: 0.34; stroke: var(--bar); stroke-width: 1; }
.end { stroke: var(--bar); stroke-width: 2; }
.ok { --bar: var(--pen-1); } .rejected { --bar: var(--pen-2); } .failed { --bar: var(--muted); } .unknown { --bar: var(--pen-4); }
.rejected .span { fill-opacity: 0; stroke-width: 1.5; } .failed .span { fill-opacity: 0; stroke-dasharray: 2 2; }
.unknown .span { fill-opacity: 0.12; stroke-dasharray: 5 3; }
.open { stroke: var(--bar); stroke-width: 1.5; stroke-dasharray: 5 4; }
.tip { fill: none; stroke: var(--bar); stroke-width: 2; }
.cut { fill: none; stroke: var(--muted); stroke-width: 1.25; }
.band { fill: var(--fail); fill-opacity: 0.11; }
.axis { border-top: 1px solid var(--muted); padding-top: 0.3rem; }
.axis > div { position: relative; height: 1.2em; font-size: 0.75rem; color: var(--muted); }
.axis span { position: absolute; transform: translateX(-50%); white-space: nowrap; }
.axis .first { transform: none; } .axis .last { transform: translateX(-100%); }
.proof .legend { margin-top: 0.6rem; color: var(--muted); }
.proof .raw { grid-column: 1 / -1; }
.proof .raw pre { margin: 0.25rem 0 0.5rem; padding: 0.5rem 0.7rem; background: var(--paper); border: 1px solid var(--line);
  border-radius: 4px; font: 0.8125rem/1.5 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere; }
.proof .considered { margin-top: 0.6rem; font-size: 0.8125rem; max-width: 46rem; }
.proof .legend b { color: var(--ink); font-weight: 600; }
@media (min-width: 48rem), print {
  .under { display: grid; grid-template-columns: auto minmax(0, 1fr); column-gap: 1.5rem; }
  .under details, .readout { grid-row: 1; } .readout { grid-column: 2; text-align: right; padding-top: 0.3rem; }
  .under details[open] { grid-row: 2; grid-column: 1 / -1; }
  .proof ol > li { grid-template-columns: 12rem minmax(0, 1fr) 11rem; column-gap: 1.25rem; align-items: center; }
  .proof .particulars { grid-column: 1 / -1; }
  .axis { margin-inline: 13.25rem 12.25rem; }
}
`;
