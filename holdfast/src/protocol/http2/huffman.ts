/**
 * The Huffman code of HPACK (RFC 7541, Appendix B), read four bits at a time. The code is canonical: of all symbols
 * with codes of one length, the smaller has the smaller code, so the lengths alone say everything.
 *
 * The table has a row for each inner node of the code's tree and a column for each value of four bits. The shortest
 * code has five bits, so four of them end at most one symbol.
 */

/** Code lengths of the bytes 0 to 255, then of the end of the text. */
const LENGTHS: readonly number[] = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28,
  28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5,
  6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6,
  7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23,
  23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22,
  22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22,
  23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27,
  27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25,
  24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
];

const END_OF_TEXT = 256;
/** Inner nodes of a binary tree with 257 leaves. */
const NODES = 256;

/** Per entry: the next node in the low byte, the symbol in the next, and these. */
const EMITS = 0x1_0000;
const BROKEN = 0x2_0000;

/** Filled when the first text is decoded: most runs never speak HTTP/2, and it takes milliseconds. */
const TABLE: Uint32Array = new Uint32Array(NODES * 16);
/** 1 for the nodes where a text may end: fewer than eight bits, all of them ones, are padding. */
const MAY_END: Uint8Array = new Uint8Array(NODES);

/** The longest a text of so many bytes can become. */
export function decodedBytesMax(bytes: number): number {
  return Math.floor((bytes * 8) / 5);
}

/**
 * HOT. Decodes `from[start, end)` to the beginning of `to`; gives the number of bytes, or -1 for what is no such code.
 * `to` must have room for `decodedBytesMax`.
 */
export function decodeHuffman(
  from: Uint8Array,
  start: number,
  end: number,
  to: Uint8Array,
): number {
  if (MAY_END[0] === 0) fillTable(buildTree());
  let node = 0;
  let size = 0;
  for (let at = start; at < end; at++) {
    const byte = from[at] as number;
    const high = TABLE[(node << 4) | (byte >>> 4)] as number;
    if ((high & BROKEN) !== 0) return -1;
    if ((high & EMITS) !== 0) to[size++] = high >>> 8;
    const low = TABLE[((high & 0xff) << 4) | (byte & 15)] as number;
    if ((low & BROKEN) !== 0) return -1;
    if ((low & EMITS) !== 0) to[size++] = low >>> 8;
    node = low & 0xff;
  }
  return MAY_END[node] === 1 ? size : -1;
}

/** What is in a tree: inner nodes are 0 and up, symbols are below zero. */
interface Tree {
  readonly zero: number[];
  readonly one: number[];
}

function buildTree(): Tree {
  const tree: Tree = { zero: [0], one: [0] };
  const symbols = LENGTHS.map((length, symbol) => ({ length, symbol })).sort(
    (a, b) => a.length - b.length || a.symbol - b.symbol,
  );
  let code = 0;
  let before = 0;
  for (const { length, symbol } of symbols) {
    code <<= length - before;
    before = length;
    plant(tree, code, length, symbol);
    code += 1;
  }
  return tree;
}

function plant(tree: Tree, code: number, length: number, symbol: number): void {
  let node = 0;
  for (let bit = length - 1; bit > 0; bit--) {
    const side = ((code >>> bit) & 1) === 0 ? tree.zero : tree.one;
    if (side[node] === 0) {
      side[node] = tree.zero.push(0) - 1;
      tree.one.push(0);
    }
    node = side[node] as number;
  }
  const side = (code & 1) === 0 ? tree.zero : tree.one;
  side[node] = -1 - symbol;
}

function fillTable({ zero, one }: Tree): void {
  for (let node = 0; node < NODES; node++) {
    for (let nibble = 0; nibble < 16; nibble++) {
      let at = node;
      let flags = 0;
      for (let bit = 3; bit >= 0; bit--) {
        const next = (((nibble >>> bit) & 1) === 0 ? zero[at] : one[at]) as number;
        if (next >= 0) at = next;
        else {
          const symbol = -1 - next;
          flags |= symbol === END_OF_TEXT ? BROKEN : EMITS | (symbol << 8);
          at = 0;
        }
      }
      TABLE[(node << 4) | nibble] = flags | at;
    }
  }
  for (let node = 0, bits = 0; bits < 8; bits++, node = one[node] as number) MAY_END[node] = 1;
}
