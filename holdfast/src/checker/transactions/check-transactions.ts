/** A history of transactions that was recorded by anything: `holdfast check FILE --model list-append`. */
import { got, HoldfastError, ProblemsError } from "../../base/errors.ts";
import { parseJsonLines } from "../../history/json-lines.ts";
import { activityOf } from "../activity.ts";
import type { CheckFileOptions } from "../check-file.ts";
import type { Finding } from "../finding.ts";
import { WITNESSES_MAX } from "../finding.ts";
import { NOTHING_TO_JUDGE } from "../model-finding.ts";
import { at } from "../wording.ts";
import { witnessOf } from "../witness.ts";
import { DEFAULT_ISOLATION, ISOLATION_LEVELS } from "../../record/isolation.ts";
import type { IsolationLevel } from "../../record/isolation.ts";
import { judgeIsolation } from "./verdict.ts";

/** Throws a HoldfastError about an option that means nothing here, or about lines that cannot be read. */
export function checkTransactions(text: string, options: CheckFileOptions): Finding {
  const { file = "history", isolation = DEFAULT_ISOLATION } = options;
  if (!(ISOLATION_LEVELS as readonly string[]).includes(isolation)) {
    throw wrong(`--isolation must be one of ${ISOLATION_LEVELS.join(", ")}, got ${got(isolation)}`);
  }
  if ((options.initial ?? null) !== null) {
    throw wrong(`--initial must be left out, got ${got(options.initial)}`);
  }
  if (options.key !== undefined) {
    throw wrong(`--key must be left out: transactions span keys, got ${got(options.key)}`);
  }
  const history = parseJsonLines(text, file);
  const judgement = judgeIsolation(
    history,
    [...history.columns.index.keys()],
    isolation as IsolationLevel,
  );
  if (judgement.unreadable !== undefined) throw new ProblemsError(file, [judgement.unreadable]);
  const missing = history.size === 0 ? NOTHING_TO_JUDGE : judgement.missing;
  const { operations, unknown, overlapMax } = activityOf(history, history.groups);
  const finding: Finding = {
    name: options.model,
    kind: options.model,
    verdict: missing === undefined ? "pass" : "unknown",
    sentence: missing ?? judgement.held,
    checked: { operations, keys: judgement.lists, unknownOutcomes: unknown, overlapMax },
    witnesses: [],
    count: 0,
    key: null,
  };
  const [violation] = judgement.violations;
  if (violation === undefined) return finding;
  return {
    ...finding,
    verdict: "fail",
    sentence: `${violation.sentence}, at ${at(violation.atNs)}`,
    witnesses: [...violation.rows]
      .slice(0, WITNESSES_MAX)
      .sort((a, b) => (history.columns.index[a] as number) - (history.columns.index[b] as number))
      .map((row) => witnessOf(history, row)),
    count: violation.count,
    key: "",
  };
}

function wrong(message: string): HoldfastError {
  return new HoldfastError(message, { code: "HF_MODEL_OPTION" });
}
