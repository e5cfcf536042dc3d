/** The headers that every request of a family of clients has, unless it brings its own. */
import { checkedName } from "./checked-header.ts";
import { HEADER_NAMES_REMEMBERED } from "./limits.ts";

/** Not sent on to another origin. */
export const CREDENTIALS: ReadonlySet<string> = new Set([
  "authorization",
  "cookie",
  "proxy-authorization",
]);

/** Names that mean something to the client itself. */
const SPECIAL: ReadonlySet<string> = new Set([
  "host",
  "content-type",
  "connection",
  ...CREDENTIALS,
]);

/** A header's name as an author wrote it. */
export interface HeaderName {
  readonly lower: string;
  /** `x-key: `. */
  readonly lead: string;
  /** It means something to the client, or takes the place of a default. */
  readonly special: boolean;
}

export class DefaultHeaders {
  /** All of them but the host's and the body's. */
  readonly lines: string;
  /** "" where no default says so. */
  readonly host: string;
  /** The body's type where nothing else tells it, as a line; "" where no default says so. */
  readonly typeLine: string;
  readonly hasCookie: boolean;
  readonly #lineOf = new Map<string, string>();
  readonly #names = new Map<string, HeaderName>();

  /** Names and values are checked already. */
  constructor(headers: Readonly<Record<string, string>>) {
    let host = "";
    let typeLine = "";
    this.#lineOf.set("user-agent", "user-agent: holdfast\r\n");
    for (const [name, value] of Object.entries(headers)) {
      const lower = name.toLowerCase();
      if (lower === "host") host = value;
      else if (lower === "content-type") typeLine = `content-type: ${value}\r\n`;
      else this.#lineOf.set(lower, `${name}: ${value}\r\n`);
    }
    this.host = host;
    this.typeLine = typeLine;
    this.hasCookie = this.#lineOf.has("cookie");
    this.lines = [...this.#lineOf.values()].join("");
  }

  linesWithout(lowerNames: ReadonlySet<string>): string {
    let lines = "";
    for (const [name, line] of this.#lineOf) if (!lowerNames.has(name)) lines += line;
    return lines;
  }

  /** HOT. Throws a TypeError for what is no name, or only the client's to set. */
  name(name: string, where: string): HeaderName {
    return this.#names.get(name) ?? this.#remember(name, where);
  }

  #remember(name: string, where: string): HeaderName {
    const lower = checkedName(name, where);
    const special = SPECIAL.has(lower) || this.#lineOf.has(lower);
    const found: HeaderName = { lower, lead: `${name}: `, special };
    if (this.#names.size < HEADER_NAMES_REMEMBERED) this.#names.set(name, found);
    return found;
  }
}
