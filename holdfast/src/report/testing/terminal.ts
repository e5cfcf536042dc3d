/** A terminal, as far as the live view needs one: takes what is written, shows what a person would see. */
export class FakeTerminal {
  readonly isTty: boolean = true;
  readonly color: boolean = false;
  cursorShown = true;
  writes: string[] = [];
  #columns: number;
  #rows: number;
  #lines: string[] = [""];
  #line = 0;
  #column = 0;
  #updating = false;

  constructor(columns = 80, rows = 24) {
    this.#columns = columns;
    this.#rows = rows;
  }

  columns(): number {
    return this.#columns;
  }

  rows(): number {
    return this.#rows;
  }

  /** Narrower terminals wrap what is already there, as most do. */
  resize(columns: number): void {
    const wrapped = this.#lines.flatMap((line) => {
      if (line === "") return [""];
      return line.match(new RegExp(`.{1,${columns}}`, "gu")) ?? [""];
    });
    this.#columns = columns;
    this.#lines = wrapped;
    this.#line = wrapped.length - 1;
    this.#column = 0;
  }

  write(text: string): void {
    this.writes.push(text);
    // oxlint-disable-next-line no-control-regex -- escapes are what this is about
    for (const [part] of text.matchAll(/\u001b\[(\??)([0-9;]*)([A-Za-z])|\n|[^\u001b\n]+/g)) {
      if (part === "\n") this.#newLine();
      else if (part.startsWith("\u001b")) this.#escape(part);
      else this.#print(part);
    }
  }

  /** The lines on the screen, without blanks at their ends. */
  screen(): string[] {
    const lines = this.#lines.map((line) => line.trimEnd());
    while (lines.at(-1) === "") lines.pop();
    return lines;
  }

  #print(text: string): void {
    for (const character of text) {
      if (this.#column >= this.#columns) this.#newLine();
      const characters = Array.from((this.#lines[this.#line] ?? "").padEnd(this.#column));
      characters[this.#column] = character;
      this.#lines[this.#line] = characters.join("");
      this.#column += 1;
    }
  }

  #newLine(): void {
    this.#line += 1;
    this.#column = 0;
    if (this.#lines[this.#line] === undefined) this.#lines[this.#line] = "";
  }

  #escape(code: string): void {
    if (code === "\u001b[?2026h") this.#updating = true;
    else if (code === "\u001b[?2026l") this.#updating = false;
    else if (code === "\u001b[?25l") this.cursorShown = false;
    else if (code === "\u001b[?25h") this.cursorShown = true;
    else if (code === "\u001b[K") this.#clearRest();
    else if (code === "\u001b[J") this.#clearBelow();
    else if (code.endsWith("F")) this.#move(-Number(code.slice(2, -1)));
    else if (code.endsWith("E")) this.#move(Number(code.slice(2, -1)));
    else if (!code.endsWith("m")) throw new Error(`unknown escape ${JSON.stringify(code)}`);
    if (!this.#updating && code !== "\u001b[?2026l") throw new Error("drawn outside an update");
  }

  #clearRest(): void {
    this.#lines[this.#line] = Array.from(this.#lines[this.#line] ?? "")
      .slice(0, this.#column)
      .join("");
  }

  #clearBelow(): void {
    this.#clearRest();
    this.#lines.length = this.#line + 1;
  }

  #move(lines: number): void {
    this.#line = Math.min(this.#lines.length - 1, Math.max(0, this.#line + lines));
    this.#column = 0;
  }
}
