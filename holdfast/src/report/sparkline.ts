/** The last few values of a number as a line of blocks, the highest of them full height. */
import { SPARKLINE_POINTS_MAX } from "./limits.ts";

const BLOCKS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

export class Sparkline {
  readonly #values: number[] = [];

  /** Forgets the oldest beyond SPARKLINE_POINTS_MAX. */
  add(value: number): void {
    this.#values.push(Number.isFinite(value) ? Math.max(0, value) : 0);
    if (this.#values.length > SPARKLINE_POINTS_MAX) this.#values.shift();
  }

  /** One column a value, oldest first, filled with spaces to SPARKLINE_POINTS_MAX. */
  draw(): string {
    const highest = Math.max(...this.#values, Number.MIN_VALUE);
    const blocks = this.#values.map((value) => {
      const level = Math.round((value / highest) * (BLOCKS.length - 1));
      return BLOCKS[level] ?? BLOCKS[0];
    });
    return blocks.join("").padEnd(SPARKLINE_POINTS_MAX);
  }
}
