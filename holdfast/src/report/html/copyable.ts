/** Text that a click copies: ids and commands. Without a script it is plain text that can be selected whole. */
import { COMMAND_MAX } from "../limits.ts";
import { html, long } from "./markup.ts";
import type { Markup, MarkupValue } from "./markup.ts";

/** `what` names it for a screen reader: "the id". */
export function copyable(text: MarkupValue, what: string): Markup {
  return html`<span class="copyable"
    ><code>${text}</code
    ><button type="button" data-copy aria-label="Copy ${what}">Copy</button></span
  >`;
}

/** A line of its own with a whole command: one that is cut is another command. */
export function commandLine(label: string, command: string, what: string): Markup {
  return html`<p class="command">
    <span>${label}</span>${copyable(long(command, COMMAND_MAX), what)}
  </p>`;
}
