/** Marks that carry a verdict by shape and word; colour only repeats what they say. */
import type { Verdict } from "../../checker/finding.ts";
import { html } from "./markup.ts";
import type { Markup } from "./markup.ts";

const SHAPES: Readonly<Record<Verdict, Markup>> = {
  pass: html`<path d="M4.5 10.6l3.7 3.6 7.3-8" />`,
  fail: html`<path d="M5.5 5.5l9 9m0-9l-9 9" />`,
  unknown: html`<path d="M7.2 7.3a2.9 2.9 0 1 1 4.2 2.6c-1 .5-1.4 1-1.4 2.1m0 2.8v.1" />`,
};

/** Decoration: the word must stand beside it. */
export function mark(verdict: Verdict): Markup {
  return html`<svg class="mark ${verdict}" viewBox="0 0 20 20" aria-hidden="true">
    ${SHAPES[verdict]}
  </svg>`;
}

/** The mark with its word. */
export function state(verdict: Verdict, word: string): Markup {
  return html`<span class="state ${verdict}">${mark(verdict)}${word}</span>`;
}
