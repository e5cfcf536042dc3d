/**
 * What a histogram costs: nanoseconds to record one value, microseconds for a quantile, a merge and a drain, and the
 * memory of 1,000 of them. Run on plain node: `node --conditions=holdfast-source bench/histogram.ts`.
 */
import { Histogram } from "../holdfast/src/metrics/histogram.ts";
import { PairList } from "../holdfast/src/metrics/pair-list.ts";

const VALUES = 1 << 16;
const ROUNDS = 9;

function latencies(): Float64Array {
  let state = 42;
  return Float64Array.from({ length: VALUES }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return 0.2 - 3 * Math.log(1 - state / 2 ** 32);
  });
}

function nsPerRecord(values: Float64Array): number {
  const histogram = new Histogram();
  const passes = 300;
  const start = process.hrtime.bigint();
  for (let pass = 0; pass < passes; pass++) {
    for (let i = 0; i < values.length; i++) histogram.record(values[i] as number);
  }
  const ns = Number(process.hrtime.bigint() - start);
  if (histogram.count !== passes * values.length) throw new Error("values were lost");
  return ns / histogram.count;
}

function usEach(times: number, act: () => void): number {
  const start = process.hrtime.bigint();
  for (let i = 0; i < times; i++) act();
  return Number(process.hrtime.bigint() - start) / times / 1_000;
}

function medianOf(measure: () => number): string {
  const found = Array.from({ length: ROUNDS }, measure).sort((a, b) => a - b);
  const [low, middle, high] = [found[0], found[ROUNDS >> 1], found[ROUNDS - 1]] as number[];
  return `${middle?.toFixed(2)} [${low?.toFixed(2)} to ${high?.toFixed(2)}]`;
}

const values = latencies();
const zeros = new Float64Array(VALUES);
const full = new Histogram();
for (const value of values) full.record(value);
const target = new Histogram();
const pairs = new PairList();

console.log(`record a latency   ${medianOf(() => nsPerRecord(values))} ns`);
console.log(`record a zero      ${medianOf(() => nsPerRecord(zeros))} ns`);
console.log(`quantile           ${medianOf(() => usEach(2_000, () => full.quantile(0.99)))} µs`);
console.log(`merge              ${medianOf(() => usEach(2_000, () => target.merge(full)))} µs`);
const drained = (): void => {
  for (let i = 0; i < 1_000; i++) full.record(values[i] as number);
  full.drain(pairs);
  pairs.take();
};
console.log(`1,000 and a drain  ${medianOf(() => usEach(500, drained))} µs`);
