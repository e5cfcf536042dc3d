/** `holdfast check`: stored runs by their own invariants, histories in JSON Lines by a model. */
import { checkAll } from "../run/check.ts";
import type { Checked } from "../run/check.ts";
import { printable } from "../run/printable.ts";
import { consideredLines, proofLines } from "../run/proof-text.ts";
import type { CommandAction } from "./commands.ts";

export const checkCommand: CommandAction = async (host, args, options) => {
  const { checked, exitCode } = await checkAll(args, host.cwd, {
    model: options["model"] as string | undefined,
    initial: options["initial"] as string | undefined,
    key: options["key"] as string | undefined,
    isolation: options["isolation"] as string | undefined,
    raw: options["raw"] === true,
  });
  if (options["json"] === true) host.out.write(`${JSON.stringify(checked)}\n`);
  else host.out.write(printable(checked.map(shown).join("")));
  return exitCode;
};

/** A line per file, then what proves it, each with what was said where that was asked for. */
function shown({ file, verdict, sentence, witnesses, considered }: Checked): string {
  const said = [...proofLines(witnesses), ...consideredLines(considered)];
  const lines = [`${verdict.padEnd(8)} ${file}: ${sentence}`, ...said.map((line) => `    ${line}`)];
  return lines.map((line) => `${line}\n`).join("");
}
