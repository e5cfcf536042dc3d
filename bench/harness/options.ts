/** The bench's own command line. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { HoldfastError } from "../../holdfast/src/base/errors.ts";
import { ROUNDS_DEFAULT, WINDOW_SECONDS_DEFAULT } from "../limits.ts";
import { type Settings, SUITE_NAMES, type SuiteName } from "./result.ts";

export const HELP: string = `npm run bench -- SUITE… [options]

  suites: ${SUITE_NAMES.join(" ")} all

  --rounds N          interleaved rounds (default ${ROUNDS_DEFAULT})
  --seconds S         measured window of each client in each round (default ${WINDOW_SECONDS_DEFAULT})
  --only REGEXP       measure only names that it finds; nothing is stored
  --cpu-profile DIR   V8 profiles of every Node client go there; nothing is stored
  --compare           print how the ratios stand to the stored ones; nothing is stored
  --out DIR           where performance.json and performance.md are (default docs/results)`;

const DEFAULT_OUT = fileURLToPath(new URL("../../docs/results", import.meta.url));

export interface BenchOptions {
  suites: SuiteName[];
  settings: Settings;
  compare: boolean;
  /** A folder, or empty. */
  cpuProfile: string;
  /** A partial measurement may not replace a whole one. */
  storing: boolean;
  out: string;
}

/** Throws a HoldfastError that says what was expected. Undefined when help is asked for. */
export function parseOptions(argv: readonly string[]): BenchOptions | undefined {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      rounds: { type: "string", default: String(ROUNDS_DEFAULT) },
      seconds: { type: "string", default: String(WINDOW_SECONDS_DEFAULT) },
      only: { type: "string", default: "" },
      "cpu-profile": { type: "string", default: "" },
      compare: { type: "boolean", default: false },
      out: { type: "string", default: DEFAULT_OUT },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help || positionals.length === 0) return undefined;
  return {
    suites: positionals.includes("all") ? [...SUITE_NAMES] : positionals.map(suiteName),
    settings: {
      rounds: positive("--rounds", values.rounds, Number.isInteger),
      windowSeconds: positive("--seconds", values.seconds, Number.isFinite),
      only: regularExpression(values.only),
    },
    compare: values.compare,
    cpuProfile: values["cpu-profile"],
    storing: !values.compare && values.only === "" && values["cpu-profile"] === "",
    out: values.out,
  };
}

function suiteName(text: string): SuiteName {
  const name = SUITE_NAMES.find((name) => name === text);
  if (name !== undefined) return name;
  throw wrong(`the suite must be one of ${SUITE_NAMES.join(", ")} or all, got "${text}"`);
}

function positive(option: string, text: string, fits: (value: number) => boolean): number {
  const value = Number(text);
  if (fits(value) && value > 0) return value;
  throw wrong(`${option} must be a number above 0, got "${text}"`);
}

function regularExpression(text: string): string {
  try {
    return text === "" ? "" : new RegExp(text).source;
  } catch {
    throw wrong(`--only must be a regular expression, got "${text}"`);
  }
}

function wrong(message: string): HoldfastError {
  return new HoldfastError(message, { code: "HF_BENCH_OPTION" });
}
