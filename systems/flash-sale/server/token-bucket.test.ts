import * as fc from "fast-check";
import { expect, test } from "vitest";
import { TokenBucket } from "./token-bucket.ts";

function takeAll(bucket: TokenBucket, nowMs: number): number {
  let taken = 0;
  while (bucket.has(nowMs)) {
    bucket.take();
    taken += 1;
  }
  return taken;
}

test("a bucket of 10 a second and a burst of 5 gives 5 at once, 1 after 100 ms, and never saves up more than 5", () => {
  const bucket = new TokenBucket(10, 5, 0);
  expect(takeAll(bucket, 0)).toBe(5);
  expect(takeAll(bucket, 99)).toBe(0);
  expect(takeAll(bucket, 100)).toBe(1);
  expect(takeAll(bucket, 60_000)).toBe(5);
});

test("over any span it lets through at most burst + rate × time, and as much if always asked", () => {
  const waitsMs = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5_000 }),
      fc.integer({ min: 1, max: 100 }),
      waitsMs,
      (rate, burst, waits) => {
        const bucket = new TokenBucket(rate, burst, 0);
        let nowMs = 0;
        let taken = 0;
        for (const wait of waits) {
          nowMs += wait;
          taken += takeAll(bucket, nowMs);
          expect(taken).toBeLessThanOrEqual(burst + (rate * nowMs) / 1_000 + 1e-6);
        }
      },
    ),
  );
});
