/**
 * Histories recorded by anything: JSON Lines, one event a line (docs/reference/history.md). An `invoke` opens an
 * operation of its process, the next event of that process ends it; what never ends is unknown. Where no line has a
 * `time`, the order of the lines is the time; where they have, they may stand in another order. Lines of the process
 * `nemesis` tell of faults, in histories that Jepsen recorded, and are left out.
 */
import { got, ProblemsError } from "../base/errors.ts";
import { NS_PER_MS } from "../base/units.ts";
import type { Operation } from "../record/operation.ts";
import type { Outcome } from "../record/outcome.ts";
import type { Value } from "../record/value.ts";
import { historyOf, SAID_RULE, textOf } from "./history.ts";
import type { History } from "./history.ts";
import { BAD_LINES_SHOWN_MAX } from "./limits.ts";

interface Event {
  line: number;
  process: number | string;
  type: string;
  f: string;
  key: string;
  value: Value | undefined;
  timeNs: number | undefined;
}

/** An operation that has begun: what its end will complete. */
interface Begun {
  f: string;
  key: string;
  value: Value | undefined;
  invokeNs: number;
}

const OUTCOME_OF: ReadonlyMap<string, Outcome> = new Map<string, Outcome>([
  ["ok", "ok"],
  ["rejected", "rejected"],
  ["fail", "failed"],
  ["unknown", "unknown"],
  ["info", "unknown"],
]);
/** What a line counts for where none has a time: then the ones that are shown can be told apart. */
const LINE_NS = NS_PER_MS;
/** Jepsen's word for what breaks things on purpose: its events are no operations. */
const NEMESIS = "nemesis";
const TYPES = 'must be "invoke", "ok", "rejected", "fail", "unknown" or "info"';

/**
 * The history in a text; `file` names it in errors. Throws a ProblemsError that lists every bad line by its number, the
 * first BAD_LINES_SHOWN_MAX in words.
 */
export function parseJsonLines(text: string, file = "history"): History {
  const reading = new LineReading();
  let line = 0;
  for (let from = 0; from < text.length;) {
    const newline = text.indexOf("\n", from);
    const to = newline < 0 ? text.length : newline;
    line += 1;
    const content = text.slice(from, to).trim();
    if (content !== "") reading.line(line, content);
    from = to + 1;
  }
  const operations = reading.end();
  const { problemCount } = reading;
  const problems = reading.problems
    .toSorted((a, b) => a.line - b.line)
    .map(({ text: said }) => said);
  if (problemCount > problems.length) {
    problems.push(`and ${problemCount - problems.length} more lines`);
  }
  if (problemCount > 0) throw new ProblemsError(file, problems);
  return historyOf(operations);
}

class LineReading {
  readonly problems: { line: number; text: string }[] = [];
  problemCount = 0;
  readonly #events: Event[] = [];
  readonly #operations: Omit<Operation, "index">[] = [];
  readonly #begun = new Map<number | string, Begun>();
  readonly #processes = new Map<number | string, number>();
  #timed: boolean | undefined;
  #lastNs = Number.NEGATIVE_INFINITY;
  #inOrder = true;

  line(line: number, content: string): void {
    const event = this.#event(line, content);
    if (event === undefined) return;
    const { timeNs } = event;
    this.#timed ??= timeNs !== undefined;
    if (this.#timed !== (timeNs !== undefined)) {
      return this.#problem(line, "time must be in every line or in none", timeNs);
    }
    const nowNs = timeNs ?? line * LINE_NS;
    if (nowNs < this.#lastNs) this.#inOrder = false;
    this.#lastNs = Math.max(nowNs, this.#lastNs);
    this.#events.push(event);
  }

  /** What has not ended with the last line is unknown. */
  end(): Omit<Operation, "index">[] {
    const events = this.#events;
    if (!this.#inOrder) events.sort((a, b) => (a.timeNs as number) - (b.timeNs as number));
    for (const event of events) {
      const nowNs = event.timeNs ?? event.line * LINE_NS;
      if (event.type === "invoke") this.#begin(event, nowNs);
      else this.#end(event, nowNs);
    }
    for (const [process, begun] of this.#begun) {
      this.#add(process, begun, this.#lastNs, "unknown", undefined);
    }
    return this.#operations;
  }

  #begin({ line, process, f, key, value }: Event, invokeNs: number): void {
    if (this.#begun.has(process)) {
      const rule = `process ${process} must end its operation before it begins another`;
      return this.#problem(line, rule, "invoke");
    }
    this.#begun.set(process, { f, key, value, invokeNs });
  }

  #end({ line, process, type, f, key, value }: Event, nowNs: number): void {
    const begun = this.#begun.get(process);
    if (begun === undefined) {
      return this.#problem(line, `process ${process} must begin an operation with "invoke"`, type);
    }
    if (f !== begun.f) return this.#problem(line, `f must be ${got(begun.f)} as invoked`, f);
    if (key !== "" && key !== begun.key) {
      return this.#problem(line, `key must be ${got(begun.key)} as invoked`, key);
    }
    this.#begun.delete(process);
    this.#add(process, begun, nowNs, OUTCOME_OF.get(type) ?? "unknown", value);
  }

  #add(
    process: number | string,
    { f, key, value, invokeNs }: Begun,
    returnNs: number,
    outcome: Outcome,
    result: Value | undefined,
  ): void {
    let number = this.#processes.get(process);
    if (number === undefined) this.#processes.set(process, (number = this.#processes.size));
    this.#operations.push({
      name: f,
      phase: "load",
      process: number,
      key,
      id: undefined,
      value,
      result,
      invokeNs,
      returnNs,
      outcome,
      rule: SAID_RULE[outcome],
      status: 0,
    });
  }

  #event(line: number, content: string): Event | undefined {
    let json: unknown;
    try {
      json = JSON.parse(content);
    } catch {
      return this.#problem(line, "must be one JSON object", content);
    }
    if (json === null || typeof json !== "object" || Array.isArray(json)) {
      return this.#problem(line, "must be one JSON object", json);
    }
    const { process, type, f, key, value, time } = json as Record<string, unknown>;
    if (process === NEMESIS) return undefined;
    if (typeof process !== "number" && typeof process !== "string") {
      return this.#problem(line, "process must be a number or a text", process);
    }
    if (typeof type !== "string" || (type !== "invoke" && !OUTCOME_OF.has(type))) {
      return this.#problem(line, `type ${TYPES}`, type);
    }
    if (typeof f !== "string" || f === "") {
      return this.#problem(line, "f must be the operation's name", f);
    }
    if (time !== undefined && time !== null && typeof time !== "number") {
      return this.#problem(line, "time must be a number of nanoseconds", time);
    }
    const name = key === undefined || key === null ? "" : textOf(key as Value);
    return { line, process, type, f, key: name, value: value as Value, timeNs: time ?? undefined };
  }

  #problem(line: number, rule: string, value: unknown): undefined {
    this.problemCount += 1;
    if (this.problems.length < BAD_LINES_SHOWN_MAX) {
      this.problems.push({ line, text: `line ${line}: ${rule}, got ${got(value)}` });
    }
    return undefined;
  }
}
