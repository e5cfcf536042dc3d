/**
 * Canaries: secrets that say whose they are. Planted in every private field of a user, and looked for in every answer,
 * they show who was shown what of whom: `hf-`, the owner, and a sum that no other text has by chance.
 *
 *     hf-u77-0k3v9qz                 a secret of u77
 *     hf-u77__address-1m0c2xd        the one that stands in its address
 *
 * Only lower-case letters, digits, `-` and `_`, so that it survives in names, mail addresses, URLs, JSON and HTML.
 */
import { hash32 } from "../base/random.ts";

/** Different canaries that are found in one text; further ones are left out. */
export const CANARIES_MAX = 32;

/** Characters of an owner and of a field. */
export const CANARY_NAME_LENGTH_MAX = 64;

/** Together they must fit into one result of the history. */
const FOUND_LENGTH_MAX = 3_500;

const CHECK_DIGITS = 7;
const TOKEN = /hf-([a-z0-9_]+)-([a-z0-9]{7})/gi;

export interface Canary {
  readonly owner: string;
  /** Where it was planted; "" when it does not say. */
  readonly field: string;
}

/** A secret of `owner`, the same for the same names. Throws a RangeError when a name is empty or too long. */
export function canary(owner: string, field = ""): string {
  for (const [what, name] of Object.entries({ owner, field })) {
    const wrong = name.length > CANARY_NAME_LENGTH_MAX || (what === "owner" && name === "");
    if (wrong) {
      const limit = `1 to ${CANARY_NAME_LENGTH_MAX} characters`;
      throw new RangeError(`canary: ${what} must have ${limit}, got ${name.length}`);
    }
  }
  const names = field === "" ? encoded(owner) : `${encoded(owner)}__${encoded(field)}`;
  return `hf-${names}-${checkOf(names)}`;
}

/** The canaries in a text, each once, in order; CANARIES_MAX at most. The case of their letters does not matter. */
export function canariesIn(text: string): string[] {
  const found = new Set<string>();
  let length = 0;
  for (const [token, names, check] of text.matchAll(TOKEN)) {
    const plain = token.toLowerCase();
    if (found.has(plain) || checkOf((names as string).toLowerCase()) !== check?.toLowerCase()) {
      continue;
    }
    length += plain.length;
    if (found.size >= CANARIES_MAX || length > FOUND_LENGTH_MAX) break;
    found.add(plain);
  }
  return [...found];
}

/** Whose canary it is; undefined for a text that is none. */
export function readCanary(token: string): Canary | undefined {
  if (canariesIn(token)[0] !== token) return undefined;
  const names = token.slice("hf-".length, -CHECK_DIGITS - 1);
  const [owner = "", field = ""] = names.split("__").map(decoded);
  return { owner, field };
}

/** Two underscores never follow each other, for each is followed by two digits. */
function encoded(name: string): string {
  return [...new TextEncoder().encode(name)]
    .map((byte) => {
      const letter = String.fromCharCode(byte);
      return /[a-z0-9]/.test(letter) ? letter : `_${byte.toString(16).padStart(2, "0")}`;
    })
    .join("");
}

function decoded(text: string): string {
  const bytes = text.matchAll(/_([0-9a-f]{2})|[a-z0-9]/g);
  const codes = [...bytes].map(([letter, hex]) =>
    hex === undefined ? letter.charCodeAt(0) : Number.parseInt(hex, 16),
  );
  return new TextDecoder().decode(Uint8Array.from(codes));
}

function checkOf(names: string): string {
  return hash32(`canary ${names}`).toString(36).padStart(CHECK_DIGITS, "0");
}
