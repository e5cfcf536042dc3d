/** What a file is, told by its first bytes and not by its name. */
const KINDS: readonly (readonly [kind: string, beginsWith: readonly number[]])[] = [
  ["image/png", [0x89, 0x50, 0x4e, 0x47]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/gif", [0x47, 0x49, 0x46, 0x38]],
  ["application/pdf", [0x25, 0x50, 0x44, 0x46]],
  ["application/zip", [0x50, 0x4b, 0x03, 0x04]],
];
export const KIND_BYTES = 512;

export function kindOf(beginning: Buffer): string {
  const known = KINDS.find(([, bytes]) => bytes.every((byte, i) => beginning[i] === byte));
  if (known !== undefined) return known[0];
  return beginning.includes(0) ? "application/octet-stream" : "text/plain";
}
