/**
 * Who somebody is, as a token he carries himself: `id.expiry.signature`. Nothing is kept on the server, so ten thousand
 * people cost nothing until they say something.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { SESSION_SECONDS } from "./limits.ts";

const SIGNATURE_BYTES = 16;

export class Sessions {
  readonly #secret: Buffer;

  constructor(secret: Buffer) {
    this.#secret = secret;
  }

  tokenFor(userId: number): string {
    const text = `${userId}.${Math.floor(Date.now() / 1_000) + SESSION_SECONDS}`;
    return `${text}.${this.#signature(text).toString("base64url")}`;
  }

  /** Undefined for a token that is not ours, or too old. */
  userOf(token: unknown): number | undefined {
    if (typeof token !== "string") return undefined;
    const cut = token.lastIndexOf(".");
    const text = token.slice(0, Math.max(0, cut));
    const given = Buffer.from(token.slice(cut + 1), "base64url");
    const expected = this.#signature(text);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const [userId, expiresAt] = text.split(".").map(Number);
    return Number(expiresAt) * 1_000 > Date.now() ? userId : undefined;
  }

  #signature(text: string): Buffer {
    return createHmac("sha256", this.#secret).update(text).digest().subarray(0, SIGNATURE_BYTES);
  }
}
