import { describe, expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import { Configurations, PlacedSet } from "./search-memory.ts";

const SEED = process.env["HOLDFAST_SEED"] ?? "holdfast";
const SIZE = 100;

function setOf(...operations: readonly number[]): PlacedSet {
  const set = new PlacedSet(SIZE);
  for (const operation of operations) set.add(operation);
  return set;
}

/** Operations whose set has the hash of the empty one; there are such among any 33, for hashes have 32 bits. */
function colliding(operations: readonly number[]): number[] {
  const basis: { hash: number; members: Set<number> }[] = [];
  for (const operation of operations) {
    let { hash } = setOf(operation);
    const members = new Set([operation]);
    for (const other of basis) {
      if ((hash ^ other.hash) >>> 0 >= hash >>> 0) continue;
      hash ^= other.hash;
      for (const member of other.members) if (!members.delete(member)) members.add(member);
    }
    if (hash === 0) return [...members];
    basis.push({ hash, members });
    basis.sort((a, b) => (b.hash >>> 0) - (a.hash >>> 0));
  }
  throw new Error("no two sets collide");
}

describe(`the memory of a search, seed ${SEED}`, () => {
  test("a set has what was added and not deleted, and its window is as small as can be", () => {
    const random = seededRandom(`${SEED}/placed`);
    const set = new PlacedSet(SIZE);
    const plain = new Set<number>();
    const everything = Array.from({ length: SIZE }, (_, i) => i);
    const empty = set.hash;
    for (let step = 0; step < 2_000; step++) {
      const operation = random.integer(0, SIZE - 1);
      const adds = step % 500 < 350 ? random.next() < 0.8 : random.next() < 0.2;
      if (adds && !plain.has(operation)) set.add(operation);
      if (!adds && plain.has(operation)) set.delete(operation);
      if (adds) plain.add(operation);
      else plain.delete(operation);
      const wrong = everything.find((other) => set.has(other) !== plain.has(other));
      expect(wrong).toBeUndefined();
      const words = [0, 1, 2, 3].map((word) =>
        Array.from({ length: 32 }, (_, bit) => plain.has(word * 32 + bit)),
      );
      const full = words.findIndex((bits) => !bits.every(Boolean));
      const last = words.findLastIndex((bits) => bits.some(Boolean));
      expect(set.from).toBe(full);
      expect(set.to).toBe(Math.max(last + 1, full));
    }
    for (const operation of plain) set.delete(operation);
    expect(set.hash).toBe(empty);
  });

  test("a configuration is new unless one was there with the same operations and state, and no more unknown ones", () => {
    const random = seededRandom(`${SEED}/configurations`);
    const drawn = (from: readonly number[]): number[] => from.filter(() => random.next() < 0.5);
    const low = Array.from({ length: 40 }, (_, i) => i);
    let repeated = 0;
    for (let round = 0; round < 20; round++) {
      const memory = new Configurations();
      const seen: { known: string; state: number; unknown: number[] }[] = [];
      for (let i = 0; i < 300; i++) {
        const known = [...(random.next() < 0.5 ? low : []), ...drawn([31, 32, 63, 64, 70])];
        const placed = [...new Set(known)].sort((a, b) => a - b);
        const unknown = [...(random.next() < 0.3 ? low : []), ...drawn([0, 50, 95])];
        const state = random.integer(0, 2);
        const expected = !seen.some(
          (other) =>
            other.state === state &&
            other.known === placed.join() &&
            other.unknown.every((operation) => unknown.includes(operation)),
        );
        const found = memory.add(setOf(...placed), setOf(...new Set(unknown)), state);
        if (found !== expected) expect.fail(JSON.stringify({ expected, placed, unknown, state }));
        if (!expected) repeated += 1;
        seen.push({ known: placed.join(), state, unknown });
      }
    }
    expect(repeated).toBeGreaterThan(1_000);
  });

  test("one that used 32 unknown operations is not one that used 31 of them and another", () => {
    const many = Array.from({ length: 32 }, (_, i) => i);
    const memory = new Configurations();
    expect(memory.add(setOf(), setOf(...many), 1)).toBe(true);
    expect(memory.add(setOf(), setOf(...many.slice(1), 40), 1)).toBe(true);
    expect(memory.add(setOf(), setOf(...many, 40), 1)).toBe(false);
  });

  test("sets whose hashes collide are told apart, wherever their bits are", () => {
    const none = setOf();
    for (const from of [0, 40, 64]) {
      const place = from === 64 ? SIZE - 36 : from;
      const operations = Array.from({ length: 36 }, (_, i) => place + i);
      const collision = colliding(operations);
      const half = collision.slice(0, collision.length / 2);
      const rest = collision.filter((operation) => !half.includes(operation));
      expect(setOf(...half).hash).toBe(setOf(...rest).hash);
      const memory = new Configurations();
      expect(memory.add(setOf(...half), none, 1)).toBe(true);
      expect(memory.add(setOf(...rest), none, 1)).toBe(true);
      expect(memory.add(setOf(...collision), none, 1)).toBe(true);
      expect(memory.add(setOf(), none, 1)).toBe(true);
      expect(memory.add(setOf(...half), none, 1)).toBe(false);
    }
  });
});
