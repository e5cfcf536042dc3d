/** The command line as a process: what it prints, the code it exits with, what it leaves on disk, and what it does not leave running. */
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const HOLDFAST = join(ROOT, "holdfast/bin/holdfast.js");
const FLASH_SALE = "systems/flash-sale/load/flash-sale.load.ts";
const FANS = "examples/tickets/load/closed-model.load.ts";

let out: string;

beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), "holdfast-e2e-"));
});

afterAll(() => rmSync(out, { recursive: true, force: true }));

interface ToldWitness {
  id: string | null;
  raw?: { request: string; answer: string } | { notKept: string };
}

interface Ran {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

interface Result {
  verdict: string;
  exitCode: number;
  headline: string;
  run: { id: string; partial: boolean; seed: string };
  invariants: {
    name: string;
    verdict: string;
    sentence: string;
    witnesses: ToldWitness[];
    key: string | null;
  }[];
  thresholds: { metric: string; ok: boolean; aborted: boolean }[];
  metrics: Record<string, { count?: number }>;
  generator: { pacing: string | null };
  notes: string[];
}

function holdfast(...args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { cwd: ROOT, maxBuffer: 64 << 20 };
    const child = execFile(HOLDFAST, args, options, (_, stdout, stderr) =>
      resolve({ exitCode: child.exitCode, stdout, stderr }),
    );
  });
}

async function run(...args: string[]): Promise<Result> {
  const { stdout, stderr } = await holdfast("run", ...args, "--out", out, "--json");
  try {
    return JSON.parse(stdout) as Result;
  } catch {
    throw new Error(`no result on standard output; on standard error: ${stderr}`);
  }
}

describe("the flash sale", () => {
  test("is clean: every invariant holds, exit 0, and every report is written", async () => {
    const result = await run(FLASH_SALE, "--profile", "smoke");
    expect(result.invariants.map(({ verdict, sentence }) => ({ verdict, sentence }))).toEqual(
      result.invariants.map(({ sentence }) => ({ verdict: "pass", sentence })),
    );
    expect(result.invariants.length).toBeGreaterThanOrEqual(6);
    const files = readdirSync(join(out, result.run.id));
    expect(files).toEqual(
      expect.arrayContaining([
        "history",
        "junit.xml",
        "log.txt",
        "report.html",
        "report.md",
        "result.json",
      ]),
    );
  });

  test("stops at the first certain violation when told to, and still audits and judges", async () => {
    const told = ["--bug", "check-then-decrement", "--stop-on-violation"];
    const result = await run(FLASH_SALE, "--profile", "smoke", ...told);
    expect(result.exitCode).toBe(90);
    expect(result.run.partial).toBe(true);
    const verdicts = Object.fromEntries(
      result.invariants.map(({ name, verdict }) => [name, verdict]),
    );
    expect(verdicts).toMatchObject({ "no oversell": "fail", "one effect per key": "pass" });
    expect(result.notes.join()).toContain("no oversell is violated, and the run was to stop");
  });

  test("with check-then-decrement ends with exit 90, the product, the orders and the moment", async () => {
    const result = await run(FLASH_SALE, "--profile", "smoke", "--bug", "check-then-decrement");
    expect(result.exitCode).toBe(90);
    expect(result.verdict).toBe("fail");
    const oversell = result.invariants.find(({ name }) => name === "no oversell");
    expect(oversell?.sentence).toMatch(
      /phone-\d+: 100 units, \d+ acknowledged orders; the 101st to complete is o-\d+ at [\d.]+ s/,
    );
    expect(oversell?.witnesses.length).toBeGreaterThan(0);
    expect(oversell?.witnesses.length).toBeLessThanOrEqual(5);

    const again = await holdfast("check", join(out, result.run.id), "--json");
    expect(again.exitCode).toBe(90);
    const checked = JSON.parse(again.stdout) as { verdict: string; sentence: string }[];
    expect(checked.map(({ verdict, sentence }) => ({ verdict, sentence }))).toEqual(
      result.invariants.map(({ verdict, sentence }) => ({ verdict, sentence })),
    );

    for (const { id, raw } of oversell?.witnesses ?? []) {
      if (raw === undefined || !("request" in raw)) throw new Error("it was kept");
      expect(raw.request).toMatch(/^POST \/order HTTP\/1\.1\r\n/);
      expect(raw.request).toContain(id);
      expect(raw.answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*"answer":"accepted"/);
    }
    const key = String(oversell?.key);
    const shown = await holdfast("check", join(out, result.run.id), "--key", key, "--raw");
    expect(shown.stdout).toContain("\n        > POST /order HTTP/1.1\n");
    expect(shown.stdout).toContain("\n        < HTTP/1.1 200 OK\n");
  });

  test("a bug or parts it does not have are one line that lists those it has, and exit 104", async () => {
    const { exitCode, stderr } = await holdfast(
      "run",
      FLASH_SALE,
      "--out",
      out,
      "--bug",
      "gremlins",
    );
    expect(stderr).toMatch(
      /^holdfast: --bug must be one of check-then-decrement, .* got "gremlins"/,
    );
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(exitCode).toBe(104);
  });

  test("serve lists its planted bugs as JSON", async () => {
    const { stdout, exitCode } = await holdfast("serve", "systems/flash-sale", "--bugs", "--json");
    const bugs = JSON.parse(stdout) as { name: string; invariant: string; says: string }[];
    expect(bugs).toHaveLength(9);
    expect(Object.keys(bugs[0] ?? {})).toEqual(["name", "invariant", "says"]);
    expect(exitCode).toBe(0);
  });
});

describe("the examples", () => {
  test("all hold, one after another, with two threads", async () => {
    const { stdout, exitCode } = await holdfast(
      "run",
      "examples/tickets",
      "--out",
      out,
      "--duration",
      "1s",
      "--threads",
      "2",
      "--json",
    );
    const results = JSON.parse(stdout) as Result[];
    const invariants = results.flatMap((result) => result.invariants);
    expect(invariants.map(({ verdict, sentence }) => ({ verdict, sentence }))).toEqual(
      invariants.map(({ sentence }) => ({ verdict: "pass", sentence })),
    );
    expect(results).toHaveLength(2);
    expect(results[1]?.metrics["iterations"]?.count).toBe(20);
    // A machine that is busy with other tests may well be the bottleneck (92) or slow (99); wrong it may not be.
    expect([0, 92, 99]).toContain(exitCode);
  });
});

describe("a model in the author's own words", () => {
  test("judges the run, and again from disk with the script that the run names", async () => {
    const result = await run("test/e2e/fixtures/own-model.load.ts");
    const again = await holdfast("check", join(out, result.run.id), "--json");
    const [checked] = JSON.parse(again.stdout) as { verdict: string; sentence: string }[];
    expect(checked).toMatchObject({
      verdict: "pass",
      sentence: expect.stringMatching(/operations on 1 key fit the model hall/) as string,
    });
    expect(result.invariants[0]).toMatchObject({ sentence: checked?.sentence });
  });
});

describe("several load tests", () => {
  test("leave one summary beside their folders, with a link to each report, and its place is said", async () => {
    const own = "test/e2e/fixtures/own-model.load.ts";
    const { exitCode, stdout } = await holdfast("run", own, own, "--out", out, "--quiet");
    expect(exitCode).toBe(0);
    const [, file] = /^summary: (.+\.md)$/m.exec(stdout) ?? [];
    const summary = readFileSync(join(ROOT, file ?? "none was named"), "utf8");
    expect(summary).toContain(": 2 PASS\n");
    const links = [...summary.matchAll(/\]\((.+?)\)/g)].map(([, link]) => link as string);
    expect(new Set(links).size).toBe(2);
    for (const link of links) expect(existsSync(join(out, link))).toBe(true);
  });
});

describe("exit codes", () => {
  test("99: a threshold that may abort ends the run at once", async () => {
    const result = await run("test/e2e/fixtures/slow.load.ts");
    expect(result.exitCode).toBe(99);
    expect(result.thresholds.find(({ aborted }) => aborted)?.metric).toBe("http_req_duration");
  });

  test("104: everything that is wrong is listed at once, and nothing is sent", async () => {
    const { exitCode, stderr } = await holdfast(
      "run",
      "test/e2e/fixtures/wrong.load.ts",
      "--out",
      out,
    );
    expect(stderr).toContain("scenarios.crowd.executor.vus");
    expect(stderr).toContain("scenarios.crowd.executor.duration");
    expect(stderr).toContain("scenarios.crowd.run");
    expect(stderr).toContain('thresholds["http_req_durations"]');
    expect(exitCode).toBe(104);
  });

  test("107: the script threw, and says where", async () => {
    const result = await run("test/e2e/fixtures/throws.load.ts");
    expect(result.exitCode).toBe(107);
    expect(result.headline).toContain("the tenth is one too many");
  });

  test.each(["setup", "audit", "teardown"])(
    "105: Ctrl-C in %s leaves a result marked partial; 107 when it throws",
    async (step) => {
      const fixture = "test/e2e/fixtures/stopped-step.load.ts";
      const stopped = await run(fixture, "--env", `in=${step}`);
      expect(stopped).toMatchObject({ exitCode: 105, verdict: "unknown", run: { partial: true } });
      const thrown = await run(fixture, "--env", `in=${step}`, "--env", "how=throw");
      expect(thrown).toMatchObject({ exitCode: 107, verdict: "unknown", run: { partial: false } });
      expect(thrown.notes.join()).toContain("stopped-step.load.ts");
    },
  );

  test("108: nobody answers at the target", async () => {
    const { exitCode, stderr } = await holdfast(
      "run",
      "test/e2e/fixtures/nobody-home.load.ts",
      "--out",
      out,
    );
    expect(stderr).toMatch(
      /^holdfast: the target http:\/\/127\.0\.0\.1:1 could not be reached: .*ECONNREFUSED/,
    );
    expect(exitCode).toBe(108);
  });
});

describe("control", () => {
  test("sets virtual users, pauses, and ends a run that is under way", async () => {
    const child = start("run", "test/e2e/fixtures/steered.load.ts");
    await child.underWay();
    const control = async (...args: string[]): Promise<string> =>
      (await holdfast("control", child.folder(), ...args)).stdout.trim();
    expect(await control("--vus", "12")).toBe("steered: 12 VUs");
    expect(await control("--vus", "99")).toBe("steered: 20 VUs, its maxVus");
    expect(await control("--pause")).toContain("paused");
    expect(await control("--resume")).toBe("resumed");
    expect(await control("--stop")).toContain("stopping");
    expect((await child.ended).exitCode).toBe(105);
    const result = JSON.parse(readFileSync(join(child.folder(), "result.json"), "utf8")) as Result;
    expect(result.metrics["vus"]).toMatchObject({ max: 20 });
  });
});

describe("when it is stopped", () => {
  test("an interrupt leaves a result marked partial, exit 105, and no process", async () => {
    const child = start("run", FANS, "--duration", "1m");
    await child.underLoad();
    child.process.kill("SIGINT");
    const { exitCode } = await child.ended;
    expect(exitCode).toBe(105);
    const result = JSON.parse(readFileSync(join(child.folder(), "result.json"), "utf8")) as Result;
    expect(result.run.partial).toBe(true);
    expect(existsSync(join(child.folder(), "report.html"))).toBe(true);
    await expect.poll(() => survivors(child.marker)).toEqual([]);
  });

  test("a kill -9 leaves a history that can be judged, and no process", async () => {
    const child = start("run", FANS, "--duration", "1m");
    await child.underLoad();
    for (const pid of survivors(child.marker)) {
      if (readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("cli/main"))
        process.kill(pid, "SIGKILL");
    }
    await child.ended;
    await expect.poll(() => survivors(child.marker)).toEqual([]);
    const { stdout, exitCode } = await holdfast("check", child.folder());
    expect(stdout).toContain("no oversell: ");
    expect(stdout).not.toContain("fail ");
    expect(exitCode).toBe(91);
  });
});

/** A run in the background, whose processes can be told from others by an environment variable. */
function start(...args: string[]) {
  const marker = `holdfast-e2e-${process.pid}-${Math.floor(performance.now())}`;
  const folder = join(out, marker);
  const child = spawn(HOLDFAST, [...args, "--out", folder], {
    cwd: ROOT,
    env: { ...process.env, HOLDFAST_E2E: marker },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<{ exitCode: number | null }>((resolve) => {
    child.on("exit", (exitCode) => resolve({ exitCode }));
  });
  const runFolder = (): string => join(folder, readdirSync(folder)[0] ?? "");
  return {
    process: child,
    marker,
    ended,
    folder: runFolder,
    underWay: () =>
      expect
        .poll(() => existsSync(folder) && existsSync(join(runFolder(), "control.sock")), {
          timeout: 20_000,
        })
        .toBe(true),
    /** The first engine block is on disk. */
    underLoad: () =>
      expect
        .poll(
          () => existsSync(folder) && existsSync(join(runFolder(), "history/thread-0-000.blocks")),
          {
            timeout: 20_000,
          },
        )
        .toBe(true),
  };
}

function survivors(marker: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
        const state = /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
        return environment.includes(`HOLDFAST_E2E=${marker}`) && state !== "Z";
      } catch {
        return false;
      }
    });
}
