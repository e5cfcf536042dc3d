/** What the tools print of latency, read into milliseconds. Each throws when the output is not what it knows. */

/** Undefined where a tool does not say. */
export interface Latency {
  p50Ms: number | undefined;
  p90Ms: number | undefined;
  p99Ms: number | undefined;
  maxMs: number | undefined;
}

/** `  99% in 0.0125 secs`, `  Slowest:	0.4962 secs`; newer versions write `50%% in`. */
export function parseHey(output: string): Latency {
  const percentile = (percent: number): number | undefined =>
    seconds(new RegExp(`^\\s*${percent}%+ in ([\\d.]+) secs`, "m").exec(output)?.[1]);
  const maxMs = seconds(/^\s*Slowest:\s+([\d.]+) secs/m.exec(output)?.[1]);
  if (maxMs === undefined) throw unreadable("hey", output);
  return { p50Ms: percentile(50), p90Ms: percentile(90), p99Ms: percentile(99), maxMs };
}

/** `time for request:  90us  490.20ms  5.70ms  44.10ms  98.00%`: smallest, largest, mean; it knows no percentiles. */
export function parseH2load(output: string): Latency {
  const match = /^time for request:\s+\S+\s+([\d.]+)(us|ms|s)\s/m.exec(output);
  if (match === null) throw unreadable("h2load", output);
  const unitMs = { us: 0.001, ms: 1, s: 1000 }[match[2] as "us" | "ms" | "s"];
  const maxMs = Number(match[1]) * unitMs;
  return { p50Ms: undefined, p90Ms: undefined, p99Ms: undefined, maxMs };
}

/** One JSON object on a line of its own (`--json`). */
export function parseAutocannon(output: string): Latency {
  const line = output.split("\n").find((text) => text.startsWith("{"));
  if (line === undefined) throw unreadable("autocannon", output);
  const { latency } = JSON.parse(line) as { latency: Record<string, number> };
  return {
    p50Ms: latency["p50"],
    p90Ms: latency["p90"],
    p99Ms: latency["p99"],
    maxMs: latency["max"],
  };
}

/** What the `handleSummary` of `k6-rate.js` prints. */
export function parseK6(output: string): Latency {
  const line = output.split("\n").find((text) => text.startsWith('{"p50"'));
  if (line === undefined) throw unreadable("k6", output);
  const said = JSON.parse(line) as Record<"p50" | "p90" | "p99" | "max", number>;
  return { p50Ms: said.p50, p90Ms: said.p90, p99Ms: said.p99, maxMs: said.max };
}

function seconds(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text) * 1000;
}

function unreadable(tool: string, output: string): Error {
  return new Error(`no latency in what ${tool} printed: ${output.slice(-200)}`);
}
