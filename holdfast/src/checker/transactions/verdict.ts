/** What is said of the transactions of a history: the worst thing that is proven, or over how much nothing was. */
import type { History } from "../../history/history.ts";
import type { Judgement, Violation } from "../checker.ts";
import { counted, joined } from "../wording.ts";
import { explainCycle } from "./explain.ts";
import { transactionsOf } from "./from-history.ts";
import type { Recorded } from "./from-history.ts";
import type { IsolationLevel } from "../../record/isolation.ts";
import type { AnomalyKind } from "./isolation.ts";
import type { Anomaly, TransactionsJudgement } from "./judge-transactions.ts";
import { judgeTransactions } from "./judge-transactions.ts";

/** The plainest first: what a person sees without following a circle. */
const TELLING: readonly AnomalyKind[] = [
  "duplicate-elements",
  "unwritten-read",
  "G1a",
  "G1b",
  "internal",
  "incompatible-order",
  "lost-update",
  "G0",
  "G1c",
  "G-single",
  "G-nonadjacent",
  "G2-item",
];

export interface IsolationJudgement extends Judgement {
  readonly lists: number;
  /** What is wrong with the first transaction that could not be read. */
  readonly unreadable: string | undefined;
}

/** Over the rows of the transactions, in any order. */
export function judgeIsolation(
  history: History,
  rows: readonly number[],
  level: IsolationLevel,
): IsolationJudgement {
  const recorded = transactionsOf(history, rows);
  const { finished, lostRecords } = history.facts;
  const whole = finished && lostRecords === 0 && recorded.unreadable === 0;
  const judgement = judgeTransactions(recorded.transactions, level, whole);
  const { anomalies, observations } = judgement;
  const lists = observations.lists.size;
  const held =
    `${counted(recorded.transactions.length, "transaction")} on ${counted(lists, "list")}, ` +
    `nothing that ${level} forbids`;
  const missing = joined(
    [
      judgement.missing,
      recorded.unreadable > 0 &&
        `${counted(recorded.unreadable, "transaction")} could not be read (${recorded.problem})`,
      !recorded.transactions.some(tellsSomething) && "no transaction read anything",
    ],
    "; ",
  );
  const violations = anomalies.length === 0 ? [] : [violationOf(history, recorded, judgement)];
  return {
    violations,
    held,
    missing: missing === "" ? undefined : missing,
    lists,
    unreadable: recorded.problem,
  };
}

/** Only a read that was answered has a list. */
function tellsSomething({ micros }: Recorded["transactions"][number]): boolean {
  return micros.some((micro) => micro.f === "r" && micro.list !== undefined);
}

function violationOf(
  history: History,
  { transactions, rows }: Recorded,
  { anomalies, observations }: TransactionsJudgement,
): Violation {
  const nameOf = (transaction: number): string =>
    `operation ${history.columns.index[rows[transaction] as number]}`;
  const [worst] = anomalies.toSorted(
    (a, b) =>
      TELLING.indexOf(a.kind) - TELLING.indexOf(b.kind) ||
      membersOf(a).length - membersOf(b).length,
  );
  const members = membersOf(worst as Anomaly);
  const story =
    worst?.form === "cycle"
      ? explainCycle(worst, transactions, observations, nameOf)
      : `${worst?.kind}: ${listed(members.map(nameOf))} ${worst?.why}`;
  const proof = members.map((transaction) => rows[transaction] as number);
  const others = othersIn(anomalies, worst as Anomaly);
  return {
    key: "",
    atNs: Math.max(...proof.map((row) => history.columns.returnNs[row] as number)),
    sentence: others === "" ? story : `${story}; also ${others}`,
    rows: proof,
    count: anomalies.length,
  };
}

function membersOf(anomaly: Anomaly): readonly number[] {
  return anomaly.form === "cycle"
    ? anomaly.steps.map(({ transaction }) => transaction)
    : anomaly.transactions;
}

/** `operation 1 and operation 2`. */
function listed(names: readonly string[]): string {
  return names.join(" and ");
}

/** `3 more G1a and 1 G-single`. */
function othersIn(anomalies: readonly Anomaly[], worst: Anomaly): string {
  const counts = new Map<string, number>();
  for (const { kind } of anomalies) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const parts = [...counts].map(([kind, count]) => {
    if (kind !== worst.kind) return `${count} ${kind}`;
    return count > 1 ? `${count - 1} more ${kind}` : "";
  });
  return joined(parts, ", ");
}
