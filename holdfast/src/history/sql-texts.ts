/**
 * Texts on their way into DuckDB, without making a JavaScript string of each. DuckDB keeps a text of up to twelve bytes
 * inside the sixteen that stand for it, so that such texts can be copied in as they are; a longer one is cut into pieces
 * that a view puts together again. UUIDs have a type of their own. What is neither (long, or no ASCII) goes in singly.
 */
import type { Atoms } from "./atoms.ts";
import { textOf } from "./history.ts";
import { TAG } from "./value-codec.ts";

/** What DuckDB keeps of a text: its length in four bytes, then itself. */
export const TEXT_BYTES = 16;
const INLINE_MAX = 12;
/** Longer texts would take more pieces than a copy is worth. */
const PIECES_MAX = 3;
const ASCII_MAX = 0x7f;

/** The columns that hold one column of texts: as many pieces as the longest takes, and two more where they are needed. */
export interface TextShape {
  pieces: number;
  uuids: boolean;
  others: boolean;
}

/** What the values of these codes need. */
export function shapeOf(atoms: Atoms, codes: Uint32Array): TextShape {
  const shape: TextShape = { pieces: 0, uuids: false, others: false };
  const seen = new Uint8Array(atoms.size);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number;
    if (code === 0 || seen[code] === 1) continue;
    seen[code] = 1;
    const length = inlineLength(atoms, code);
    if (length === UUID) shape.uuids = true;
    else if (length === OTHER) shape.others = true;
    else shape.pieces = Math.max(shape.pieces, Math.ceil(length / INLINE_MAX), 1);
  }
  return shape;
}

const UUID = -1;
const OTHER = -2;

/** Bytes of a text that is kept in pieces, or what it is instead. */
function inlineLength(atoms: Atoms, code: number): number {
  const bytes = atoms.bytesOf(code);
  const at = atoms.placeOf(code);
  if (bytes[at] === TAG.uuid) return UUID;
  if (bytes[at] !== TAG.text) return OTHER;
  const length = bytes[at + 1] as number;
  if (length > INLINE_MAX * PIECES_MAX) return OTHER;
  let letters = 0;
  for (let i = 0; i < length; i++) letters |= bytes[at + 2 + i] as number;
  return letters > ASCII_MAX ? OTHER : length;
}

/** The texts of one chunk of rows, laid out as DuckDB lays them out. */
export class TextChunk {
  readonly pieces: readonly Uint8Array<ArrayBuffer>[];
  readonly uuids: Uint8Array<ArrayBuffer>;
  /** One bit per row: whether its text is in pieces, or a UUID. */
  readonly inPieces: Uint8Array<ArrayBuffer>;
  readonly isUuid: Uint8Array<ArrayBuffer>;
  /** By row; null for those that are in pieces, UUIDs or none. */
  readonly others: (string | null)[] = [];
  readonly shape: TextShape;
  readonly #atoms: Atoms;

  constructor(atoms: Atoms, shape: TextShape, rowsMax: number) {
    this.#atoms = atoms;
    this.shape = shape;
    this.pieces = Array.from({ length: shape.pieces }, () => new Uint8Array(rowsMax * TEXT_BYTES));
    this.uuids = new Uint8Array(shape.uuids ? rowsMax * TEXT_BYTES : 0);
    this.inPieces = new Uint8Array(rowsMax / 8);
    this.isUuid = new Uint8Array(rowsMax / 8);
  }

  begin(): void {
    for (const piece of this.pieces) piece.fill(0);
    this.inPieces.fill(0);
    this.isUuid.fill(0);
    this.others.length = 0;
  }

  /** HOT. Writes the text of one row; rows come in their order, each once. */
  put(row: number, code: number): void {
    if (this.shape.others) this.others[row] = null;
    if (code === 0) return;
    const bytes = this.#atoms.bytesOf(code);
    const from = this.#atoms.placeOf(code);
    const tag = bytes[from];
    if (tag === TAG.uuid) {
      this.isUuid[row >>> 3] = (this.isUuid[row >>> 3] as number) | (1 << (row & 7));
      writeUuid(this.uuids, row * TEXT_BYTES, bytes, from + 1);
    } else if (tag === TAG.text && this.#putPieces(row, bytes, from)) {
      this.inPieces[row >>> 3] = (this.inPieces[row >>> 3] as number) | (1 << (row & 7));
    } else {
      this.others[row] = textOf(this.#atoms.value(code) ?? null);
    }
  }

  /** False when the text is no ASCII or too long; what was written then does not count. */
  #putPieces(row: number, bytes: Uint8Array, from: number): boolean {
    const length = bytes[from + 1] as number;
    if (length > INLINE_MAX * PIECES_MAX) return false;
    let letters = 0;
    let read = from + 2;
    let left = length;
    for (let i = 0; i < this.pieces.length; i++) {
      const piece = this.pieces[i] as Uint8Array;
      const at = row * TEXT_BYTES;
      const inThis = left < INLINE_MAX ? left : INLINE_MAX;
      piece[at] = inThis;
      for (let j = 0; j < inThis; j++) {
        const letter = bytes[read++] as number;
        letters |= letter;
        piece[at + 4 + j] = letter;
      }
      left -= inThis;
    }
    if (letters <= ASCII_MAX) return true;
    for (const piece of this.pieces) piece.fill(0, row * TEXT_BYTES, (row + 1) * TEXT_BYTES);
    return false;
  }
}

/** A UUID is a signed number of 16 bytes to DuckDB: lowest byte first, its highest bit turned over. */
function writeUuid(target: Uint8Array, at: number, bytes: Uint8Array, from: number): void {
  for (let i = 0; i < 16; i++) target[at + 15 - i] = bytes[from + i] as number;
  target[at + 15] = (target[at + 15] as number) ^ 0x80;
}
