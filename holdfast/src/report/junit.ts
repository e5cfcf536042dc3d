/**
 * `junit.xml`: invariants, thresholds and checks as test cases, so that any CI shows them. A violated one is a
 * `failure` with its proof; one that could not be decided is an `error`, because it must not look green.
 */
import { formatCount } from "../base/units.ts";
import type { InvariantResult, RunResult, ThresholdResult } from "../verdict/result.ts";
import { PROOFS_MAX, ROWS_MAX, TEXT_MAX, VALUE_MAX } from "./limits.ts";
import { textAxis } from "./text-axis.ts";
import { consideredText, exitMeaning, generatorSentence, thresholdValue } from "./wording.ts";

interface Case {
  name: string;
  outcome: "passed" | "failure" | "error";
  message: string;
  body: string;
}

const BAR_COLUMNS = 40;

/** XML 1.0 with a line end. Attribute and text values hold no character that XML forbids. */
export function renderJunit(result: RunResult): string {
  const suites: [string, Case[]][] = [
    ["run", [runCase(result)]],
    ["invariants", result.invariants.slice(0, ROWS_MAX).map(invariantCase)],
    [
      "thresholds",
      result.thresholds.slice(0, ROWS_MAX).map((one) => thresholdCase(one, result.metrics)),
    ],
    ["checks", result.checks.slice(0, ROWS_MAX).map(checkCase)],
  ];
  const cases = suites.flatMap(([, list]) => list);
  const time = result.run.durationMs / 1000;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name=${quoted(result.run.name)} ${counts(cases)} time="${time}">`,
    ...suites
      .filter(([, list]) => list.length > 0)
      .map(([name, list]) => suite(`${result.run.name}: ${name}`, list, result)),
    "</testsuites>",
    "",
  ].join("\n");
}

function suite(name: string, cases: readonly Case[], result: RunResult): string {
  const time = result.run.durationMs / 1000;
  const at = result.run.startedAt.replace(/\.\d+Z?$|Z$/, "");
  return [
    `  <testsuite name=${quoted(name)} ${counts(cases)} timestamp=${quoted(at)} time="${time}">`,
    ...cases.map((one) => testcase(name, one)),
    "  </testsuite>",
  ].join("\n");
}

function testcase(suiteName: string, one: Case): string {
  const head = `    <testcase classname=${quoted(suiteName)} name=${quoted(one.name)}`;
  if (one.outcome === "passed") return `${head}/>`;
  return (
    `${head}>\n      <${one.outcome} message=${quoted(one.message, TEXT_MAX)}>` +
    `${escaped(one.body)}</${one.outcome}>\n    </testcase>`
  );
}

/** The run itself: what makes a verdict void (a weak generator, a script that threw) is in none of the others. */
function runCase(result: RunResult): Case {
  const message = `exit ${result.exitCode}: ${exitMeaning(result.exitCode)}`;
  const said = [result.headline, generatorSentence(result), ...result.notes.slice(0, ROWS_MAX)];
  const body = said.map((line) => cutTo(line, TEXT_MAX));
  const outcome = { pass: "passed", fail: "failure", unknown: "error" } as const;
  return { name: "verdict", outcome: outcome[result.verdict], message, body: body.join("\n") };
}

function invariantCase(invariant: InvariantResult, index: number): Case {
  const { name, verdict } = invariant;
  const sentence = cutTo(invariant.sentence, TEXT_MAX);
  if (verdict === "pass") return { name, outcome: "passed", message: "", body: "" };
  const lines = [sentence];
  if (invariant.witnesses.length > 0 && index < PROOFS_MAX) {
    const axis = textAxis(invariant.witnesses, BAR_COLUMNS);
    lines.push("", axis.header.trimEnd());
    for (const { bar, says, witness } of axis.rows) {
      lines.push(
        `${bar}  ${says}${witness.id === null ? "" : ` (id ${cutTo(witness.id, VALUE_MAX)})`}`,
      );
    }
  }
  const considered = consideredText(invariant.considered);
  if (considered !== "") lines.push("", considered);
  lines.push("", `judge it again: ${cutTo(invariant.recheck, TEXT_MAX)}`);
  const outcome = verdict === "fail" ? "failure" : "error";
  return { name, outcome, message: sentence, body: lines.join("\n") };
}

function thresholdCase(threshold: ThresholdResult, metrics: RunResult["metrics"]): Case {
  const message = `got ${thresholdValue(threshold, metrics)}, wanted ${threshold.expression}`;
  return {
    name: `${threshold.metric}: ${threshold.expression}`,
    outcome: threshold.ok ? "passed" : "failure",
    message,
    body: "",
  };
}

function checkCase(check: RunResult["checks"][number]): Case {
  const all = check.passed + check.failed;
  const message = `${formatCount(check.failed)} of ${formatCount(all)} failed`;
  const outcome = check.failed === 0 ? "passed" : "failure";
  return { name: check.name, outcome, message, body: "" };
}

function counts(cases: readonly Case[]): string {
  const failures = cases.filter((one) => one.outcome === "failure").length;
  const errors = cases.filter((one) => one.outcome === "error").length;
  return `tests="${cases.length}" failures="${failures}" errors="${errors}"`;
}

function quoted(raw: string, max: number = VALUE_MAX): string {
  return `"${escaped(cutTo(raw, max)).replaceAll("\n", " ")}"`;
}

function cutTo(raw: string, max: number): string {
  return raw.length > max ? `${raw.slice(0, max - 1)}…` : raw;
}

/** XML 1.0 has no way at all to write most control characters, nor half a surrogate pair: they become U+FFFD. */
function escaped(raw: string): string {
  return raw
    .replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
