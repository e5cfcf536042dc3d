/**
 * Who came before whom, as told by many streams that each show a part. One order of all explains them if and only if
 * the told pairs have no cycle; then the shortest one that is found is the proof. Streams that agree tell the same pairs
 * again and again, so each pair is mostly kept once. Linear (Kahn, CACM 1962), but for the search of a cycle to show.
 */
import { CYCLE_STARTS_MAX } from "../limits.ts";

/** Something that was told: `before` came before `after` for the stream, as these rows show. */
export interface Told {
  readonly before: number;
  readonly after: number;
  readonly stream: number;
  readonly rowBefore: number;
  readonly rowAfter: number;
}

export class OrderGraph {
  readonly #told: Told[] = [];
  /** Per node: what was last told to follow it. */
  readonly #next: number[] = [];

  clear(): void {
    this.#told.length = 0;
    this.#next.length = 0;
  }

  /** Nodes are small numbers. */
  tell(before: number, after: number, stream: number, rowBefore: number, rowAfter: number): void {
    if (before === after || this.#next[before] === after) return;
    this.#next[before] = after;
    this.#told.push({ before, after, stream, rowBefore, rowAfter });
  }

  /** A cycle, in which neighbours of one stream are joined; undefined when there is none. */
  cycle(nodes: number): Told[] | undefined {
    const following: Told[][] = [];
    const waiting = new Int32Array(nodes);
    for (const pair of this.#told) {
      (following[pair.before] ??= []).push(pair);
      waiting[pair.after] = (waiting[pair.after] as number) + 1;
    }
    const free: number[] = [];
    for (const [node, count] of waiting.entries()) if (count === 0) free.push(node);
    for (let node = free.pop(); node !== undefined; node = free.pop()) {
      for (const { after } of following[node] ?? []) {
        const left = (waiting[after] as number) - 1;
        waiting[after] = left;
        if (left === 0) free.push(after);
      }
    }
    const stuck: number[] = [];
    for (const [node, count] of waiting.entries()) if (count > 0) stuck.push(node);
    let shortest: Told[] | undefined;
    for (const start of stuck.slice(0, CYCLE_STARTS_MAX)) {
      const found = around(start, following);
      if (found === undefined) continue;
      const merged = joinNeighbours(found);
      if (shortest === undefined || merged.length < shortest.length) shortest = merged;
      if (shortest.length <= 2) break;
    }
    return shortest ?? this.#anyCycle(stuck, following);
  }

  /** Every stuck node has one before it that is stuck: going back must at some time meet itself. */
  #anyCycle(
    stuck: readonly number[],
    following: readonly (Told[] | undefined)[],
  ): Told[] | undefined {
    if (stuck.length === 0) return undefined;
    const causes = new Map<number, Told>();
    for (const node of stuck) {
      for (const pair of following[node] ?? []) {
        causes.set(pair.after, pair);
      }
    }
    const path: Told[] = [];
    const seen = new Map<number, number>();
    for (let node = stuck[0] as number; !seen.has(node);) {
      seen.set(node, path.length);
      const pair = causes.get(node) as Told;
      path.push(pair);
      node = pair.before;
      if (seen.has(node)) return joinNeighbours(path.slice(seen.get(node)).toReversed());
    }
    return undefined;
  }
}

/** The shortest way from a node back to itself, by breadth; whatever follows one that is stuck is stuck as well. */
function around(start: number, following: readonly (Told[] | undefined)[]): Told[] | undefined {
  const cameBy = new Map<number, Told>();
  const queue = [start];
  for (const node of queue) {
    for (const pair of following[node] ?? []) {
      if (cameBy.has(pair.after)) continue;
      cameBy.set(pair.after, pair);
      if (pair.after === start) return wayBack(start, cameBy);
      queue.push(pair.after);
    }
  }
  return undefined;
}

function wayBack(start: number, cameBy: ReadonlyMap<number, Told>): Told[] {
  const path: Told[] = [];
  let node = start;
  do {
    const pair = cameBy.get(node) as Told;
    path.unshift(pair);
    node = pair.before;
  } while (node !== start);
  return path;
}

/** What one stream tells of a, b and c, it tells of a and c. */
function joinNeighbours(cycle: readonly Told[]): Told[] {
  const joined: Told[] = [];
  for (const pair of cycle) {
    const last = joined.at(-1);
    if (last !== undefined && last.stream === pair.stream) {
      joined[joined.length - 1] = { ...last, after: pair.after, rowAfter: pair.rowAfter };
    } else joined.push(pair);
  }
  const [first] = joined as [Told];
  const last = joined.at(-1) as Told;
  if (last.stream !== first.stream) return joined;
  const across = { ...last, after: first.after, rowAfter: first.rowAfter };
  return [across, ...joined.slice(1, -1)];
}
