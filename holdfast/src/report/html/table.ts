/** Tables that scroll by themselves when the screen is too narrow, so that the page never does. */
import { html } from "./markup.ts";
import type { Markup, MarkupValue } from "./markup.ts";

export interface Column {
  title: string;
  /** Set to the right, digits below digits. */
  number?: boolean;
}

export interface Table {
  caption: string;
  /** The first column names the row. */
  columns: readonly Column[];
  rows: readonly (readonly MarkupValue[])[];
}

export function table({ caption, columns, rows }: Table): Markup {
  const kind = (index: number): string => (columns[index]?.number === true ? "number" : "");
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(({ title }, index) => html`<th scope="col" class="${kind(index)}">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell, index) =>
                index === 0
                  ? html`<th scope="row" class="${kind(0)}">${cell}</th>`
                  : html`<td class="${kind(index)}">${cell}</td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** What a bounded table has left out, or nothing. */
export function leftOut(count: number, what: string): Markup | false {
  return count > 0 && html`<p class="note">and ${count} more ${what} in result.json</p>`;
}
