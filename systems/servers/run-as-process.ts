/**
 * A system as a process: `node main.ts --parts embedded --port 3000 [--bug NAME]`. It prints one ready line, and ends on
 * SIGTERM, on SIGINT, and when its standard input closes, so that it never outlives whoever started it.
 */
import { parseArgs } from "node:util";
import { toldToEnd } from "./end-in-time.ts";

export interface CommandLine {
  readonly parts: "embedded" | "real";
  /** 0: a free one. */
  readonly port: number;
  readonly bug: string | undefined;
  /** Takes what goes wrong, a line at a time. */
  readonly log: (line: string) => void;
}

export interface ProcessPlan<System extends AsyncDisposable> {
  readonly portDefault: number;
  readonly start: (line: CommandLine) => Promise<System>;
  /** What the ready line says besides parts and bug: at least `url`. */
  readonly ready: (system: System) => Readonly<Record<string, string | number>>;
}

const PORT_MAX = 65_535;

/** Ends the process: 0 when it was told to end, 1 and a line on standard error when it could not start or close. */
export async function runAsProcess<System extends AsyncDisposable>({
  portDefault,
  start,
  ready,
}: ProcessPlan<System>): Promise<never> {
  try {
    const line = readCommandLine(process.argv.slice(2), portDefault);
    const system = await start(line);
    const end = toldToEnd(log);
    const { parts, bug = null } = line;
    process.stdout.write(`${JSON.stringify({ ready: { ...ready(system), parts, bug } })}\n`);
    await end;
    await system[Symbol.asyncDispose]();
    process.exit(0);
  } catch (error) {
    log(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}

/** A setting from outside. Throws, with its name, on anything but a whole number from `min` to `max`. */
export function wholeNumber(
  name: string,
  value: string | number,
  { min = 0, max }: { min?: number; max?: number } = {},
): number {
  const number = Number(value);
  const fits = number >= min && number <= (max ?? Number.MAX_SAFE_INTEGER);
  if (value !== "" && Number.isInteger(number) && fits) return number;
  const range = max === undefined ? `of at least ${min}` : `from ${min} to ${max}`;
  throw new Error(`${name} must be a whole number ${range}, got "${value}"`);
}

function readCommandLine(args: string[], portDefault: number): CommandLine {
  const { values } = parseArgs({
    args,
    options: {
      parts: { type: "string", default: "embedded" },
      port: { type: "string", default: String(portDefault) },
      bug: { type: "string" },
    },
  });
  const { parts, port, bug } = values;
  if (parts !== "embedded" && parts !== "real") {
    throw new Error(`--parts must be embedded or real, got "${parts}"`);
  }
  return { parts, port: wholeNumber("--port", port, { max: PORT_MAX }), bug, log };
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}
