/**
 * The open streams of a connection by their ids, which only ever grow: a ring in which each has the place that its id
 * says. One that is still open when the ring comes round to it is put aside, so that a single long answer does not make
 * the ring grow without end.
 *
 * Why not a Map: it copies itself again and again while entries come and go, and each copy holds on to the next, so that
 * in the end the garbage collector carries every stream that there has been for a while.
 */
import type { Stream } from "./stream.ts";

const FIRST_PLACES = 256;

export class StreamTable {
  #places: (Stream | undefined)[] = Array.from({ length: FIRST_PLACES });
  readonly #aside = new Map<number, Stream>();
  #inRing = 0;

  get size(): number {
    return this.#inRing + this.#aside.size;
  }

  /** HOT. */
  get(id: number): Stream | undefined {
    const stream = this.#places[(id >>> 1) & (this.#places.length - 1)];
    if (stream !== undefined && stream.id === id) return stream;
    return this.#aside.size === 0 ? undefined : this.#aside.get(id);
  }

  /** HOT. */
  add(stream: Stream): void {
    if (this.#inRing * 2 >= this.#places.length) this.#grow();
    this.#put(stream);
  }

  /** HOT. */
  remove({ id }: Stream): void {
    const place = (id >>> 1) & (this.#places.length - 1);
    if (this.#places[place]?.id === id) {
      this.#places[place] = undefined;
      this.#inRing -= 1;
    } else this.#aside.delete(id);
  }

  /** Oldest first where there is none aside; a copy. */
  all(): Stream[] {
    const found = this.#places.filter((stream) => stream !== undefined);
    return [...this.#aside.values(), ...found.sort((a, b) => a.id - b.id)];
  }

  #put(stream: Stream): void {
    const place = (stream.id >>> 1) & (this.#places.length - 1);
    const before = this.#places[place];
    if (before === undefined) this.#inRing += 1;
    else this.#aside.set(before.id, before);
    this.#places[place] = stream;
  }

  #grow(): void {
    const open = this.all();
    this.#places = Array.from({ length: this.#places.length * 2 });
    this.#aside.clear();
    this.#inRing = 0;
    for (const stream of open) this.#put(stream);
  }
}
