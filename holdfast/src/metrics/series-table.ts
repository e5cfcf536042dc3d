/** Sets of tags by number. The same tags in any order are the same set. */
import type { Tags } from "../record/metric.ts";
import { SERIES_LIMIT } from "./limits.ts";

/** The tags of the one series that counts everything beyond the limit. */
const OVERFLOW_TAGS: Tags = Object.freeze({ overflow: "true" });

export class SeriesTable {
  readonly #numbers = new Map<string, number>();
  readonly #tags: Tags[] = [];
  #overLimit = 0;

  /** The number of a set, from 0. Beyond SERIES_LIMIT sets it is that of the overflow series. */
  intern(tags: Tags): number {
    const key = keyOf(tags);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    if (this.#tags.length < SERIES_LIMIT - 1) return this.#append(key, tags);
    if (key === keyOf(OVERFLOW_TAGS)) return this.#append(key, tags);
    this.#overLimit += 1;
    return this.intern(OVERFLOW_TAGS);
  }

  tags(series: number): Tags {
    return this.#tags[series] as Tags;
  }

  /** All sets, by number. */
  get all(): readonly Tags[] {
    return this.#tags;
  }

  /** How often a set found no room. */
  get overLimit(): number {
    return this.#overLimit;
  }

  #append(key: string, tags: Tags): number {
    const series = this.#tags.length;
    this.#numbers.set(key, series);
    this.#tags.push(Object.freeze({ ...tags }));
    return series;
  }
}

/** One text for one set, whatever the order of its tags and whatever characters are in them. */
function keyOf(tags: Tags): string {
  return JSON.stringify(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));
}
