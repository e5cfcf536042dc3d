/** `holdfast check`: stored runs by their own invariants, histories in JSON Lines by a model. */
import { checkAll } from "../run/check.ts";
import type { Checked } from "../run/check.ts";
import { consideredLines, rawText } from "../run/proof-text.ts";
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
  else host.out.write(checked.map(shown).join(""));
  return exitCode;
};

/** A line per file, then what proves it, each with what was said where that was asked for. */
function shown({ file, verdict, sentence, witnesses, considered }: Checked): string {
  const proof = witnesses.flatMap((one) => [
    `    #${one.index} process ${one.process} ${one.name} ${one.key} ` +
      `${one.invokedMs.toFixed(3)}–${one.returnedMs?.toFixed(3) ?? "…"} ms ${one.outcome}` +
      (one.result === null ? "" : ` → ${JSON.stringify(one.result)}`),
    ...rawText(one).map((line) => `        ${line}`),
  ]);
  const helped = consideredLines(considered);
  const said = [...proof, ...helped.map((line) => `    ${line}`)];
  const lines = [`${verdict.padEnd(8)} ${file}: ${sentence}`, ...said];
  return lines.map((line) => `${line}\n`).join("");
}
