import { expect, test } from "vitest";
import { SimulatedClock } from "../../ports/clock.ts";
import { CLIENTS_MAX } from "./limits.ts";
import { RateLimiter } from "./rate-limiter.ts";

function admitted(limiter: RateLimiter, times: number, product: string, client: string): number {
  let count = 0;
  for (let i = 0; i < times; i++) if (limiter.admits(product, client)) count += 1;
  return count;
}

test("a product of 100 orders a second lets 10 through at once and 100 more in the next second", () => {
  const clock = new SimulatedClock();
  const limiter = new RateLimiter(1_000_000, clock);
  limiter.open("phone", 100);
  expect(admitted(limiter, 1_000, "phone", "a")).toBe(10);
  let later = 0;
  for (let ms = 0; ms < 1_000; ms += 10) {
    clock.advance(10);
    later += admitted(limiter, 100, "phone", "a");
  }
  expect(later).toBe(100);
});

test("a client who has used up his own rate does not drain the product for the others", () => {
  const limiter = new RateLimiter(50, new SimulatedClock());
  limiter.open("phone", 1_000);
  expect(admitted(limiter, 500, "phone", "greedy")).toBe(5);
  expect(admitted(limiter, 500, "phone", "other")).toBe(5);
});

test("one product's rush leaves another product alone", () => {
  const limiter = new RateLimiter(1_000_000, new SimulatedClock());
  limiter.open("phone", 10);
  limiter.open("tablet", 10);
  expect(admitted(limiter, 10, "phone", "a")).toBe(1);
  expect(admitted(limiter, 10, "tablet", "a")).toBe(1);
});

test("a product that was never opened is not limited, since its orders are refused anyway", () => {
  const limiter = new RateLimiter(1, new SimulatedClock());
  expect(admitted(limiter, 100, "nothing", "a")).toBe(100);
});

test(`of more than ${CLIENTS_MAX} clients the first one is forgotten, and has a full bucket again`, () => {
  const limiter = new RateLimiter(1, new SimulatedClock());
  limiter.open("phone", 1_000_000);
  expect(admitted(limiter, 2, "phone", "first")).toBe(1);
  for (let client = 0; client < CLIENTS_MAX; client++) limiter.admits("phone", `client-${client}`);
  expect(admitted(limiter, 2, "phone", "first")).toBe(1);
});
