import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { againCommand, recheckCommand } from "./again-command.ts";
import type { RunOptions } from "./prepare-run.ts";

const NOTHING_GIVEN: RunOptions = {
  profile: undefined,
  overrides: {},
  target: undefined,
  parts: undefined,
  bug: undefined,
  threads: 1,
  env: {},
  seed: undefined,
  out: "/tmp/runs",
  volume: "full",
  keepHistory: true,
  keepRaw: true,
  stopOnViolation: false,
};

/** The words that a shell makes of a command, with what the shell knows. */
function wordsOf(command: string, env: Record<string, string> = {}): string[] {
  const script = `holdfast() { printf '%s\\0' "$@"; }; ${command}`;
  return execFileSync("/bin/sh", ["-c", script], { env }).toString().split("\0").slice(0, -1);
}

describe("the command that runs it again", () => {
  test("has the seed, though it was drawn, and nothing else that was not given", () => {
    expect(againCommand("shop.load.ts", NOTHING_GIVEN, "417")).toBe(
      "holdfast run shop.load.ts --seed 417",
    );
  });

  test("has all 14 kinds of options that were given", () => {
    const options: RunOptions = {
      ...NOTHING_GIVEN,
      profile: "smoke",
      parts: "real",
      bug: "check-then-decrement",
      target: "http://127.0.0.1:3000",
      threads: 2,
      env: { REGION: "eu" },
      keepHistory: false,
      keepRaw: false,
      stopOnViolation: true,
      overrides: {
        vus: 5,
        duration: "3s",
        iterations: 9,
        rate: "20/s",
        scenarios: ["buy", "read"],
      },
    };
    expect(againCommand("systems/shop", options, "7")).toBe(
      "holdfast run systems/shop --profile smoke --parts real --bug check-then-decrement " +
        "--target http://127.0.0.1:3000 --vus 5 --duration 3s --iterations 9 --rate 20/s " +
        "--threads 2 --scenario buy --scenario read --seed 7 --env REGION=eu " +
        "--stop-on-violation --no-history --no-raw",
    );
  });

  test("can be pasted: a shell makes of it the same words, whatever they hold", () => {
    const target = "http://127.0.0.1:3000/?a=1&b=$(id)";
    const options = { ...NOTHING_GIVEN, target, overrides: { scenarios: ["it's; a `test`"] } };
    expect(wordsOf(againCommand("my shop/a.load.ts", options, "a b"))).toEqual([
      "run",
      "my shop/a.load.ts",
      "--target",
      target,
      "--scenario",
      "it's; a `test`",
      "--seed",
      "a b",
    ]);
  });

  test("does not tell a secret: the shell that runs it must know it", () => {
    const options = { ...NOTHING_GIVEN, env: { API_TOKEN: "s3cret", USER: "ann b" } };
    const command = againCommand("a.load.ts", options, "1");
    expect(command).not.toContain("s3cret");
    expect(wordsOf(command, { API_TOKEN: "s3 cret" }).slice(-4)).toEqual([
      "--env",
      "API_TOKEN=s3 cret",
      "--env",
      "USER=ann b",
    ]);
  });
});

describe("the command that judges it again", () => {
  test("names the key, quoted where a shell would read it otherwise", () => {
    expect(recheckCommand("r1", "phone-1")).toBe("holdfast check r1 --key phone-1");
    expect(wordsOf(recheckCommand("r1", "a'b $x"))).toEqual(["check", "r1", "--key", "a'b $x"]);
  });

  test("shows what a terminal would obey, and still gives the shell that very key", () => {
    for (const key of ["a\u001b[2Jb", "50%\tof 'it'\\n", "\n\u202ex", "ä\u009b"]) {
      const command = recheckCommand("r1", key);
      expect(command).toMatch(/^[\x20-\x7eä]*$/);
      expect(wordsOf(command)).toEqual(["check", "r1", "--key", key]);
    }
  });

  test("names no key where the finding is of no key, or of the only one", () => {
    expect(recheckCommand("r1", null)).toBe("holdfast check r1");
    expect(recheckCommand("r1", "")).toBe("holdfast check r1");
  });
});
