/** One seed for all property tests of a run, printed by fast-check with every failure. CI's is the commit. */
import { configureGlobal } from "fast-check";

const FIXED_SEED = "holdfast";

const seed = process.env["HOLDFAST_SEED"] ?? FIXED_SEED;
if (process.env["CI"] !== undefined && process.env["HOLDFAST_SEED"] === undefined) {
  throw new Error("HOLDFAST_SEED must be set in CI (the commit's hash), got nothing");
}

configureGlobal({ seed: numberOf(seed) });

function numberOf(text: string): number {
  let hash = 7;
  for (const letter of text) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0;
  return hash;
}
