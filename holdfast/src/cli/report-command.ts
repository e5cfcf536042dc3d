/** `holdfast report`: any report of a stored run, made again from its result.json. */
import { EXIT, HoldfastError } from "../base/errors.ts";
import { renderReport } from "../run/write-reports.ts";
import type { ReportFormat } from "../run/write-reports.ts";
import { findRun } from "../run/run-folder.ts";
import { readResult } from "../run/stored-result.ts";
import type { CommandAction } from "./commands.ts";

export const reportCommand: CommandAction = async (host, args, options) => {
  const folder = findRun(args[0] ?? "latest", host.cwd);
  const result = readResult(folder);
  if (result === undefined) {
    throw new HoldfastError(`${folder} must hold a result.json, got a run that was cut off`, {
      code: "HF_RESULT_MISSING",
      hint: "holdfast check judges what it recorded",
    });
  }
  const format = (options["format"] as ReportFormat | undefined) ?? "html";
  host.out.write(await renderReport(result, format));
  return EXIT.pass;
};
