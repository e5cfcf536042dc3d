/**
 * How an operation ended, and the rule that says so. Everything a checker concludes rests on this table, so it is data:
 * it is printed, stored with the run, and a test may override its rows (`operation("order", { rejected: [409] })`).
 *
 * A wrong `failed` raises false alarms, a wrong `unknown` only loses power. In doubt: `unknown`.
 */

/**
 * - `ok` certainly took effect.
 * - `rejected` the system said no for a business reason ("sold out"): definite, and evidence about its state.
 * - `failed` certainly did not happen.
 * - `unknown` may or may not have happened, now or at any later time.
 */
export type Outcome = "ok" | "rejected" | "failed" | "unknown";

/** In the order of their codes in a stored history. */
export const OUTCOMES: readonly Outcome[] = ["ok", "rejected", "failed", "unknown"];

export interface OutcomeRule {
  readonly name: string;
  readonly outcome: Outcome;
}

/** The position of a rule is its code in a stored history: add at the end only. */
export const OUTCOME_RULES: readonly OutcomeRule[] = [
  { name: "2xx, whole body", outcome: "ok" },
  { name: "2xx, body cut off: happened, answer unknown", outcome: "ok" },
  { name: "declared a business rejection by the test", outcome: "rejected" },
  { name: "declared ok by the test", outcome: "ok" },
  { name: "declared failed by the test", outcome: "failed" },
  { name: "declared unknown by the test", outcome: "unknown" },
  { name: "4xx: refused before any effect", outcome: "failed" },
  { name: "429, or 503 with retry-after: perhaps refused, perhaps not", outcome: "unknown" },
  { name: "5xx, 408 or 425: may have happened", outcome: "unknown" },
  { name: "3xx or another status the table does not know", outcome: "unknown" },
  { name: "no answer in time", outcome: "unknown" },
  { name: "connection lost after the first byte was sent", outcome: "unknown" },
  { name: "malformed answer", outcome: "unknown" },
  {
    name: "never begun: no connection, a refused stream, or held back in a race",
    outcome: "failed",
  },
  { name: "stopped by the end of the run", outcome: "unknown" },
  { name: "said by the test's own code", outcome: "ok" },
  { name: "said by the test's own code", outcome: "rejected" },
  { name: "said by the test's own code", outcome: "failed" },
  { name: "said by the test's own code", outcome: "unknown" },
  { name: "answered by a message", outcome: "ok" },
  { name: "received as a message", outcome: "ok" },
  { name: "sent as a message that nobody answers: may have arrived", outcome: "unknown" },
];

/** The rules by name of use; the number is the rule's code. */
export const RULE = {
  success: 0,
  successCutOff: 1,
  declaredRejected: 2,
  declaredOk: 3,
  declaredFailed: 4,
  declaredUnknown: 5,
  refused: 6,
  throttled: 7,
  serverError: 8,
  otherStatus: 9,
  timeout: 10,
  connectionLost: 11,
  malformed: 12,
  neverSent: 13,
  runEnded: 14,
  saidOk: 15,
  saidRejected: 16,
  saidFailed: 17,
  saidUnknown: 18,
  answered: 19,
  received: 20,
  unanswered: 21,
} as const;

/** What a test may say about the statuses of one operation; a status named nowhere follows the table. */
export interface DeclaredStatuses {
  readonly ok?: readonly number[];
  readonly rejected?: readonly number[];
  readonly failed?: readonly number[];
  readonly unknown?: readonly number[];
}

const STATUS_LIMIT = 600;
const REFUSED = new Set([400, 401, 403, 404, 405, 406, 410, 411, 413, 414, 415, 422, 431, 451]);

/** Rule code by status, the declared ones laid over the table: one array read per answer. */
export function statusRules(declared: DeclaredStatuses = {}): Uint8Array {
  const rules = new Uint8Array(STATUS_LIMIT);
  for (let status = 0; status < STATUS_LIMIT; status++) rules[status] = tableRule(status);
  const rows = [
    [declared.ok, RULE.declaredOk],
    [declared.rejected, RULE.declaredRejected],
    [declared.failed, RULE.declaredFailed],
    [declared.unknown, RULE.declaredUnknown],
  ] as const;
  for (const [statuses, rule] of rows) for (const status of statuses ?? []) rules[status] = rule;
  return rules;
}

function tableRule(status: number): number {
  if (status >= 200 && status < 300) return RULE.success;
  if (status === 429 || status === 503) return RULE.throttled;
  if (status >= 500 || status === 408 || status === 425) return RULE.serverError;
  if (REFUSED.has(status)) return RULE.refused;
  return RULE.otherStatus;
}
