/** `holdfast control`: one command to a run that is under way. */
import { EXIT, HoldfastError } from "../base/errors.ts";
import { sendControl } from "../run/control.ts";
import type { ControlCommand } from "../run/control.ts";
import { findRun } from "../run/run-folder.ts";
import type { CommandAction } from "./commands.ts";

export const controlCommand: CommandAction = async (host, args, options) => {
  const folder = findRun(args[0] ?? "latest", host.cwd);
  host.out.write(`${await sendControl(folder, commandOf(options))}\n`);
  return EXIT.pass;
};

function commandOf(options: Record<string, unknown>): ControlCommand {
  const asked: ControlCommand[] = [];
  if (typeof options["vus"] === "number") asked.push({ do: "vus", vus: options["vus"] });
  if (options["pause"] === true) asked.push({ do: "pause" });
  if (options["resume"] === true) asked.push({ do: "resume" });
  if (options["stop"] === true) asked.push({ do: "stop" });
  const [only, ...more] = asked;
  if (only !== undefined && more.length === 0) return only;
  throw new HoldfastError(
    `control must be given one of --vus N, --pause, --resume and --stop, got ${asked.length}`,
    { code: "HF_CONTROL" },
  );
}
