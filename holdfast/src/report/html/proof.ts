/**
 * The operations of a proof as bars on one time axis: who, what, when, answered how. Text is HTML and wraps; only the
 * bars are SVG, each in a strip of its own, stretched to the width there is by giving every x in percent.
 *
 *     order phone   |   ├──────────┤         |  200 ok, o-00099     closed: answered
 *     order phone   |        ├─ ─ ─ ─ ─ ─ ─ ▷|  no answer, unknown  open: its effect may come at any later time
 *                   812 ms     814 ms   816 ms
 */
import { formatCount } from "../../base/units.ts";
import { OUTCOMES } from "../../record/outcome.ts";
import type { Outcome } from "../../record/outcome.ts";
import type { Witness } from "../../checker/finding.ts";
import type { InvariantResult } from "../../verdict/result.ts";
import { PROOF_ROWS_MAX, RAW_MAX } from "../limits.ts";
import { allAtOnce, isOpenEnded, timeAxis } from "../time-axis.ts";
import type { TimeAxis } from "../time-axis.ts";
import {
  actText,
  answerText,
  consideredText,
  counted,
  formatMs,
  intervalText,
} from "../wording.ts";
import { copyable } from "./copyable.ts";
import { html, longLines } from "./markup.ts";
import type { Markup } from "./markup.ts";

const OUTCOME_SAYS: Readonly<Record<Outcome, string>> = {
  ok: "took effect",
  rejected: "refused for a business reason",
  failed: "certainly did not happen",
  unknown: "open-ended: may have happened, now or at any later time",
};

/** `withRaw`: requests and answers, too. */
export function proof(invariant: InvariantResult, title: string, withRaw: boolean): Markup {
  const witnesses = invariant.witnesses.slice(0, PROOF_ROWS_MAX);
  const axis = timeAxis(witnesses);
  const helped = consideredText(invariant.considered);
  return html`<figure class="proof" aria-labelledby="${title}-proof">
    <figcaption id="${title}-proof">${captionOf({ ...invariant, witnesses }, axis)}</figcaption>
    <ol>
      ${witnesses.map((witness) => row(witness, axis, allAtOnce(witnesses), withRaw))}
    </ol>
    <div class="axis" aria-hidden="true"><div>${ticks(axis)}</div></div>
    ${legend(witnesses)} ${helped !== "" && html`<p class="considered">${helped}.</p>`}
  </figure>`;
}

function captionOf(invariant: InvariantResult, axis: TimeAxis): string {
  const { witnesses, key, count, verdict } = invariant;
  const together = allAtOnce(witnesses);
  const role = verdict === "fail" ? "The proof" : "What was looked at";
  const parts = [
    `${role}: ${counted(witnesses.length, "operation")}`,
    key === null || key === "" ? "" : ` on ${key}`,
    count > 1 ? `, the first of ${counted(count, "violation")}` : "",
    ". Times count from the start of the run.",
    together === undefined
      ? ""
      : ` Shaded: the ${formatMs(together.toMs - together.fromMs)} in which all were in flight.`,
    axis.pieces.length > 1 ? " The axis is cut (//) where nothing of this happened." : "",
  ];
  return parts.join("");
}

function row(
  witness: Witness,
  axis: TimeAxis,
  together: { fromMs: number; toMs: number } | undefined,
  withRaw: boolean,
): Markup {
  const who = witness.phase === "load" ? `process ${witness.process}` : `the ${witness.phase}`;
  return html`<li class="${witness.outcome}">
    <p class="act"><b>${actText(witness)}</b> <span>${who}</span></p>
    <div class="bar">
      <svg role="img" aria-label="In flight ${intervalText(witness)}">
        ${grid(axis)} ${together !== undefined && band(axis, together)} ${bar(witness, axis)}
      </svg>
    </div>
    <p class="answer">${answerText(witness)}</p>
    <p class="particulars">
      <span>${intervalText(witness)}</span>
      <span>classified by: ${witness.rule}</span>
      <span>operation ${formatCount(witness.index)}</span>
      ${witness.id !== null && html`<span>id ${copyable(witness.id, "the id")}</span>`}
    </p>
    ${withRaw && said(witness)}
  </li>`;
}

/** The request and the answer as they were. The answer is the system's own text: it is escaped like all other. */
function said({ raw, index }: Witness): Markup | false {
  if (raw === undefined) return false;
  if ("notKept" in raw) return html`<p class="particulars"><span>Request ${raw.notKept}</span></p>`;
  return html`<details class="raw">
    <summary>Request and answer of operation ${formatCount(index)}</summary>
    <pre aria-label="Request">${longLines(raw.request.trimEnd(), RAW_MAX)}</pre>
    <pre aria-label="Answer">${longLines(raw.answer.trimEnd(), RAW_MAX)}</pre>
  </details>`;
}

function bar(witness: Witness, axis: TimeAxis): Markup {
  const from = axis.place(witness.invokedMs);
  const until = axis.place(witness.returnedMs ?? witness.invokedMs);
  const width = percent(Math.max(0, until - from));
  return html`<rect class="span" x="${percent(from)}" y="7" width="${width}" height="14" />
    <line class="end" x1="${percent(from)}" x2="${percent(from)}" y1="4" y2="24" />
    ${
      isOpenEnded(witness)
        ? html`<line class="open" x1="${percent(until)}" x2="100%" y1="14" y2="14" /><svg
              x="100%"
              y="14"
              overflow="visible"
              aria-hidden="true"
            >
              <path class="tip" d="M-9 -6L0 0L-9 6" />
            </svg>`
        : html`<line class="end" x1="${percent(until)}" x2="${percent(until)}" y1="4" y2="24" />`
    }`;
}

function band(axis: TimeAxis, { fromMs, toMs }: { fromMs: number; toMs: number }): Markup {
  const from = axis.place(fromMs);
  const width = percent(axis.place(toMs) - from);
  return html`<rect class="band" x="${percent(from)}" y="0" width="${width}" height="100%" />`;
}

function grid(axis: TimeAxis): Markup {
  const lines = axis.ticks.map(({ place }) => {
    const x = percent(place);
    return html`<line class="grid" x1="${x}" x2="${x}" y1="0" y2="100%" />`;
  });
  const cuts = axis.pieces.slice(1).map((piece, index) => {
    const before = axis.pieces[index]?.to ?? 0;
    return html`<svg
      x="${percent((before + piece.from) / 2)}"
      y="14"
      overflow="visible"
      aria-hidden="true"
    >
      <path class="cut" d="M-5 7L-1 -7M1 7L5 -7" />
    </svg>`;
  });
  return html`${lines}${cuts}`;
}

function ticks(axis: TimeAxis): Markup[] {
  return axis.ticks.map(({ place, label }) => {
    const side = place < 0.06 ? "first" : place > 0.94 ? "last" : "";
    return html`<span class="${side}" style="left:${percent(place)}">${label}</span>`;
  });
}

function legend(witnesses: readonly Witness[]): Markup {
  const seen = OUTCOMES.filter((outcome) => witnesses.some((one) => one.outcome === outcome));
  return html`<ul class="legend">
    ${seen.map(
      (outcome) =>
        html`<li class="${outcome}">
          <svg class="swatch" aria-hidden="true">
            <rect class="span" x="1" y="3" width="22" height="8" /></svg
          ><span><b>${outcome}</b> ${OUTCOME_SAYS[outcome]}</span>
        </li>`,
    )}
  </ul>`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}
