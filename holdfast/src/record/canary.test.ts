import { assert, option, pre, property, string } from "fast-check";
import { expect, test } from "vitest";
import { canariesIn, CANARIES_MAX, canary, readCanary } from "./canary.ts";

const name = string({ minLength: 1, maxLength: 20, unit: "binary" });

test("a canary of any owner and field is found in any text, in any case, and says whose it is", () => {
  assert(
    property(name, option(name), name, name, (owner, field, before, after) => {
      pre(owner.isWellFormed() && (field ?? "").isWellFormed());
      const token = canary(owner, field ?? undefined);
      expect(token).toMatch(/^hf-[a-z0-9_]+-[a-z0-9]{7}$/);
      expect(canariesIn(`${before} ${token.toUpperCase()}-${after}`)).toContain(token);
      expect(readCanary(token)).toEqual({ owner, field: field ?? "" });
    }),
    { seed: 7 },
  );
});

test("a text that only looks like a canary is none", () => {
  const token = canary("u77");
  expect(canariesIn("hf-u77-0000000 hf-u77- hf--abcdefg")).toEqual([]);
  expect(canariesIn(token.replace("u77", "u78"))).toEqual([]);
  expect(readCanary("hf-u77-0000000")).toBeUndefined();
  expect(readCanary(`${token} `)).toBeUndefined();
});

test("each is found once, in order, and 32 at most", () => {
  const tokens = Array.from({ length: 40 }, (_, i) => canary(`u${i}`));
  expect(canariesIn([...tokens, ...tokens].join(""))).toEqual(tokens.slice(0, CANARIES_MAX));
});

test("an owner without a name, or of 65 characters, is refused", () => {
  expect(() => canary("")).toThrow("canary: owner must have 1 to 64 characters, got 0");
  expect(() => canary("u", "x".repeat(65))).toThrow("canary: field must have 1 to 64");
});

test("all that is found in one text fits into a result, and repetition takes no room", () => {
  const long = Array.from({ length: 32 }, (_, i) => canary("X".repeat(62) + (i + 10)));
  const found = canariesIn(long.join(" "));
  expect(found.length).toBeGreaterThan(10);
  expect(found.join("").length).toBeLessThanOrEqual(3_500);
  expect(found.join("").length).toBeGreaterThan(3_500 - (long[0] as string).length);
  const [ann, bob] = [canary("ann"), canary("bob")];
  expect(canariesIn(`${ann.repeat(1_000)} ${bob}`)).toEqual([ann, bob]);
});
