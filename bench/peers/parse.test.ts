import { expect, test } from "vitest";
import { parseAutocannon, parseH2load, parseHey, parseK6 } from "./parse.ts";

test("hey's latencies are read from seconds, with one percent sign or two", () => {
  const output = `
Summary:
  Total:	6.0012 secs
  Slowest:	0.4962 secs
  Fastest:	0.0001 secs

Latency distribution:
  50% in 0.0006 secs
  90%% in 0.0020 secs
  99% in 0.0125 secs
`;
  expect(parseHey(output)).toEqual({ p50Ms: 0.6, p90Ms: 2, p99Ms: 12.5, maxMs: 496.2 });
});

test("h2load tells the largest time only, in us, ms or s", () => {
  const line = (max: string): string =>
    `                     min         max         mean
time for request:       59us       ${max}       122us        55us    73.50%`;
  expect(parseH2load(line("261us")).maxMs).toBeCloseTo(0.261);
  expect(parseH2load(line("490.20ms")).maxMs).toBe(490.2);
  expect(parseH2load(line("1.02s"))).toMatchObject({ maxMs: 1020, p99Ms: undefined });
});

test("autocannon's JSON is found among its warnings", () => {
  const output = `a warning\n{"url":"x","latency":{"p50":0,"p90":5,"p99":7,"max":8}}\n`;
  expect(parseAutocannon(output)).toEqual({ p50Ms: 0, p90Ms: 5, p99Ms: 7, maxMs: 8 });
});

test("k6's latencies are those its script prints", () => {
  const output = `{"p50":0.2,"p90":1.5,"p99":5.25,"max":504.1}`;
  expect(parseK6(output)).toEqual({ p50Ms: 0.2, p90Ms: 1.5, p99Ms: 5.25, maxMs: 504.1 });
});

test("output that is not understood is an error that shows its end", () => {
  expect(() => parseHey("connection refused")).toThrow("connection refused");
  expect(() => parseH2load("")).toThrow("no latency in what h2load printed");
});
