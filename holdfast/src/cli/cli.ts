/** argv -> command -> exit code. Each command's own code is loaded only when it is called, so that a run starts fast. */
import { Command, CommanderError, Option } from "commander";
import { AssertionError } from "../base/assert.ts";
import { EXIT, HoldfastError, messageOf, ScriptError } from "../base/errors.ts";
import type { ExitCode } from "../base/errors.ts";
import { holdfastVersion } from "../run/version.ts";
import type { CliHost } from "./host.ts";
import { COMMANDS } from "./commands.ts";
import type { CommandSpec } from "./commands.ts";

/** Runs one command line to its end. Never throws: trouble becomes a line on `err` and an exit code. */
export async function runCli(host: CliHost): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.pass;
  const program = new Command("holdfast")
    .description("Load testing that proves your system stays right while it gets busy.")
    .exitOverride()
    .configureOutput({ writeOut: (text) => host.out.write(text), writeErr: () => undefined })
    .version(holdfastVersion(), "-V, --version", "the version of Holdfast")
    .helpCommand(false)
    .showSuggestionAfterError(true);
  for (const spec of COMMANDS) {
    addCommand(program, spec, async (args, options) => {
      const act = await spec.load();
      exitCode = await act(host, args, options);
    });
  }
  try {
    if (host.argv.length === 0) program.outputHelp();
    else await program.parseAsync(host.argv, { from: "user" });
    return exitCode;
  } catch (error) {
    return await explain(error, host);
  }
}

function addCommand(
  program: Command,
  spec: CommandSpec,
  act: (args: string[], options: Record<string, unknown>) => Promise<void>,
): void {
  const command = program
    .command(spec.usage)
    .description(spec.says)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => program.configureOutput().writeOut?.(text),
      writeErr: () => undefined,
    })
    .addHelpText("after", `\nExample:\n  ${spec.example}\n`);
  for (const row of spec.options) {
    const shown = row.shown === undefined ? "" : ` (default: ${row.shown})`;
    const option = new Option(row.flags, row.says + shown);
    if (row.read !== undefined) option.argParser(row.read);
    command.addOption(option);
  }
  command.action(async (...received: unknown[]) => {
    const args = received
      .slice(0, -2)
      .flat()
      .filter((arg) => typeof arg === "string");
    await act(args, command.opts());
  });
}

async function explain(error: unknown, host: CliHost): Promise<ExitCode> {
  const { printable } = await import("../run/printable.ts");
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.pass;
    const message = error.message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ");
    host.err.write(
      `holdfast: ${message}; holdfast -h shows every command, holdfast COMMAND -h its options\n`,
    );
    return EXIT.badInput;
  }
  if (error instanceof HoldfastError) {
    const hint = error.hint === undefined ? "" : ` (${error.hint})`;
    const places = error instanceof ScriptError ? error.places() : [];
    const lines = [`holdfast: ${error.message}${hint}`, ...places.map((place) => `  ${place}`)];
    host.err.write(printable(`${lines.join("\n")}\n`));
    return error.exitCode;
  }
  const broken = error instanceof AssertionError ? messageOf(error) : `broke: ${messageOf(error)}`;
  const place = error instanceof Error ? (error.stack?.split("\n")[1]?.trim() ?? "") : "";
  host.err.write(
    `holdfast ${broken} ${place}\nThat is a bug in Holdfast; nothing can be concluded from this run.\n`,
  );
  return EXIT.verdictUnknown;
}
