/**
 * A process that has the checkers and all their tests loaded, with all mutants asleep in them, and runs one test at a
 * time under one mutant, as its parent asks.
 */
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { messageOf } from "../../holdfast/src/base/errors.ts";
import { configureGlobal, readConfigureGlobal } from "fast-check";
import { allMutants, testFiles } from "./all-mutants.ts";
import { takeNoted, turnOn } from "./switch.ts";
import type { Test } from "./tests.ts";
import type { Ask, FromChild } from "./trial-process.ts";
import { type Form, withSwitches } from "./with-switches.ts";

interface Collected {
  readonly tests: readonly Test[];
  readonly collect: (url: string, path: string) => Promise<void>;
}

const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));
const FAILURE_LENGTH_MAX = 500;
const TESTS = new URL("tests.ts", import.meta.url).href;
const [form, fromStart] = process.argv.slice(2) as [Form, string | undefined];

hookIn();
await import(new URL("../../test/seed.ts", import.meta.url).href);
// A failure is enough: nobody reads the smallest one.
configureGlobal({ ...readConfigureGlobal(), endOnFailure: true });
const { tests, collect } = (await import(TESTS)) as Collected;
if (fromStart !== undefined) turnOn(Number(fromStart));
for (const path of testFiles(ROOT)) await collect(pathToFileURL(join(ROOT, path)).href, path);

const listed = tests.map(({ file, name }) => ({ file, name }));
send({ kind: "ready", tests: listed, noted: takeNoted() });
process.on("disconnect", () => process.exit());
process.on("message", (message) => void answer(message as Ask));

async function answer({ test, mutant }: Ask): Promise<void> {
  turnOn(mutant);
  const before = process.cpuUsage();
  let failure: string | undefined;
  try {
    await tests[test]?.run();
  } catch (error) {
    failure = messageOf(error).slice(0, FAILURE_LENGTH_MAX);
  }
  const { user, system } = process.cpuUsage(before);
  turnOn(undefined);
  send({ kind: "done", failure, cpuMs: (user + system) / 1000, noted: takeNoted() });
}

function send(message: FromChild): void {
  process.send?.(message);
}

function hookIn(): void {
  const mutated = new Map(allMutants(ROOT).map((file) => [file.file, file]));
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === "vitest" && context.parentURL !== TESTS
        ? { url: TESTS, shortCircuit: true }
        : next(specifier, context),
    load(url, context, next) {
      const path = url.startsWith("file:") ? relative(ROOT, fileURLToPath(url)) : url;
      const file = mutated.get(path);
      if (file === undefined) return next(url, context);
      const source = withSwitches(file.source, file.mutants, file.firstId, form);
      return { format: "module", source: stripTypeScriptTypes(source), shortCircuit: true };
    },
  });
}
