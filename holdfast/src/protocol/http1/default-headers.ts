/** The headers that every request of a family of clients has, unless it brings its own. */
export class DefaultHeaders {
  /** All of them as lines. */
  readonly lines: string;
  /** "" where no default says so. */
  readonly host: string;
  readonly contentType: string;
  readonly hasCookie: boolean;
  readonly #lineOf = new Map<string, string>();

  /** Names and values are checked already. */
  constructor(headers: Readonly<Record<string, string>>) {
    let host = "";
    let contentType = "";
    this.#lineOf.set("user-agent", "user-agent: holdfast\r\n");
    for (const [name, value] of Object.entries(headers)) {
      const lower = name.toLowerCase();
      if (lower === "host") host = value;
      else if (lower === "content-type") contentType = value;
      else this.#lineOf.set(lower, `${name}: ${value}\r\n`);
    }
    this.host = host;
    this.contentType = contentType;
    this.hasCookie = this.#lineOf.has("cookie");
    this.lines = [...this.#lineOf.values()].join("");
  }

  has(lowerName: string): boolean {
    return this.#lineOf.has(lowerName);
  }

  linesWithout(lowerNames: ReadonlySet<string>): string {
    let lines = "";
    for (const [name, line] of this.#lineOf) if (!lowerNames.has(name)) lines += line;
    return lines;
  }
}
