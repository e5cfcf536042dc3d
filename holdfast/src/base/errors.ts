/**
 * Everything that Holdfast itself may complain about. Three kinds of trouble are kept apart (see
 * docs/reference/words.md): the system under test failed (that is an outcome, never an exception), the author's
 * script failed (`ScriptError`), or Holdfast or its user did (`HoldfastError`).
 */

/** The exit codes of the command line; k6's numbers where the meaning is the same. */
export const EXIT = {
  pass: 0,
  invariantViolated: 90,
  verdictUnknown: 91,
  generatorBottleneck: 92,
  thresholdCrossed: 99,
  badInput: 104,
  stoppedFromOutside: 105,
  scriptThrew: 107,
  targetUnreachable: 108,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface HoldfastErrorOptions {
  /** Stable name, `HF_` and a family: `HF_OPTION_VALUE`. Never reused for another meaning. */
  code: string;
  exitCode?: ExitCode;
  /** What the reader can do about it, one sentence. */
  hint?: string;
  cause?: unknown;
}

/** Trouble that a person can act on: printed as one line, without a stack. */
export class HoldfastError extends Error {
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;

  constructor(message: string, options: HoldfastErrorOptions) {
    super(message, { cause: options.cause });
    this.name = "HoldfastError";
    this.code = options.code;
    this.exitCode = options.exitCode ?? EXIT.badInput;
    this.hint = options.hint;
  }
}

/** All that is wrong with one input, listed at once: `scenarios.buy.rate must be …, got …`. */
export class ProblemsError extends HoldfastError {
  readonly problems: readonly string[];

  constructor(subject: string, problems: readonly string[]) {
    const list = problems.length === 1 ? ` ${problems[0]}` : `\n  ${problems.join("\n  ")}`;
    super(`${subject}:${list}`, { code: "HF_INPUT", exitCode: EXIT.badInput });
    this.name = "ProblemsError";
    this.problems = problems;
  }
}

/** The author's script threw; keeps the stack, because there it is the answer. */
export class ScriptError extends HoldfastError {
  constructor(where: string, cause: unknown) {
    super(`${where} threw: ${messageOf(cause)}`, {
      code: "HF_SCRIPT",
      exitCode: EXIT.scriptThrew,
      cause,
    });
    this.name = "ScriptError";
  }

  /** Where it threw, innermost first: lines of the author's own files, at most three. */
  places(): string[] {
    const stack = this.cause instanceof Error ? (this.cause.stack ?? "") : "";
    return stack
      .split("\n")
      .filter((line) => /^\s+at .*file:/.test(line))
      .filter((line) => !/node_modules|\/holdfast\/(?:src|dist)\//.test(line))
      .slice(0, SCRIPT_PLACES_MAX)
      .map((line) => line.trim());
  }
}

const SCRIPT_PLACES_MAX = 3;

/** The words of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message === "" ? thrown.name : thrown.message;
  return String(thrown);
}

/** How a message names a value it did not expect: `"fast" (string)`, `-1 (number)`, `nothing`. */
export function got(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (typeof value === "function") return "a function";
  const text = typeof value === "bigint" ? `${value}n` : (JSON.stringify(value) ?? typeof value);
  const short = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return `${short} (${Array.isArray(value) ? "array" : typeof value})`;
}
