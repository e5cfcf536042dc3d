import { describe, expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import type { Random } from "../../base/random.ts";
import { historyOf } from "../../history/history.ts";
import type { HistoryFacts } from "../../history/history.ts";
import type { Outcome } from "../../record/outcome.ts";
import { allowedTransitions } from "../../scenario/invariants/state.ts";
import { operation } from "../../scenario/operation.ts";
import type { Finding } from "../finding.ts";
import { judge } from "../judge.ts";
import type { Attempt } from "../testing/attempt.ts";
import { attempt } from "../testing/attempt.ts";
import { existsOrder } from "../testing/brute-force.ts";
import type { Tried } from "../testing/brute-force.ts";
import { cutOff } from "../testing/cut-off.ts";
import { clashOf } from "../transitions/clash.ts";
import { StateGraph } from "../transitions/state-graph.ts";
import { TraceReader } from "../transitions/trace-reader.ts";

const HISTORIES = Number(process.env["HOLDFAST_CAMPAIGN_HISTORIES"] ?? 20_000);
const SEED = process.env["HOLDFAST_SEED"] ?? "holdfast";

const move = operation("move");
const reads = operation("state");
const ESCROW = { created: ["funded"], funded: ["released", "refunded"] };
const escrow = allowedTransitions(move, { graph: ESCROW, initial: "created", reads });
const versioned = allowedTransitions(move, {
  graph: ESCROW,
  initial: "created",
  reads,
  version: true,
});

const MS = 1_000_000;

/** `released 52..66 ok`, `released 52..66 ok v3`, `seen funded 1..2 v3`, one a line; all of the thing `o-7`. */
function story(lines: string): Attempt[] {
  return lines
    .split("\n")
    .map((line) => line.trim().split(" "))
    .filter(([first]) => first !== "")
    .map((words) => {
      const version = words.find((word) => /^v\d+$/.test(word))?.slice(1);
      const id = words.find((word) => /^r\d+$/.test(word));
      const look = words[0] === "seen";
      const [state = "", times = "", outcome = "ok"] = look ? words.slice(1) : words;
      const [from = 0, to = 0] = times.split("..").map((ms) => Number(ms) * MS);
      const count = version === undefined ? {} : { version: Number(version) };
      if (look) {
        const result = version === undefined ? state : { state, ...count };
        return attempt("state", "ok", from, to, { key: "o-7", result });
      }
      const result = version === undefined ? undefined : count;
      return attempt("move", outcome as Outcome, from, to, {
        key: "o-7",
        value: state,
        id,
        result,
      });
    });
}

function said(lines: string, invariant = escrow, facts: Partial<HistoryFacts> = {}): string {
  const finding = judge(historyOf(story(lines), facts), [invariant])[0] as Finding;
  if (finding.verdict === "fail") expect(finding.witnesses.length).toBeGreaterThan(0);
  return `${finding.verdict}: ${finding.sentence}`;
}

describe("only allowed transitions", () => {
  const fine = `
    funded 10..20 ok
    refunded 50..61 rejected
    released 52..66 ok
    seen funded 15..18
    seen released 60..62
    refunded 80..90 unknown`;

  test("passes, and says over how much", () => {
    expect(said(fine)).toBe(
      "pass: 2 transitions on 1 key, all allowed, 2 states read, 1 unknown outcome considered",
    );
  });

  test.each([
    [
      "two exits that exclude each other",
      "refunded 50..61 ok",
      'refunded (ok 0.050–0.061 s) and released (ok 0.052–0.066 s); "funded" allows one exit',
    ],
    [
      "an exit taken twice",
      "released 70..71 ok",
      'released (ok 0.052–0.066 s) and released (ok 0.070–0.071 s); "funded" allows one exit',
    ],
    [
      "a state seen again that is left for good",
      "seen funded 67..68",
      "released (ok 0.052–0.066 s) was over before funded (seen 0.067–0.068 s) began, " +
        "and nothing leads from released to funded",
    ],
    [
      "a state that was moved to before its time",
      "seen created 30..31",
      "funded (ok 0.010–0.020 s) was over before created (seen 0.030–0.031 s) began, " +
        "and nothing leads from funded to created",
    ],
    [
      "what is no state",
      "seen lost 30..31",
      '"lost" (seen 0.030–0.031 s), which is no state of the graph',
    ],
  ])("fails on %s", (_, line, sentence) => {
    expect(said(`${fine}\n${line}`)).toBe(`fail: o-7: ${sentence}`);
  });

  test("fails on a step that skips one, and on one seen that nobody took", () => {
    expect(said("released 1..2 ok")).toBe(
      "fail: o-7: released (ok 0.001–0.002 s), and no attempt leads there from created",
    );
    expect(said("funded 1..2 ok\nseen refunded 3..4")).toBe(
      "fail: o-7: refunded (seen 0.003–0.004 s), and no attempt leads there from created",
    );
    expect(said("funded 10..12 ok\nseen funded 1..2")).toBe(
      "fail: o-7: funded (seen 0.001–0.002 s) was over before funded (ok 0.010–0.012 s) began, " +
        "and nothing leads from funded to funded",
    );
  });

  test("names the fork of two exits only where one state leads to both", () => {
    const graph = { created: ["kept", "sold"], kept: ["lent"], sold: ["sent"] };
    const forked = allowedTransitions(move, { graph, initial: "created", reads });
    const both = "kept 1..2 ok\nlent 3..9 ok\nseen sent 4..8";
    expect(said(both, forked)).toBe(
      "fail: o-7: kept (ok 0.001–0.002 s) and sent (seen 0.004–0.008 s); no path of the graph has both",
    );
    expect(said("created 1..2 ok", forked)).toBe(
      "fail: o-7: created (ok 0.001–0.002 s), and no attempt leads there from created",
    );
  });

  test("lets a step of unknown outcome explain what was seen, and attempts of one request be one step", () => {
    expect(said("funded 1..2 unknown\nseen funded 3..4\nreleased 5..6 ok")).toMatch(/^pass/);
    expect(said("funded 1..2 unknown r1\nfunded 3..4 ok r1\nfunded 5..6 ok r1")).toMatch(
      /^pass: 1 transition on 1 key/,
    );
    expect(said("funded 1..2 ok r1\nfunded 3..4 ok r2")).toMatch(/^fail/);
  });

  test("is unknown without a success, with records lost, and for a graph that is none", () => {
    expect(said("funded 1..2 unknown")).toMatch(/^unknown: no move was acknowledged/);
    expect(said("released 1..2 ok", escrow, { lostRecords: 1 })).toMatch(
      /^unknown: .* explain it$/,
    );
    const late = { finished: false, trustedUntilNs: 1.5 * MS };
    expect(said("released 1..2 ok\nseen refunded 1..2", escrow, late)).toMatch(/^unknown: the run/);
    const wrong = allowedTransitions(move, { graph: ESCROW, initial: "lost" });
    expect(said(fine, wrong)).toBe(
      'unknown: it could not be decided: initial must be a state of the graph, got "lost"',
    );
    const none = { ...escrow, options: { ...escrow.options, graph: "x" } };
    expect(said(fine, none)).toMatch(/graph must list the next states of each state, got "x"$/);
    expect(judge(historyOf([attempt("move", "ok", 0, 1, {})]), [escrow])[0]?.sentence).toMatch(
      /a transition must carry the state it leads to, got none$/,
    );
  });
});

describe("only allowed transitions, by version", () => {
  const fine = `
    funded 10..20 ok v1
    released 52..66 ok v2
    seen funded 15..18 v1
    seen created 15..18 v0
    seen released 60..62 v2`;

  test("passes", () => {
    expect(said(fine, versioned)).toBe("pass: 2 transitions on 1 key, all allowed, 3 states read");
  });

  test.each([
    [
      "two states of one version",
      "seen refunded 67..68 v2",
      "version 2 is released (ok 0.052–0.066 s) and refunded (seen 0.067–0.068 s)",
    ],
    [
      "two transitions of one version",
      "released 53..67 ok v2",
      "version 2 was given to two transitions, released (ok 0.052–0.066 s) and released (ok 0.053–0.067 s)",
    ],
    [
      "a step that is not in the graph",
      "refunded 70..71 ok v3",
      "nothing leads from version 2, released (ok 0.052–0.066 s), to version 3, refunded (ok 0.070–0.071 s)",
    ],
    [
      "an old version seen late",
      "seen funded 67..68 v1",
      "version 2, released (ok 0.052–0.066 s), was over before version 1, funded (seen 0.067–0.068 s), began",
    ],
    [
      "a version seen before its transition began",
      "seen released 40..41 v2",
      "version 2, released (seen 0.040–0.041 s), was over before version 2, released (ok 0.052–0.066 s), began",
    ],
  ])("fails on %s", (_, line, sentence) => {
    expect(said(`${fine}\n${line}`, versioned)).toBe(`fail: o-7: ${sentence}`);
  });

  test("fails on a first step that the start does not allow, unless an unknown one may explain it", () => {
    const skipped = "released 5..6 ok v2";
    expect(said(skipped, versioned)).toBe(
      "fail: o-7: nothing leads from the start, created, to version 2, released (ok 0.005–0.006 s)",
    );
    expect(said(`${skipped}\nfunded 1..2 unknown`, versioned)).toMatch(/^pass/);
    expect(said(`${skipped}\nfunded 1..2 ok`, versioned)).toMatch(/^pass/);
    expect(said(`${skipped}\nrefunded 1..2 unknown`, versioned)).toMatch(/^fail/);
  });
});

describe("only allowed transitions, by version, in doubt", () => {
  test("fails on a state that nobody attempted, and on one that the graph does not know", () => {
    const funded = "funded 1..2 ok v1\nreleased 3..4 unknown";
    expect(said(`${funded}\nseen released 5..6 v2`, versioned)).toMatch(/^pass/);
    expect(said(`${funded}\nseen refunded 5..6 v2`, versioned)).toBe(
      "fail: o-7: nothing leads from version 1, funded (ok 0.001–0.002 s), to version 2, " +
        "refunded (seen 0.005–0.006 s)",
    );
    const lost = "funded 1..2 ok v1\nreleased 3..4 ok v2\nlost 5..6 ok v3";
    expect(said(lost, versioned)).toMatch(/^fail: .* to version 3, "lost" \(ok 0.005–0.006 s\)$/);
  });

  test("takes what was answered after the last trusted moment for unknown", () => {
    const late = "funded 1..30 ok v1\nreleased 5..6 ok v2\nseen refunded 29..31 v3";
    const cut = { finished: false, trustedUntilNs: 20 * MS };
    expect(said(late, versioned, cut)).toMatch(/^unknown: the run did not end/);
    expect(said(late.replaceAll(/ v\d/g, ""), escrow, cut)).toMatch(
      /^unknown: the run did not end/,
    );
    expect(said(late, versioned)).toMatch(/^fail/);
  });
});

test.each([
  ["in the order of time", escrow],
  ["by version", versioned],
])("a thing that is looked at 300 times is judged %s", (_, invariant) => {
  const looks = Array.from({ length: 300 }, (_look, i) => `seen funded ${30 + i}..${31 + i} v1`);
  const fine = ["funded 10..20 ok v1", ...looks, "released 400..410 ok v2"].join("\n");
  const lines = invariant === escrow ? fine.replaceAll(/ v\d/g, "") : fine;
  expect(said(lines, invariant)).toMatch(/^pass: 2 transitions on 1 key, all allowed, 300 states/);
  const late = invariant === escrow ? "seen funded 411..412" : "seen funded 411..412 v1";
  expect(said(`${lines}\n${late}`, invariant)).toMatch(/^fail: o-7: /);
});

const GRAPHS = [
  { graph: { a: ["b", "c"], b: ["d"], c: ["d"] }, initial: "a" },
  { graph: { a: ["b"], b: ["a", "c"], c: ["d"], d: [] }, initial: "a" },
  { graph: { a: ["b", "c", "d"], b: ["b"] }, initial: "a" },
] as const;
const STATES = ["a", "b", "c", "d"];

function randomTrace(random: Random): Attempt[] {
  return Array.from({ length: random.integer(1, 6) }, (_, i) => {
    const invokeNs = random.integer(0, 8);
    const returnNs = invokeNs + random.integer(0, 5);
    const state = random.pick(STATES);
    if (random.next() < 0.35) {
      // One in ten shows nothing: it failed, or its answer had no state.
      const outcome = random.next() < 0.95 ? "ok" : "failed";
      const result = random.next() < 0.95 ? state : undefined;
      return attempt("state", outcome, invokeNs, returnNs, { result });
    }
    const outcome = random.pick<Outcome>(["ok", "ok", "ok", "unknown", "rejected", "failed"]);
    const id = random.pick([undefined, "r", String(i)]);
    return attempt("move", outcome, invokeNs, returnNs, {
      value: random.pick(STATES),
      id,
    });
  });
}

/** Each request once, whatever its attempts; looks as they are. */
function plainly(
  attempts: readonly Attempt[],
  graph: Record<string, readonly string[]>,
): Tried<string>[] {
  const tried: Tried<string>[] = [];
  for (const [i, { name, outcome, value, result, id, invokeNs, returnNs }] of attempts.entries()) {
    if (name === "state") {
      if (outcome !== "ok" || result === undefined) continue;
      const next = (state: string): string[] => (state === result ? [state] : []);
      tried.push({ invokeNs, returnNs, optional: false, next });
    } else if (outcome === "ok" || outcome === "unknown") {
      const own = attempts.filter(
        (a, j) =>
          (a.outcome === "ok" || a.outcome === "unknown") &&
          (i === j || (id !== undefined && a.id === id && a.value === value)),
      );
      if (own[0] !== attempts[i]) continue;
      const overNs = own.map((a) => (a.outcome === "ok" ? a.returnNs : Infinity));
      tried.push({
        invokeNs: Math.min(...own.map((a) => a.invokeNs)),
        returnNs: Math.min(...overNs),
        optional: own.every((a) => a.outcome === "unknown"),
        next: (state) => (graph[state]?.includes(value as string) ? [value as string] : []),
      });
    }
  }
  return tried;
}

describe(`over ${HISTORIES} random histories of seed ${SEED}`, () => {
  test.each(GRAPHS.map((shape, i) => [i, shape] as const))(
    "paths of graph %i are judged exactly, and every clash is a proof",
    (i, { graph, initial }) => {
      const random = seededRandom(`${SEED}/transitions/${i}`);
      const invariant = allowedTransitions(move, { graph, initial, reads });
      const states = new StateGraph(invariant.options["graph"]);
      const seen = { explainable: 0, clashes: 0, others: 0 };
      for (let n = 0; n < HISTORIES / 3; n++) {
        const attempts = randomTrace(random);
        const expected = existsOrder<string>(initial, plainly(attempts, graph));
        const history = historyOf(attempts);
        const [finding] = judge(history, [invariant]);
        const [moves, looks] = ["move", "state"].map((name) =>
          history.groups.find((group) => group.name === name),
        );
        const trace = new TraceReader(history, states).read(moves, looks);
        const clash = clashOf(trace, states, states.numberOf(initial));
        seen[expected ? "explainable" : clash === undefined ? "others" : "clashes"] += 1;
        const wrong =
          (finding?.verdict !== "fail") !== expected || (expected && clash !== undefined);
        if (wrong) expect.fail(JSON.stringify({ expected, finding, clash, attempts }, null, 1));
      }
      expect(Math.min(seen.explainable, seen.clashes)).toBeGreaterThan(HISTORIES / 60);
      // Nearly always two operations are the whole proof.
      expect(seen.others).toBeLessThan(seen.clashes / 5);
    },
  );

  test("versions raise no alarm where some order explains them, and nearly always where none does", () => {
    const random = seededRandom(`${SEED}/versions`);
    const seen = { explainable: 0, found: 0, missed: 0 };
    for (let n = 0; n < HISTORIES / 2; n++) {
      const { graph, initial } = random.pick(GRAPHS);
      const attempts = counted(random, graph, initial);
      const invariant = allowedTransitions(move, { graph, initial, reads, version: true });
      const expected = existsOrder({ state: initial, version: -1 }, byVersion(attempts, graph));
      const [finding] = judge(historyOf(attempts), [invariant]);
      const found = finding?.verdict === "fail";
      seen[expected ? "explainable" : found ? "found" : "missed"] += 1;
      if (expected && found) expect.fail(JSON.stringify({ finding, attempts }, null, 1));
    }
    expect(Math.min(seen.explainable, seen.found)).toBeGreaterThan(HISTORIES / 40);
    expect(seen.missed).toBeLessThan(seen.found / 10);
  });
});

test.each([false, true])(
  `cut off at any moment a right thing raises no alarm, by version: %s, seed ${SEED}`,
  (version) => {
    const random = seededRandom(`${SEED}/transitions/cut`);
    for (let n = 0; n < HISTORIES / 4; n++) {
      const { graph, initial } = random.pick(GRAPHS);
      const invariant = allowedTransitions(move, { graph, initial, reads, version });
      const right = counted(random, graph, initial, 0);
      const plain = right.map((one) => {
        const { state } = (one.result ?? {}) as { state?: string };
        return version ? one : { ...one, result: state };
      });
      const history = cutOff(random, plain, random.integer(-2, 20));
      const [finding] = judge(history, [invariant]);
      if (finding?.verdict === "fail") expect.fail(JSON.stringify({ finding, plain }, null, 1));
    }
  },
);

type Graph = Readonly<Record<string, readonly string[]>>;

/** A counted thing as a right system would show it, but for one answer in some of them. */
function counted(random: Random, graph: Graph, initial: string, wrongChance = 0.4): Attempt[] {
  let state = initial;
  let version = 0;
  const attempts = Array.from({ length: random.integer(1, 6) }, (_, i) => {
    const invokeNs = 3 * i - random.integer(0, 4);
    const returnNs = 3 * i + random.integer(0, 4);
    const nexts = graph[state] ?? [];
    if (random.next() < 0.4 || nexts.length === 0) {
      return attempt("state", "ok", invokeNs, returnNs, { result: { state, version } });
    }
    state = random.pick(nexts);
    version += random.integer(1, 2);
    const outcome = random.pick<Outcome>(["ok", "ok", "unknown"]);
    const result = outcome === "ok" ? { version } : undefined;
    return attempt("move", outcome, invokeNs, returnNs, { value: state, result });
  });
  if (random.next() >= wrongChance) return attempts;
  const victim = random.integer(0, attempts.length - 1);
  return attempts.map((one, i) => {
    if (i !== victim || one.outcome !== "ok") return one;
    const told = { version: random.integer(0, 6) };
    if (one.name === "move") return { ...one, result: told, value: random.pick(["b", "c", "d"]) };
    return { ...one, result: { state: random.pick(STATES), ...told } };
  });
}

interface Counted {
  state: string;
  version: number;
}

/** Every transition counts up, one of unknown outcome by ever so little. */
function byVersion(attempts: readonly Attempt[], graph: Graph): Tried<Counted>[] {
  return attempts.map(({ name, outcome, value, result, invokeNs, returnNs }) => {
    const told = result as { state?: string; version: number } | undefined;
    const optional = outcome === "unknown";
    return {
      invokeNs,
      returnNs: optional ? Infinity : returnNs,
      optional,
      next: ({ state, version }) => {
        if (name === "state") {
          // A change that is no transition may count up, too.
          const same = told?.state === state && told.version >= version;
          return same ? [{ state, version: told.version }] : [];
        }
        const to = value as string;
        const next = told?.version ?? version + 0.001;
        return graph[state]?.includes(to) && next > version ? [{ state: to, version: next }] : [];
      },
    };
  });
}
