/** The business rules, worst first: what was found, over how much, and for a violation the proof. */
import type { InvariantResult, RunResult } from "../../verdict/result.ts";
import { PROOFS_MAX, RAW_PROOFS_MAX, ROWS_MAX } from "../limits.ts";
import { counted, INVARIANT_WORD, WORST_FIRST } from "../wording.ts";
import { commandLine } from "./copyable.ts";
import { html } from "./markup.ts";
import type { Markup } from "./markup.ts";
import { proof } from "./proof.ts";
import type { Section } from "./section.ts";
import { leftOut } from "./table.ts";
import { state } from "./tone.ts";

export function invariantsSection({ invariants, run }: RunResult): Section {
  const sorted = [...invariants].sort((a, b) => WORST_FIRST[a.verdict] - WORST_FIRST[b.verdict]);
  return {
    id: "invariants",
    title: "Invariants",
    gist: gistOf(invariants),
    content:
      sorted.length === 0
        ? html`<p class="empty">
            This test states no invariant: nothing was asked of the history of its operations.
          </p>`
        : [
            sorted.slice(0, ROWS_MAX).map((one, index) => invariant(one, index, run.command)),
            leftOut(sorted.length - ROWS_MAX, "invariants"),
          ],
  };
}

function gistOf(invariants: readonly InvariantResult[]): string {
  const count = (verdict: string): number =>
    invariants.filter((one) => one.verdict === verdict).length;
  if (invariants.length === 0) return "none stated";
  if (count("fail") > 0) return `${count("fail")} of ${invariants.length} violated`;
  if (count("unknown") > 0) return `${count("unknown")} of ${invariants.length} not decided`;
  return invariants.length === 1 ? "held" : `all ${invariants.length} held`;
}

function invariant(one: InvariantResult, index: number, command: string | undefined): Markup {
  const title = `invariant-${index}`;
  return html`<article class="invariant ${one.verdict}" aria-labelledby="${title}">
    <header>
      <h3 id="${title}">${one.name}</h3>
      ${state(one.verdict, INVARIANT_WORD[one.verdict])}
    </header>
    <p class="sentence">${one.sentence}</p>
    <p class="counts">${countsOf(one)}</p>
    ${one.witnesses.length > 0 && index < PROOFS_MAX && proof(one, title, index < RAW_PROOFS_MAX)}
    ${
      one.verdict !== "pass" &&
      commandLine("Judge it again", one.recheck, "the command that judges it again")
    }
    ${
      one.verdict === "fail" &&
      index < PROOFS_MAX &&
      command !== undefined &&
      commandLine("Load it again", command, "the command that loads it again")
    }
  </article>`;
}

/** Without real overlap there is no proof: how much there was always stands with the verdict. */
function countsOf({ checked, count, verdict }: InvariantResult): string {
  const parts = [
    verdict === "fail" ? counted(count, "violation") : "",
    counted(checked.operations, "operation"),
    counted(checked.keys, "key"),
    counted(checked.unknownOutcomes, "unknown outcome"),
    `up to ${counted(checked.overlapMax, "operation")} in flight at once on a key`,
  ];
  return parts.filter((part) => part !== "").join(" · ");
}
