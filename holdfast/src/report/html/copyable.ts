/** Text that a click copies: ids and commands. Without a script it is plain text that can be selected whole. */
import { html } from "./markup.ts";
import type { Markup } from "./markup.ts";

/** `what` names it for a screen reader: "the command". */
export function copyable(text: string, what: string): Markup {
  return html`<span class="copyable"
    ><code>${text}</code
    ><button type="button" data-copy aria-label="Copy ${what}">Copy</button></span
  >`;
}
