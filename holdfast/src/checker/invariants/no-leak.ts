/**
 * No answer shows somebody the secret of somebody else. Secrets are canaries that say whose they are; one of them in a
 * foreign answer is the whole proof. Who is in a room may see what is in it, from the start of joining to the end of
 * leaving. And an answer that echoes its request must echo its own: responses that are swapped on a shared connection
 * show at once. Linear; each distinct answer is searched once.
 */
import { formatCount } from "../../base/units.ts";
import type { OperationGroup } from "../../history/history.ts";
import { OUTCOME, textOf } from "../../history/history.ts";
import { sortedJson } from "../../history/value-codec.ts";
import type { Canary } from "../../record/canary.ts";
import { canariesIn, readCanary } from "../../record/canary.ts";
import type { Checker, Judgement, Question, Violation } from "../checker.ts";
import { proceed } from "../checker.ts";
import { Presence } from "../delivery/presence.ts";
import { Recipients } from "../delivery/recipients.ts";
import { memberOf } from "../member.ts";
import { at, counted, idOf, joined, of, shortened } from "../wording.ts";
import { CodeMap, NONE } from "./code-map.ts";
import { companionsNamed, companionsOf, namesIn } from "./companions.ts";

export const noLeak: Checker = { needsEveryOperation: false, needsOverlap: false, check };

/** The same where people join rooms: a join that is missing from the history could excuse what looks like a leak. */
export const noLeakFromRooms: Checker = { needsEveryOperation: true, needsOverlap: false, check };

function check(question: Question): Judgement {
  const others = namesIn(question, "reads").flatMap(
    (name) => companionsNamed(question, name).groups,
  );
  const readings = new Readings(question, [...question.groups, ...others]);
  const byKey = new Map<string, Violation>();
  for (const group of [...question.groups, ...others]) {
    proceed(question);
    const violation = readings.judge(group);
    if (violation === undefined) continue;
    const before = byKey.get(group.key);
    const first = before !== undefined && before.atNs <= violation.atNs ? before : violation;
    byKey.set(group.key, { ...first, count: (before?.count ?? 0) + violation.count });
  }
  return { violations: [...byKey.values()], ...readings.words() };
}

/** Rooms are named by what they hold, so they are found by their names. */
function byName(rooms: readonly OperationGroup[]): ReadonlyMap<string, OperationGroup> {
  return new Map(rooms.map((room) => [room.key, room]));
}

interface Secret extends Canary {
  readonly person: number;
}

class Readings {
  readonly #question: Question;
  readonly #all: readonly OperationGroup[];
  readonly #people: Recipients;
  /** Per result: its place in `#found`. */
  readonly #searched: CodeMap;
  readonly #found: (readonly Secret[])[] = [];
  readonly #joins: ReadonlyMap<string, OperationGroup>;
  readonly #leaves: ReadonlyMap<string, OperationGroup>;
  readonly #rooms = new Map<string, Presence>();
  readonly #trusted: ReadonlySet<string>;
  /** Rows by the value that they were sent with; made when it is first needed. */
  #senders: Map<string, number> | undefined;
  readonly #sum = { answers: 0, own: 0, shared: 0, echoed: 0, anonymous: 0, unread: 0 };

  constructor(question: Question, all: readonly OperationGroup[]) {
    const { history } = question;
    this.#question = question;
    this.#all = all;
    this.#people = new Recipients(history);
    this.#searched = new CodeMap(history.atoms.size);
    // Whoever is judged by one key may still be in rooms of other names.
    const everywhere = { ...question, key: undefined };
    this.#joins = byName(companionsOf(everywhere, "joins").groups);
    this.#leaves = byName(companionsOf(everywhere, "leaves").groups);
    this.#trusted = new Set(namesIn(question, "trusted"));
  }

  judge(group: OperationGroup): Violation | undefined {
    const { outcome, id, result, value, returnNs } = this.#question.history.columns;
    let first: { row: number; secret: Secret | undefined } | undefined;
    let count = 0;
    for (let row = group.from; row < group.to; row++) {
      const ended = outcome[row] as number;
      if (ended !== OUTCOME.ok && ended !== OUTCOME.rejected) continue;
      const code = result[row] as number;
      if (code === 0) continue;
      this.#sum.answers += 1;
      const secret = this.#foreignIn(code, id[row] as number, row);
      const swapped = value[row] !== 0 && this.#isSwapped(row);
      if (secret === undefined && !swapped) continue;
      count += 1;
      const earlier =
        first === undefined || (returnNs[row] as number) < (returnNs[first.row] as number);
      if (earlier) first = { row, secret };
    }
    if (first === undefined) return undefined;
    const { row, secret } = first;
    const told = secret === undefined ? this.#swapTold(row) : this.#leakTold(row, secret);
    const more = count > 1 ? `, and so ${counted(count - 1, "other answer")}` : "";
    return {
      key: group.key,
      atNs: returnNs[row] as number,
      sentence: `${of(group.key)}${told.sentence}${more}`,
      rows: told.rows,
      count,
    };
  }

  words(): Omit<Judgement, "violations"> {
    const { answers, own, shared, echoed, anonymous, unread } = this.#sum;
    const held = joined([
      `${counted(answers, "answer")}, ${formatCount(own)} with secrets of the reader's own`,
      shared > 0 && `${formatCount(shared)} with secrets that the reader may see`,
      echoed > 0 && `${formatCount(echoed)} echoed their own request`,
    ]);
    const missing = joined(
      [
        own + shared + echoed === 0 && "no answer held a canary or an echo: nothing was looked for",
        anonymous > 0 && `${counted(anonymous, "answer")} with secrets did not say who read`,
        unread > 0 &&
          `${counted(unread, "answer")} ${unread === 1 ? "was" : "were"} too long to be kept, ` +
            "so that canariesIn must look at the body",
      ],
      "; ",
    );
    return { held, missing: missing === "" ? undefined : missing };
  }

  /** The first secret that this reader may not see. */
  #foreignIn(code: number, reader: number, row: number): Secret | undefined {
    const secrets = this.#secretsIn(code);
    if (secrets.length === 0) return undefined;
    const person = this.#people.ofCode(reader);
    if (person === NONE) {
      this.#sum.anonymous += 1;
      return undefined;
    }
    let foreign = false;
    for (const secret of secrets) {
      if (secret.person === person) continue;
      foreign = true;
      if (!this.#maySee(person, secret, row)) return secret;
    }
    this.#sum[foreign ? "shared" : "own"] += 1;
    return undefined;
  }

  #maySee(person: number, { owner }: Secret, row: number): boolean {
    const reader = this.#people.nameOf(person);
    if (this.#trusted.has(reader)) return true;
    const allow = this.#question.invariant.options["allow"] as
      | Readonly<Record<string, readonly string[]>>
      | undefined;
    if (allow !== undefined && Object.hasOwn(allow, owner) && allow[owner]?.includes(reader)) {
      return true;
    }
    if (!this.#joins.has(owner)) return false;
    const { facts, columns } = this.#question.history;
    const returnNs = columns.returnNs[row] as number;
    if (!facts.finished && returnNs > facts.trustedUntilNs) return true;
    return this.#room(owner).perhaps(person, columns.invokeNs[row] as number, returnNs);
  }

  #room(name: string): Presence {
    let room = this.#rooms.get(name);
    if (room === undefined) {
      room = new Presence(this.#question.history, this.#people);
      room.load(this.#joins.get(name), this.#leaves.get(name), () => Infinity);
      this.#rooms.set(name, room);
    }
    return room;
  }

  #secretsIn(code: number): readonly Secret[] {
    const known = this.#searched.get(code);
    if (known !== NONE) return this.#found[known] as readonly Secret[];
    const value = this.#question.history.atoms.value(code) ?? null;
    const text = typeof value === "string" ? value : sortedJson(value);
    if (text.startsWith("sha256:")) this.#sum.unread += 1;
    const secrets = canariesIn(text).flatMap((token) => {
      const secret = readCanary(token);
      return secret === undefined ? [] : [{ ...secret, person: this.#people.ofName(secret.owner) }];
    });
    // Most answers hold none, and share one place.
    if (this.#found.length === 0) this.#found.push([]);
    this.#searched.set(code, secrets.length === 0 ? 0 : this.#found.push(secrets) - 1);
    return secrets;
  }

  #isSwapped(row: number): boolean {
    const { atoms, columns } = this.#question.history;
    const echo = memberOf(atoms.value(columns.result[row] as number), "echo");
    if (echo === undefined) return false;
    this.#sum.echoed += 1;
    return textOf(echo) !== textOf(atoms.value(columns.value[row] as number) ?? null);
  }

  #leakTold(row: number, { owner, field }: Secret): Told {
    const { id, returnNs } = this.#question.history.operation(row);
    const what = field === "" ? "a secret" : `the ${shortened(field)}`;
    return {
      sentence: `${shortened(id ?? "")} was shown ${what} of ${shortened(owner)} at ${at(returnNs)}`,
      rows: [row],
    };
  }

  #swapTold(row: number): Told {
    const { history } = this.#question;
    const { value, result, returnNs } = history.operation(row);
    const echo = textOf(memberOf(result, "echo") ?? null);
    const other = this.#sentWith(echo);
    const whose = other === undefined ? "" : `, which ${idOf(history, other)} had sent`;
    return {
      sentence:
        `${idOf(history, row)} sent ${shortened(textOf(value ?? null))} and was answered with ` +
        `${shortened(echo)} at ${at(returnNs)}${whose}`,
      rows: other === undefined ? [row] : [row, other],
    };
  }

  #sentWith(text: string): number | undefined {
    if (this.#senders === undefined) {
      this.#senders = new Map();
      const { atoms, columns } = this.#question.history;
      for (const group of this.#all) {
        for (let row = group.from; row < group.to; row++) {
          const value = atoms.value(columns.value[row] as number);
          if (value !== undefined) this.#senders.set(textOf(value), row);
        }
      }
    }
    return this.#senders.get(text);
  }
}

interface Told {
  readonly sentence: string;
  readonly rows: readonly number[];
}
