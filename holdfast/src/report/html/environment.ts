/** What the run stood on, and what else a reader should know of it. */
import type { RunResult } from "../../verdict/result.ts";
import { ROWS_MAX } from "../limits.ts";
import { counted } from "../wording.ts";
import { html } from "./markup.ts";
import type { Section } from "./section.ts";

/** Undefined when there is nothing to say. */
export function notesSection({ notes }: RunResult): Section | undefined {
  if (notes.length === 0) return undefined;
  return {
    id: "notes",
    title: "Notes",
    gist: counted(notes.length, "note"),
    content: html`<ul class="notes">
      ${notes.slice(0, ROWS_MAX).map((note) => html`<li>${note}</li>`)}
    </ul>`,
  };
}

export function environmentSection({ environment, run }: RunResult): Section {
  const facts = [...Object.entries(run.versions), ...Object.entries(environment)];
  return {
    id: "environment",
    title: "Environment",
    gist: counted(run.threads, "engine thread"),
    content: html`<dl class="facts">
      ${facts.slice(0, ROWS_MAX).map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>`,
  };
}
