/** The options of `npm run bugs`; each wrong one is said in a line. */
import { parseArgs } from "node:util";

export interface CampaignOptions {
  /** Each bug once, once more if it was missed, and no clean runs. */
  readonly quick: boolean;
  readonly tries: number;
  readonly cleanRuns: number;
  /** Of the systems whose runs are made now. */
  readonly only: RegExp;
  readonly parts: string;
  readonly seed: string | undefined;
  readonly parallel: number;
  /** After so many no more run is begun. */
  readonly minutes: number;
  readonly journal: string | undefined;
  readonly write: string | undefined;
}

const PARTS = ["embedded", "real"];

/** Throws an Error with a line for every option that is wrong. */
export function campaignOptions(args: readonly string[]): CampaignOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      tries: { type: "string", default: "30" },
      clean: { type: "string", default: "100" },
      only: { type: "string", default: "" },
      parts: { type: "string", default: "embedded" },
      seed: { type: "string" },
      parallel: { type: "string", default: "1" },
      minutes: { type: "string", default: "Infinity" },
      journal: { type: "string" },
      write: { type: "string" },
    },
  });
  const problems: string[] = [];
  const expect = (option: string, is: boolean, expected: string, got: string): void => {
    if (!is) problems.push(`--${option} must be ${expected}, got "${got}"`);
  };
  const whole = (option: "tries" | "clean" | "parallel", least: number): number => {
    const count = Number(values[option]);
    const isWhole = Number.isInteger(count) && count >= least;
    expect(option, isWhole, `a whole number from ${least} on`, values[option]);
    return count;
  };
  const minutes = Number(values.minutes);
  expect("minutes", minutes > 0, "a number above 0", values.minutes);
  expect("parts", PARTS.includes(values.parts), PARTS.join(" or "), values.parts);
  const only = regExp(values.only);
  expect("only", only !== undefined, "a regular expression", values.only);
  const options = {
    quick: values.quick,
    tries: values.quick ? 1 : whole("tries", 1),
    cleanRuns: values.quick ? 0 : whole("clean", 0),
    only: only ?? /^/,
    parts: values.parts,
    seed: values.seed,
    parallel: whole("parallel", 1),
    minutes,
    journal: values.journal,
    write: values.write,
  };
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return options;
}

function regExp(text: string): RegExp | undefined {
  try {
    return new RegExp(text);
  } catch {
    return undefined;
  }
}
