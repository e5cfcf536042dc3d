/** The published package, as a stranger meets it: installed from its tarball into an empty project elsewhere. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const PACKAGE = fileURLToPath(new URL("../../holdfast", import.meta.url));
const INSTALL_MS_MAX = 240_000;

/** Without this repository's own Node 24 on the PATH: the launcher must find one by itself. */
const env = {
  ...process.env,
  PATH: (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"))
    .join(delimiter),
  NODE_OPTIONS: "",
};

let project: string;

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), "holdfast-pack-"));
  await run("npm", ["pack", "--pack-destination", project], { cwd: PACKAGE, env });
  // As npm init writes it: load tests are ES modules all the same.
  const manifest = { name: "shop", private: true, type: "commonjs" };
  writeFileSync(join(project, "package.json"), `${JSON.stringify(manifest)}\n`);
  const tarball = readdirSync(project).find((name) => name.endsWith(".tgz"));
  await run("npm", ["install", "--prefer-offline", "--no-audit", `./${tarball}`], {
    cwd: project,
    env,
  });
}, INSTALL_MS_MAX);

afterAll(() => rmSync(project, { recursive: true, force: true }));

test(
  "init and run work in an empty project, from compiled files only",
  async () => {
    await run("npx", ["holdfast", "init"], { cwd: project, env });
    const { stdout, stderr } = await run("npx", ["holdfast", "run", "--duration", "1s", "--json"], {
      cwd: project,
      env,
    });
    expect(stderr).toBe("");
    const result = JSON.parse(stdout) as {
      verdict: string;
      invariants: unknown[];
      run: { id: string };
    };
    expect(result.verdict).toBe("pass");
    expect(result.invariants).toHaveLength(2);
    const runFolder = join(project, ".holdfast/runs", result.run.id);
    expect(readFileSync(join(runFolder, "report.html"), "utf8")).toContain("ticket shop");
    const again = await run("npx", ["holdfast", "check", "latest"], { cwd: project, env });
    expect(again.stdout).toContain("pass");
    expect(existsSync(join(project, "node_modules/holdfast/src"))).toBe(false);
    expect(existsSync(join(project, "node_modules/holdfast/README.md"))).toBe(true);
  },
  INSTALL_MS_MAX,
);

test("the package exports exactly what an author may import", async () => {
  const script =
    'import * as h from "holdfast"; console.log(JSON.stringify(Object.keys(h).sort()))';
  const node = join(project, "node_modules/.bin/node");
  const { stdout } = await run(node, ["--input-type=module", "-e", script], { cwd: project, env });
  expect(JSON.parse(stdout)).toMatchInlineSnapshot(`
    [
      "acknowledgedIsStored",
      "allowedTransitions",
      "bidsAreLinearizable",
      "canariesIn",
      "canary",
      "conserves",
      "constantArrivalRate",
      "constantVus",
      "counter",
      "csv",
      "defineModel",
      "defineSystem",
      "deliveredOnce",
      "exactlyOneWinner",
      "externallyControlled",
      "freshReads",
      "gauge",
      "honestSoldOut",
      "inOrder",
      "json",
      "linearizable",
      "loadTest",
      "neverSucceeds",
      "noDoubleSpend",
      "noLeak",
      "noOversell",
      "oneEffectPerKey",
      "operation",
      "perVuIterations",
      "rampingArrivalRate",
      "rampingVus",
      "rate",
      "rows",
      "serializable",
      "sessionGuarantees",
      "settledOnce",
      "sharedIterations",
      "stockAgrees",
      "survivesKill",
      "trend",
      "uniqueResults",
    ]
  `);
});
