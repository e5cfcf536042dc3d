/** The commands that a report gives for a second look: the same load once more, and the same judgement once more. */
import { INVISIBLE } from "../report/text-columns.ts";
import { isSecretName } from "../record/secrets.ts";
import type { RunOptions } from "./prepare-run.ts";

/** What a person types to run this again, with the same chance: of the options, those that were given. */
export function againCommand(file: string, options: RunOptions, seed: string): string {
  const { profile, parts, bug, target, threads, overrides, env } = options;
  const { vus, duration, iterations, rate, scenarios = [] } = overrides;
  const given: [string, string | number | undefined][] = [
    ["--profile", profile],
    ["--parts", parts],
    ["--bug", bug],
    ["--target", target],
    ["--vus", vus],
    ["--duration", duration],
    ["--iterations", iterations],
    ["--rate", rate],
    ["--threads", threads === 1 ? undefined : threads],
    ...scenarios.map((name): [string, string] => ["--scenario", name]),
    ["--seed", seed],
  ];
  const said = given
    .filter(([, value]) => value !== undefined)
    .map(([flag, value]) => `${flag} ${shellWord(String(value))}`);
  const values = Object.entries(env).map(([name, value]) => `--env ${envWord(name, value)}`);
  const switches = [
    options.stopOnViolation ? "--stop-on-violation" : "",
    options.keepHistory ? "" : "--no-history",
    options.keepRaw ? "" : "--no-raw",
  ];
  const words = ["holdfast run", shellWord(file), ...said, ...values, ...switches];
  return words.filter((word) => word !== "").join(" ");
}

/** What a person types to have one finding judged again from the stored history. */
export function recheckCommand(id: string, key: string | null): string {
  if (key === null || key === "") return `holdfast check ${id}`;
  return `holdfast check ${id} --key ${shellWord(key)}`;
}

/** A secret is left to the shell of whoever types the command. */
function envWord(name: string, value: string): string {
  if (isSecretName(name)) return `${name}="$${name.replaceAll(/\W/g, "_")}"`;
  return shellWord(`${name}=${value}`);
}

/**
 * One word of a POSIX shell: quoted where it must be. What a terminal would obey, or not show, is written out in octal;
 * but for line breaks at the end, which the shell would take off.
 */
function shellWord(text: string): string {
  if (/^[\w.:/=@%+,-]+$/.test(text)) return text;
  const plain = text.search(INVISIBLE) < 0 || text.endsWith("\n");
  if (plain) return quoted(text);
  const format = text.replaceAll(/[\\%]/g, "$&$&").replace(INVISIBLE, octal);
  return `"$(printf ${quoted(format)})"`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function octal(mark: string): string {
  return [...Buffer.from(mark)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
}
