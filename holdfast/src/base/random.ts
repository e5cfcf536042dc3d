/**
 * The only source of chance. Seeded, so that a run can be replayed; `fork` gives every virtual user and every thread a
 * stream of its own, so that what one draws does not depend on how many another drew.
 */
import { Buffer } from "node:buffer";

export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform integer in [min, max], both ends included. */
  integer(min: number, max: number): number;
  pick<T>(items: readonly T[]): T;
  /** A version 4 UUID, as text. */
  uuid(): string;
  /** An independent stream: the same label from the same seed is always the same stream. */
  fork(label: string | number): Random;
}

/** sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, passes PractRand, a handful of integer operations. */
export function seededRandom(seed: number | string): Random {
  return new Sfc32(hash32(String(seed)), String(seed));
}

class Sfc32 implements Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  readonly #seed: string;

  constructor(state: number, seed: string) {
    this.#a = state | 0;
    this.#b = Math.imul(state ^ 0x9e3779b9, 0x85ebca6b);
    this.#c = Math.imul(state ^ 0xc2b2ae35, 0x27d4eb2f);
    this.#seed = seed;
    for (let round = 0; round < 12; round++) this.#bits();
  }

  next(): number {
    return this.#bits() / 0x1_0000_0000;
  }

  integer(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError("pick needs at least one item");
    return items[this.integer(0, items.length - 1)] as T;
  }

  uuid(): string {
    const a = this.#bits();
    const b = ((this.#bits() & 0xffff0fff) | 0x4000) >>> 0;
    const c = ((this.#bits() & 0x3fffffff) | 0x80000000) >>> 0;
    const d = this.#bits();
    writeHex(0, a >>> 16);
    writeHex(4, a & 0xffff);
    writeHex(9, b >>> 16);
    writeHex(14, b & 0xffff);
    writeHex(19, c >>> 16);
    writeHex(24, c & 0xffff);
    writeHex(28, d >>> 16);
    writeHex(32, d & 0xffff);
    return uuidText.toString("latin1");
  }

  fork(label: string | number): Random {
    const seed = `${this.#seed}/${label}`;
    return new Sfc32(hash32(seed), seed);
  }

  #bits(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }
}

const UUID_LENGTH = 36;
/**
 * A UUID is written here digit by digit and read in one piece: put together from texts it would be a chain of them, which
 * whoever sends or stores it would have to take apart again.
 */
const uuidText = Buffer.alloc(UUID_LENGTH, "-");

/** Four digits. */
function writeHex(at: number, value: number): void {
  for (let i = 0; i < 4; i++) {
    const digit = (value >>> (12 - 4 * i)) & 0xf;
    uuidText[at + i] = digit < 10 ? digit + ZERO : digit + LETTER_A - 10;
  }
}

const ZERO = 48;
const LETTER_A = 97;

/** FNV-1a, 32 bits, finished by a mixer so that near labels give far states. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
