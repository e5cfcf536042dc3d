/** The flash sale as a process: how it says it is ready, how it ends, and what survives its death. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { skipReason, titled } from "../../servers/skip-reason.ts";
import { until } from "../../servers/until.ts";
import { openPrivateParts } from "./parts/over-both-parts.ts";
import { clientOf, type TestSale } from "./sale-for-tests.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

function run(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, ["--conditions=holdfast-source", MAIN, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
}

async function ready(child: ChildProcess): Promise<TestSale & { info: Record<string, unknown> }> {
  const lines = createInterface(child.stdout as NonNullable<typeof child.stdout>);
  const early = once(child, "exit").then(() => ["the process ended before it was ready"]);
  const [line] = (await Promise.race([once(lines, "line"), early])) as [string];
  const { ready: info } = JSON.parse(line) as { ready: { url: string; waitingRoomUrl: string } };
  return { ...clientOf({ ...info, [Symbol.asyncDispose]: async () => undefined }), info };
}

async function ended(child: ChildProcess): Promise<unknown> {
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  return code ?? signal;
}

/** Standard error, and the exit code, of a start that fails. */
async function failedStart(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: unknown; says: string }> {
  const child = run(args, env);
  let says = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (says += text));
  const [code] = (await once(child, "close")) as [number];
  return { code, says };
}

describe("the process", () => {
  test("says one ready line with both addresses, answers there, and ends on SIGTERM with exit 0", async () => {
    const child = run(["--parts", "embedded", "--port", "0"]);
    const sale = await ready(child);
    expect(sale.info).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      waitingRoomUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      parts: "embedded",
      bug: null,
    });
    expect((await sale.get("/health")).status).toBe(200);
    child.kill("SIGTERM");
    expect(await ended(child)).toBe(0);
  });

  test("ends by itself, with exit 0, when its standard input closes", async () => {
    const child = run(["--port", "0"]);
    await ready(child);
    child.stdin?.end();
    expect(await ended(child)).toBe(0);
  });

  test("killed with −9 and started again in its folder, it has every order it ever accepted", async () => {
    const folder = mkdtempSync(join(tmpdir(), "flash-sale-killed-"));
    const env = { FLASH_SALE_FOLDER: folder };
    const first = run(["--port", "0"], env);
    const before = await ready(first);
    await before.init("phone", 500);
    const accepted = new Map<string, string>();
    const buyers = Array.from({ length: 20 }, async (_, buyer) => {
      for (let i = 0; ; i++) {
        const key = `${buyer}-${i}`;
        const answer = await before.order("phone", key);
        accepted.set(key, answer.body.orderId);
        if (accepted.size === 200) first.kill("SIGKILL");
      }
    });
    await Promise.allSettled(buyers);

    const second = run(["--port", "0"], env);
    const after = await ready(second);
    const [[key, orderId] = ["", ""]] = accepted;
    expect((await after.order("phone", key)).body.orderId).toBe(orderId);
    await after.drained();
    const { rows, reservation, database } = await after.audit("phone");
    const stored = new Map(rows.map((row) => [row.idempotencyKey, row.orderId]));
    for (const [acceptedKey, id] of accepted) expect(stored.get(acceptedKey)).toBe(id);
    expect(stored.size).toBe(rows.length);
    expect([reservation, database]).toEqual([500 - rows.length, 500 - rows.length]);

    second.stdin?.end();
    expect(await ended(second)).toBe(0);
    rmSync(folder, { recursive: true });
  });

  test.each([
    [["--parts", "cardboard"], '--parts must be embedded or real, got "cardboard"'],
    [["--port", "many"], '--port must be a whole number from 0 to 65535, got "many"'],
    [["--bug", "no-such", "--port", "0"], "--bug must be one of check-then-decrement, "],
  ])(
    "started with %j it says what was expected, in one line, and exits with 1",
    async (args, message) => {
      const { code, says } = await failedStart(args);
      expect(code).toBe(1);
      expect(says).toContain(message);
      expect(says.trimEnd().split("\n")).toHaveLength(1);
    },
  );

  test("real parts without servers: one line names the package to install", async () => {
    const { code, says } = await failedStart(["--parts", "real", "--port", "0"], {
      PATH: "/nowhere",
    });
    expect(code).toBe(1);
    expect(says).toContain("redis-server was not found: install the package redis-server");
    expect(says).toContain("npm run setup:servers");
    expect(says.trimEnd().split("\n")).toHaveLength(1);
  });
});

const reason = skipReason();

describe.skipIf(reason !== undefined)(titled("the process over real parts", reason), () => {
  test("uses the servers that REDIS_URL and DATABASE_URL name, starts none, and leaves what it wrote", async () => {
    await using ours = await openPrivateParts();
    const folder = mkdtempSync(join(tmpdir(), "fs-urls-"));
    const child = run(["--parts", "real", "--port", "0"], {
      TMPDIR: folder,
      REDIS_URL: ours.redis.options.path ?? "",
      DATABASE_URL: `postgres://app@/postgres?host=${ours.pool.options.host}`,
    });
    const sale = await ready(child);
    await sale.init("phone", 10);
    expect((await sale.order("phone", "a")).status).toBe(200);
    await sale.drained();
    child.kill("SIGTERM");
    expect(await ended(child)).toBe(0);

    expect(readdirSync(folder)).toEqual([]);
    expect(await ours.reservation.stock("phone")).toBe(9);
    expect(await ours.store.stock("phone")).toBe(9);
    rmSync(folder, { recursive: true });
  });

  test.each([
    ["REDIS_URL", "redis://127.0.0.1:1"],
    ["DATABASE_URL", "postgres://user:secret@127.0.0.1:1/shop"],
  ])("a %s where nobody answers is one line, without the address", async (variable, url) => {
    const { code, says } = await failedStart(["--parts", "real", "--port", "0"], {
      [variable]: url,
    });
    expect(code).toBe(1);
    expect(says).toBe(
      `${variable} must name a server that answers, got: connect ECONNREFUSED 127.0.0.1:1\n`,
    );
  });

  test.each(["SIGTERM", "SIGKILL"] as const)(
    "leaves no server and no folder behind after %s",
    async (signal) => {
      const folder = mkdtempSync(join(tmpdir(), "fs-left-"));
      // As root, PostgreSQL runs as another user, who must be able to come through.
      chmodSync(folder, 0o777);
      const child = run(["--parts", "real", "--port", "0"], { TMPDIR: folder });
      const sale = await ready(child);
      await sale.init("phone", 10);
      expect((await sale.order("phone", "a")).status).toBe(200);
      expect(privateFolders(folder)).toHaveLength(2);

      child.kill(signal);
      await ended(child);

      // Each folder is removed by the guard of its server, after the server itself is gone.
      await until("both folders are gone", () => privateFolders(folder).length === 0);
      expect(existsSync(folder)).toBe(true);
      rmSync(folder, { recursive: true });
    },
  );
});

function privateFolders(folder: string): string[] {
  return readdirSync(folder).filter((name) => !name.includes("empty"));
}
