/** A section of the page: its heading stands in the left margin on wide screens, above the content on narrow ones. */
import { html } from "./markup.ts";
import type { Markup, MarkupValue } from "./markup.ts";

export interface Section {
  id: string;
  title: string;
  /** The section in a few words, below its heading and in the contents. */
  gist: string;
  content: MarkupValue;
}

export function section({ id, title, gist, content }: Section): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <div class="margin">
      <h2 id="${id}-title">${title}</h2>
      <p class="gist">${gist}</p>
    </div>
    <div class="content">${content}</div>
  </section>`;
}

export function contents(sections: readonly Section[]): Markup {
  return html`<nav class="contents" aria-label="Contents">
    <ul>
      ${sections.map(
        ({ id, title, gist }) => html`<li><a href="#${id}">${title}</a> <span>${gist}</span></li>`,
      )}
    </ul>
  </nav>`;
}
