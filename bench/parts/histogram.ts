/**
 * Counting one latency: Holdfast's histogram beside others. The values are log-normal around 1 ms, from a fixed seed.
 * One histogram per process (`histogram.ts NAME`): in one process, each would be compiled for the calls of the others.
 */
import { createHistogram } from "node:perf_hooks";
import { build, initWebAssembly } from "hdr-histogram-js";
import { seededRandom } from "../../holdfast/src/base/random.ts";
import { Histogram } from "../../holdfast/src/metrics/histogram.ts";
import { PairList } from "../../holdfast/src/metrics/pair-list.ts";
import { nsPerTurn, report } from "./figure.ts";

const TURNS = 20_000_000;
const VALUES = 65_536;
const MERGES = 20_000;
const DRAINS = 5_000;
const DRAINED = 1_000;
/** Nanoseconds up to a minute, three digits: what the others need for the same error. */
const HDR = { highestTrackableValue: 60e9, numberOfSignificantValueDigits: 3 } as const;

const [which = ""] = process.argv.slice(2);
const valuesMs = latenciesMs();
const valuesNs = valuesMs.map((ms) => Math.round(ms * 1e6));
const at = (values: Float64Array, turn: number): number => values[turn & (VALUES - 1)] as number;

const KINDS: Record<string, () => Promise<void> | void> = {
  holdfast: () => {
    const histogram = new Histogram();
    const recordNs = nsPerTurn(TURNS, (turn) => histogram.record(at(valuesMs, turn)));
    const all = new Histogram();
    const mergeNs = nsPerTurn(MERGES, () => all.merge(histogram));
    const quantileNs = nsPerTurn(MERGES, () => histogram.quantile(0.99));
    const pairs = new PairList();
    const drainNs = nsPerTurn(DRAINS, () => {
      for (let turn = 0; turn < DRAINED; turn++) histogram.record(at(valuesMs, turn));
      histogram.drain(pairs);
      pairs.take();
    });
    report([
      { name: "Holdfast, record", value: recordNs, unit: "ns" },
      { name: "Holdfast, merge two", value: mergeNs / 1000, unit: "µs" },
      { name: "Holdfast, one quantile", value: quantileNs / 1000, unit: "µs" },
      { name: "Holdfast, record 1,000 and drain them", value: drainNs / 1000, unit: "µs" },
    ]);
  },
  "hdr-js": () => {
    const histogram = build({ ...HDR, bitBucketSize: 32 });
    const value = nsPerTurn(TURNS, (turn) => histogram.recordValue(at(valuesNs, turn)));
    report([{ name: "hdr-histogram-js, record", value, unit: "ns" }]);
  },
  "hdr-wasm": async () => {
    await initWebAssembly();
    const histogram = build({ ...HDR, bitBucketSize: 32, useWebAssembly: true });
    const value = nsPerTurn(TURNS, (turn) => histogram.recordValue(at(valuesNs, turn)));
    report([{ name: "hdr-histogram-js in WebAssembly, record", value, unit: "ns" }]);
  },
  node: () => {
    const histogram = createHistogram({ figures: 3 });
    const value = nsPerTurn(TURNS / 2, (turn) => histogram.record(at(valuesNs, turn)));
    report([{ name: "node:perf_hooks, record", value, unit: "ns" }]);
  },
};

await KINDS[which]?.();

function latenciesMs(): Float64Array {
  const random = seededRandom("latencies");
  return Float64Array.from({ length: VALUES }, () => {
    const uniform = Math.max(random.next(), 1e-9);
    const normal = Math.sqrt(-2 * Math.log(uniform)) * Math.cos(2 * Math.PI * random.next());
    return Math.exp(normal);
  });
}
