/** Passwords are kept as `scrypt$salt$hash`, so that whoever reads the database has none of them. */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { SCRYPT_COST } from "./limits.ts";

const derive = promisify<string, Buffer, number, { N: number }, Buffer>(scrypt);
const HASH_BYTES = 32;
const SALT_BYTES = 16;

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, HASH_BYTES, { N: SCRYPT_COST });
  return `scrypt$${salt.toString("hex")}$${hash.toString("hex")}`;
}

export async function isPassword(password: string, kept: string): Promise<boolean> {
  const [, salt = "", hash = ""] = kept.split("$");
  const given = await derive(password, Buffer.from(salt, "hex"), HASH_BYTES, { N: SCRYPT_COST });
  const expected = Buffer.from(hash, "hex");
  return expected.length === given.length && timingSafeEqual(expected, given);
}
