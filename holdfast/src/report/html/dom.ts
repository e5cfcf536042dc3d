/**
 * The little of a browser that the page's script uses. TypeScript's own DOM types would put `name`, `open`, `close` and
 * hundreds more into the scope of every file of this project, where a forgotten variable would then go unnoticed.
 */
export interface PageElement {
  textContent: string | null;
  readonly clientWidth: number;
  readonly dataset: Record<string, string | undefined>;
  readonly style: Record<string, string>;
  readonly classList: { add(name: string): void };
  readonly previousElementSibling: PageElement | null;
  closest(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
  addEventListener(type: string, act: (event: PageEvent) => void): void;
}

interface PageEvent {
  readonly key: string;
  preventDefault(): void;
}

export interface PageDocument {
  readonly documentElement: PageElement;
  readonly body: PageElement;
  getElementById(id: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
  querySelector(selector: string): PageElement | null;
  createRange(): { selectNodeContents(of: PageElement): void };
}

export interface PageWindow {
  readonly localStorage: {
    getItem(key: string): string | null;
    setItem(key: string, to: string): void;
  };
  readonly navigator: { readonly clipboard?: { writeText(text: string): Promise<void> } };
  matchMedia(query: string): { addEventListener(type: "change", act: () => void): void };
  getComputedStyle(of: PageElement): Record<string, string>;
  getSelection(): { removeAllRanges(): void; addRange(range: unknown): void } | null;
  setTimeout(act: () => void, ms: number): unknown;
}

export interface PageResizeObserver {
  new (act: () => void): { observe(element: PageElement): void };
}
