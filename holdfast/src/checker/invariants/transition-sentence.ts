/** Why the states of a thing are no path of the graph, as a person would say it. */
import { NS_PER_S } from "../../base/units.ts";
import type { History } from "../../history/history.ts";
import type { Violation } from "../checker.ts";
import type { Breach } from "../object-model.ts";
import type { Clash } from "../transitions/clash.ts";
import type { StateGraph } from "../transitions/state-graph.ts";
import type { Trace } from "../transitions/trace.ts";
import type { VersionBreach } from "../transitions/version-order.ts";
import { of, shortened } from "../wording.ts";

/** One thing, as it was judged. */
export interface Seen {
  readonly history: History;
  readonly key: string;
  readonly trace: Trace;
  readonly graph: StateGraph;
}

export function clashed(seen: Seen, clash: Clash, initial: number): Violation {
  const { graph } = seen;
  const one = told(seen, clash.at);
  switch (clash.kind) {
    case "no state":
      return violation(seen, [clash.at], `${one}, which is no state of the graph`);
    case "unreached": {
      const start = graph.names[initial] ?? "";
      return violation(seen, [clash.at], `${one}, and no attempt leads there from ${start}`);
    }
    case "exclusive": {
      const fork = graph.names[clash.fork];
      const why =
        fork === undefined ? "no path of the graph has both" : `"${fork}" allows one exit`;
      const both = `${one} and ${told(seen, clash.other)}; ${why}`;
      return violation(seen, [clash.at, clash.other], both);
    }
    case "backwards":
      return violation(
        seen,
        [clash.at, clash.other],
        `${one} was over before ${told(seen, clash.other)} began, and nothing leads from ` +
          `${stateAt(seen, clash.at)} to ${stateAt(seen, clash.other)}`,
      );
  }
}

/** What the system's own count contradicts. */
export function countedWrong(
  seen: Seen,
  { kind, at, other }: VersionBreach,
  initial: number,
): Violation {
  const { versions } = seen.trace;
  const version = `version ${versions[at]}`;
  const rows = [at, other].filter((place) => place >= 0);
  const one = told(seen, at);
  const two = other < 0 ? "" : told(seen, other);
  switch (kind) {
    case "two states":
      return violation(seen, rows, `${version} is ${two} and ${one}`);
    case "two transitions":
      return violation(seen, rows, `${version} was given to two transitions, ${two} and ${one}`);
    case "no way": {
      const before =
        other < 0
          ? `the start, ${seen.graph.names[initial]}`
          : `version ${versions[other]}, ${two}`;
      return violation(seen, rows, `nothing leads from ${before}, to ${version}, ${one}`);
    }
    case "against time":
      return violation(
        seen,
        rows,
        `${version}, ${one}, was over before version ${versions[other]}, ${two}, began`,
      );
  }
}

/** What the search says where no two of them clash. */
export function stuck(seen: Seen, { places, why }: Breach): Violation {
  return violation(seen, places, why);
}

function violation({ key, trace }: Seen, places: readonly number[], why: string): Violation {
  const known = places.filter((at) => trace.byNs[at] !== Number.POSITIVE_INFINITY);
  return {
    key,
    atNs: Math.max(...known.map((at) => trace.byNs[at] as number)),
    sentence: of(key) + why,
    rows: places.map((at) => trace.rows[at] as number),
    count: 1,
  };
}

/** `refunded (ok 0.500–0.610 s)`, `released (seen 0.700–0.701 s)`. */
function told(seen: Seen, at: number): string {
  const { moves, fromNs, byNs } = seen.trace;
  const how = moves[at] === 1 ? "ok" : "seen";
  const from = ((fromNs[at] as number) / NS_PER_S).toFixed(3);
  const by = ((byNs[at] as number) / NS_PER_S).toFixed(3);
  return `${stateAt(seen, at)} (${how} ${from}–${by} s)`;
}

function stateAt({ history, trace, graph }: Seen, at: number): string {
  const named = graph.names[trace.states[at] as number];
  if (named !== undefined) return named;
  const { value, result } = history.operation(trace.rows[at] as number);
  return shortened(JSON.stringify((trace.moves[at] === 1 ? value : result) ?? null));
}
