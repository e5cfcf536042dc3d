/** `holdfast serve`: a reference system, kept up until Ctrl-C; or the list of its planted bugs. */
import { EXIT, HoldfastError } from "../base/errors.ts";
import { findSystem } from "../run/find-system.ts";
import { startSystem } from "../run/system-process.ts";
import type { Parts, PlantedBug } from "../run/system-process.ts";
import type { CommandAction } from "./commands.ts";
import type { CliHost } from "./host.ts";

export const serveCommand: CommandAction = async (host, args, options) => {
  const system = await findSystem(args[0] ?? ".", host.cwd);
  if (options["bugs"] === true) return listBugs(host, system.bugs, options["json"] === true);
  const interrupted = new Promise<"interrupt">((resolve) => {
    host.onInterrupt(() => resolve("interrupt"));
  });
  await using running = await startSystem(system, {
    parts: options["parts"] as Parts | undefined,
    bug: options["bug"] as string | undefined,
    port: (options["port"] as number | undefined) ?? system.port,
    log: (text) => host.err.write(text),
  });
  const bug = options["bug"] as string | undefined;
  const flaw = bug === undefined ? "" : `, with the bug ${bug}`;
  host.out.write(
    `${system.name} is up at ${running.url} (${running.parts} parts${flaw}); Ctrl-C stops it\n`,
  );
  const end = await Promise.race([interrupted, running.ended]);
  if (end === "interrupt") return EXIT.pass;
  throw new HoldfastError(`${system.name} ended by itself: ${end}`, {
    code: "HF_SYSTEM_ENDED",
    exitCode: EXIT.targetUnreachable,
  });
};

function listBugs(host: CliHost, bugs: readonly PlantedBug[], asJson: boolean): 0 {
  const rows = bugs.map(({ name, invariant, says }) => ({ name, invariant, says }));
  if (asJson) host.out.write(`${JSON.stringify(rows)}\n`);
  else {
    const width = Math.max(...rows.map(({ name }) => name.length));
    for (const { name, invariant, says } of rows) {
      host.out.write(
        `${name.padEnd(width)}  ${says}\n${" ".repeat(width)}  caught by: ${invariant}\n`,
      );
    }
  }
  return EXIT.pass;
}
