/**
 * Virtual users that only sleep: what one costs in memory. The last of `BENCH_VUS` to start writes to the file
 * `BENCH_STARTED` how many ms passed since the first did.
 */
import { writeFileSync } from "node:fs";
import { constantVus, loadTest } from "holdfast";
import type { LoadTest, Vu } from "holdfast";

const { BENCH_VUS = "", BENCH_STARTED = "" } = process.env;
let started = 0;
let firstMs = 0;

export const rest: LoadTest = loadTest({
  name: "sleep",
  target: "http://127.0.0.1",
  scenarios: {
    sleepers: { executor: constantVus({ vus: Number(BENCH_VUS), duration: "60s" }), run: sleeper },
  },
});

async function sleeper({ sleep, vu }: Vu): Promise<void> {
  if (vu.iteration === 0) noteStart();
  await sleep("1s");
}

function noteStart(): void {
  started += 1;
  if (started === 1) firstMs = performance.now();
  if (started !== Number(BENCH_VUS)) return;
  writeFileSync(BENCH_STARTED, String(performance.now() - firstMs));
}
