/** What is wrong with a request, all of it at once, with what was expected and what was got. */
import { SHOWN_CHARS_MAX } from "./limits.ts";

/** A request that cannot be served as it is. */
export class RequestProblem extends Error {
  readonly status: number;
  /** A word for programs: `bad-request`. */
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export type Values = Readonly<Record<string, unknown>>;

/** The body or query as named values; throws 400 for anything else. */
export function objectOf(body: unknown): Values {
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Values;
  throw new RequestProblem(
    400,
    "bad-request",
    `the body must be a JSON object, got ${shown(body)}`,
  );
}

/** One sentence, or undefined when it is `ok`. */
export function problem(
  ok: boolean,
  name: string,
  expected: string,
  value: unknown,
): string | undefined {
  return ok ? undefined : `${name} must be ${expected}, got ${shown(value)}`;
}

/** Throws 400 when there is a problem among these. */
export function refuse(...problems: (string | undefined)[]): void {
  const found = problems.filter((text) => text !== undefined);
  if (found.length > 0) throw new RequestProblem(400, "bad-request", found.join("; "));
}

export function isNumber(value: unknown, min: number, max: number): value is number {
  return typeof value === "number" && value >= min && value <= max;
}

/** A whole number. */
export function isCount(value: unknown, min: number, max: number): value is number {
  return isNumber(value, min, max) && Number.isInteger(value);
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX - 3)}...` : text;
}
