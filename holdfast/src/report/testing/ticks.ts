/** Ticks of a run that oversells in its first second. */
import type { LiveTick } from "../live.ts";

export function tickAt(seconds: number, changes: Partial<LiveTick> = {}): LiveTick {
  const stage = seconds < 10 ? 0 : seconds < 20 ? 1 : 2;
  const names = ["crowd: 0 → 50 VUs", "crowd: 50 → 100 VUs", "crowd: 100 → 0 VUs"];
  const violated = seconds > 0.8;
  return {
    elapsedNs: seconds * 1e9,
    plannedNs: 25e9,
    stage: { name: names[stage] ?? "", index: stage, count: 3 },
    vus: Math.round(seconds * 5),
    requestsPerSecond: seconds * 500,
    failedShare: 0,
    p50Ms: 1.2 + seconds / 20,
    p99Ms: 4 + seconds / 3,
    iterations: Math.round(seconds * seconds * 250),
    dropped: 0,
    outcomes: {
      ok: violated ? 103 : 60,
      rejected: Math.round(seconds * 400),
      failed: 0,
      unknown: 0,
    },
    invariants: [
      { name: "stock agrees", state: "waiting", text: "for the audit" },
      {
        name: "no oversell",
        state: violated ? "violated" : "holding",
        text: violated ? "103 of 100 units of phone sold" : "60 of 100 units of phone sold",
      },
    ],
    generator: { cpuShare: 0.412 },
    ...changes,
  };
}
