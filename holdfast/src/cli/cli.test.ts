import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "./cli.ts";
import { MODELS } from "../checker/check-file.ts";
import { passedRun } from "../report/testing/results.ts";
import { COMMANDS, HISTORY_MODELS } from "./commands.ts";
import { renderReference } from "./reference.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-cli-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The command line in this process, with an outside world of its own. */
async function cli(...argv: string[]): Promise<{ exitCode: number; out: string; err: string }> {
  let out = "";
  let err = "";
  const output = (write: (text: string) => void) => ({
    write,
    columns: () => 80,
    isTty: false,
    color: false,
  });
  const exitCode = await runCli({
    argv,
    env: {},
    cwd: folder,
    out: output((text) => (out += text)),
    err: output((text) => (err += text)),
    onInterrupt: () => () => undefined,
  });
  return { exitCode, out, err };
}

describe("wrong input is one line that says what was expected and what was got, and exit 104", () => {
  test.each([
    [
      ["run", "nowhere.load.ts"],
      "nowhere.load.ts must be a .load.ts file or a folder, got nothing there",
    ],
    [
      ["run", ".", "--vus", "many"],
      '--vus must be a whole number of at least 1, got "many" (string)',
    ],
    [["run", ".", "--vus", "0"], '--vus must be a whole number of at least 1, got "0" (string)'],
    [
      ["run", ".", "--threads", "65"],
      '--threads must be a whole number from 1 to 64, got "65" (string)',
    ],
    [
      ["run", ".", "--duration", "fast"],
      '--duration must be a duration above 0 such as "500ms", "10s", "5m" or "1h", got "fast" (string)',
    ],
    [
      ["run", ".", "--rate", "-3"],
      '--rate must be a rate above 0 such as "200/s", "90/m" or a number per second, got "-3" (string)',
    ],
    [
      ["run", ".", "--target", "localhost:3000"],
      '--target must be a URL such as "https://staging.example.com", got "localhost:3000" (string)',
    ],
    [
      ["run", ".", "--profile", "huge"],
      '--profile must be one of smoke, load, stress, spike, soak, scalability, breakpoint, got "huge" (string)',
    ],
    [["run", ".", "--env", "X"], '--env must be KEY=VALUE, got "X" (string)'],
    [["run", ".", "--nonsense"], "unknown option '--nonsense'"],
    [["run", ".", "--rate", "0"], "--rate must be a rate above 0"],
    [["check", "x.jsonl", "--model", "nope"], "--model must be one of register, cas-register, kv"],
    [["dance"], "unknown command 'dance'"],
    [["serve", "."], "must be a folder with a system.ts, got none"],
    [
      ["check", "nothing"],
      "RUN must be the folder or id of a stored run, got nothing: no such run",
    ],
    [["report", "latest"], "RUN must be the folder or id of a stored run, got latest: no such run"],
    [
      ["control", "latest", "--pause"],
      "RUN must be the folder or id of a stored run, got latest: no such run",
    ],
  ])("%j", async (argv, expected) => {
    const { exitCode, err } = await cli(...argv);
    expect(err).toContain(expected);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    expect(exitCode).toBe(104);
  });

  test("a script that does not parse is named with its place", async () => {
    const file = join(folder, "broken.load.ts");
    writeFileSync(file, "export const x = ;\n");
    const { exitCode, err } = await cli("run", "broken.load.ts");
    expect(err).toContain("broken.load.ts could not be loaded");
    expect(exitCode).toBe(104);
  });

  test("a script without a load test says what it exports instead", async () => {
    writeFileSync(join(folder, "empty.load.ts"), "export const other = 1;\n");
    const { exitCode, err } = await cli("run", "empty.load.ts");
    expect(err).toContain("must export a loadTest({…}), got exports other");
    expect(exitCode).toBe(104);
  });
});

describe("help", () => {
  test("lists every command", async () => {
    const { out, exitCode } = await cli("--help");
    for (const { usage } of COMMANDS) expect(out).toContain(usage.split(" ")[0]);
    expect(exitCode).toBe(0);
  });

  test.each(COMMANDS.map((spec) => [spec.usage.split(" ")[0] ?? "", spec] as const))(
    "of %s shows every option and one example",
    async (name, spec) => {
      const { out, exitCode } = await cli(name, "-h");
      const words = out.replace(/\s+/g, " ");
      for (const { flags, shown } of spec.options) {
        expect(words).toContain(flags);
        if (shown !== undefined) expect(words).toContain(`(default: ${shown})`);
      }
      expect(out).toContain(spec.example);
      expect(exitCode).toBe(0);
    },
  );
});

test("docs/reference/cli.md says what the command table says (scripts/cli-reference.ts writes it)", () => {
  const page = new URL("../../../docs/reference/cli.md", import.meta.url);
  expect(readFileSync(page, "utf8")).toBe(renderReference());
});

test("check takes every model that there is, and finds nothing to judge in an empty history", async () => {
  writeFileSync(join(folder, "empty.jsonl"), "");
  const judged = HISTORY_MODELS.map((model) => {
    const initial = model === "stock" ? ["--initial", "3"] : [];
    return cli("check", "empty.jsonl", "--model", model, ...initial);
  });
  const exits = (await Promise.all(judged)).map(({ exitCode }) => exitCode);
  expect(exits).toEqual(HISTORY_MODELS.map(() => 91));
  expect([...HISTORY_MODELS]).toEqual([...Object.keys(MODELS), "list-append"]);
});

describe("check refuses options that would be ignored", () => {
  const operation = '{"process": 0, "type": "ok", "f": "read", "key": "x", "value": null}\n';
  const history = operation.replace("ok", "invoke") + operation;
  test.each([
    [["--model", "register", "--key", "y"], "--key must be the key of an operation of x.jsonl"],
    [["--model", "register", "--raw"], "--raw needs a stored run, got the history x.jsonl"],
    [
      ["--model", "register", "--isolation", "serializable"],
      "--isolation goes with --model list-append, got --model register",
    ],
  ])("%j", async (options, expected) => {
    writeFileSync(join(folder, "x.jsonl"), history);
    const { exitCode, err } = await cli("check", "x.jsonl", ...options);
    expect(err).toContain(expected);
    expect(exitCode).toBe(104);
  });
});

test("--scenario among several tests selects those that have it, and names all when none has", async () => {
  const one = (scenario: string): string =>
    `{ holdfast: "load-test", name: "${scenario}", target: "http://127.0.0.1:1", scenarios: { ${scenario}: ` +
    `{ executor: { kind: "constant-vus", vus: 1, duration: "1s" }, run() {} } } }`;
  const script = `export const a = ${one("buyers")};\nexport const b = ${one("sellers")};\n`;
  writeFileSync(join(folder, "two.load.ts"), script);
  const none = await cli("run", "two.load.ts", "--scenario", "nobody");
  expect(none.err).toContain('--scenario must be one of buyers, sellers, got "nobody" (string)');
  expect(none.exitCode).toBe(104);
  const first = await cli("run", "two.load.ts", "--scenario", "buyers", "--iterations", "3");
  expect(first.err).toContain("--iterations does not apply to scenarios.buyers");
  expect(first.err).not.toContain("sellers");
});

test("runs says so when there are none", async () => {
  expect((await cli("runs")).out).toBe("no runs here yet: holdfast run PATH makes one\n");
});

test("runs obeys no word of the system under test, and lists a run whose result was cut off", async () => {
  const runs = join(folder, ".holdfast/runs");
  const result = { ...passedRun(), headline: "\u001B[2Jall gone" };
  for (const [id, text] of [
    ["20261130-120000-told", JSON.stringify(result)],
    ["20261130-120001-cut", ""],
  ] as const) {
    mkdirSync(join(runs, id), { recursive: true });
    writeFileSync(join(runs, id, "result.json"), text);
  }
  const { out, exitCode } = await cli("runs");
  expect(out).toBe(
    "cut off  20261130-120001-cut   judge it: holdfast check 20261130-120001-cut\n" +
      "pass     20261130-120000-told  \\u001b[2Jall gone\n",
  );
  expect(exitCode).toBe(0);
  rmSync(runs, { recursive: true });
});

test("init writes a load test and its system, and refuses to overwrite them", async () => {
  const first = await cli("init");
  expect(first.exitCode).toBe(0);
  expect(readFileSync(join(folder, "load/first.load.ts"), "utf8")).toContain("loadTest({");
  const second = await cli("init");
  expect(second.err).toBe("holdfast: load/first.load.ts must not exist yet, got a file of yours\n");
  expect(second.exitCode).toBe(104);
});

test("doctor names Node, cores, open files and ports", async () => {
  const { out, exitCode } = await cli("doctor", "--json");
  const subjects = (JSON.parse(out) as { subject: string }[]).map(({ subject }) => subject);
  expect(subjects).toEqual(expect.arrayContaining(["node", "cores", "open files", "local ports"]));
  expect(exitCode).toBe(0);
});
