/** The auction as one command: how it says it is ready, how it ends, and what it leaves behind. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { skipReason, titled } from "../../servers/skip-reason.ts";
import { isAlive, until } from "../../servers/until.ts";
import { clientOf, type TestAuction } from "./auction-for-tests.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

function run(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
}

async function ready(child: ChildProcess): Promise<TestAuction & { info: unknown }> {
  const lines = createInterface(child.stdout as NonNullable<typeof child.stdout>);
  const [line] = (await once(lines, "line")) as [string];
  const { ready: info } = JSON.parse(line) as { ready: Parameters<typeof clientOf>[0] };
  return { ...clientOf(info), info };
}

async function ended(child: ChildProcess): Promise<unknown> {
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  return code ?? signal;
}

/** The processes of an auction, as they say themselves. */
async function pids({ health }: TestAuction): Promise<number[]> {
  const parts = ["api", "broadcast", "archiver"] as const;
  return Promise.all(parts.map(async (part) => (await health(part)).pid as number));
}

describe("the command", () => {
  test("says one ready line with the addresses of all, and SIGTERM ends all with exit 0", async () => {
    const child = run(["--parts", "embedded", "--port", "0"]);
    const auction = await ready(child);
    const url = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(auction.info).toEqual({
      url,
      broadcastUrl: url,
      archiverUrl: url,
      parts: "embedded",
      bug: null,
    });
    const running = await pids(auction);
    child.kill("SIGTERM");
    expect(await ended(child)).toBe(0);
    expect(running.filter(isAlive)).toEqual([]);
  });

  test("killed with −9 it leaves no process and no folder behind, and started again in its folder it has every bid", async () => {
    const folder = mkdtempSync(join(tmpdir(), "auction-killed-"));
    const env = { AUCTION_FOLDER: join(folder, "kept"), TMPDIR: folder };
    const first = run(["--port", "0"], env);
    const before = await ready(first);
    await before.open("lamp");
    for (let amount = 101; amount <= 120; amount++) {
      expect((await before.bid("lamp", amount)).status).toBe(201);
    }
    const running = await pids(before);
    first.kill("SIGKILL");
    await until("all are gone", () => running.every((pid) => !isAlive(pid)));
    await until("only what is kept is left", () => readdirSync(folder).join() === "kept");

    const second = run(["--port", "0"], env);
    const after = await ready(second);
    expect((await after.get("/items/lamp")).body).toMatchObject({ highest: 120, seq: 20 });
    await after.drained();
    expect(await after.archive("lamp")).toEqual(
      Array.from({ length: 20 }, (_, i) => [i + 1, i + 101]),
    );
    second.stdin?.end();
    expect(await ended(second)).toBe(0);
    rmSync(folder, { recursive: true });
  });

  test.each([
    [["--parts", "cardboard"], '--parts must be embedded or real, got "cardboard"'],
    [["--port", "many"], '--port must be a whole number from 0 to 65535, got "many"'],
    [["--bug", "no-such", "--port", "0"], "--bug must be one of compare-and-set-in-two-steps, "],
  ])(
    "started with %j it says what was expected, in one line, and exits with 1",
    async (args, message) => {
      const child = run(args);
      let says = "";
      child.stderr?.setEncoding("utf8").on("data", (text: string) => (says += text));
      const [code] = (await once(child, "close")) as [number];
      expect(code).toBe(1);
      expect(says).toContain(message);
      expect(says.trimEnd().split("\n")).toHaveLength(1);
    },
  );
});

const reason = skipReason(["redis", "postgres", "nats"]);

describe.skipIf(reason !== undefined)(titled("the command over real parts", reason), () => {
  test("leaves no server and no folder behind after SIGKILL", async () => {
    const folder = mkdtempSync(join(tmpdir(), "auction-left-"));
    // As root, PostgreSQL runs as another user, who must be able to come through.
    chmodSync(folder, 0o777);
    const child = run(["--parts", "real", "--port", "0"], { TMPDIR: folder });
    const auction = await ready(child);
    await auction.open("lamp");
    const running = await pids(auction);
    const privateFolders = (): string[] =>
      readdirSync(folder).filter((name) => name.startsWith("holdfast-") && !name.includes("empty"));
    expect(privateFolders()).toHaveLength(3);
    child.kill("SIGKILL");
    await until("all are gone", () => running.every((pid) => !isAlive(pid)));
    await until("the three folders are gone", () => privateFolders().length === 0);
    rmSync(folder, { recursive: true });
  });
});
