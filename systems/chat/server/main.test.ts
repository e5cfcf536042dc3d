/** The chat as a process: how it says it is ready, how it ends, and what survives its death. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { skipReason, titled } from "../../servers/skip-reason.ts";
import { until } from "../../servers/until.ts";
import { Person, send } from "./chat-for-tests.ts";
import type { Message } from "./parts/store.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

function run(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, ["--conditions=holdfast-source", MAIN, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
}

async function ready(child: ChildProcess): Promise<{ url: string }> {
  const lines = createInterface(child.stdout as NonNullable<typeof child.stdout>);
  const early = once(child, "exit").then(() => ["the process ended before it was ready"]);
  const [line] = (await Promise.race([once(lines, "line"), early])) as [string];
  return (JSON.parse(line) as { ready: { url: string } }).ready;
}

async function ended(child: ChildProcess): Promise<unknown> {
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  return code ?? signal;
}

async function somebodyAt(url: string, prefix: string): Promise<Person> {
  const body = JSON.stringify({ prefix, users: 1 });
  const headers = { "content-type": "application/json" };
  const answer = await send(`${url}/api/seed/crowd`, { method: "POST", headers, body });
  return new Person(url, answer.body.users[0]);
}

describe("the process", () => {
  test("says one ready line with its address, answers there, and ends on SIGTERM with exit 0", async () => {
    const child = run(["--parts", "embedded", "--port", "0"]);
    const info = await ready(child);
    expect(info).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      pid: child.pid,
      parts: "embedded",
      bug: null,
    });
    expect((await send(`${info.url}/health`)).body).toMatchObject({
      status: "ok",
      parts: "embedded",
      sockets: 0,
      waiting: { messages: 0, search: 0, files: 0 },
    });
    expect((await send(`${info.url}/metrics`)).body).toContain("chat_sockets 0\n");
    child.kill("SIGTERM");
    expect(await ended(child)).toBe(0);
  });

  test("ends by itself, with exit 0, when its standard input closes, with clients connected", async () => {
    const child = run(["--port", "0"]);
    const { url } = await ready(child);
    const line = await (await somebodyAt(url, "p")).connect();
    child.stdin?.end();
    expect(await ended(child)).toBe(0);
    await line[Symbol.asyncDispose]();
  });

  test("killed with −9 and started again in its folder, it has every message it acknowledged, and finds them", async () => {
    const folder = mkdtempSync(join(tmpdir(), "chat-killed-"));
    const first = run(["--port", "0"], { CHAT_FOLDER: folder });
    const before = await somebodyAt((await ready(first)).url, "p");
    const channelId = await before.channel("public");
    const acknowledged = new Map<string, number>();
    const talking = Array.from({ length: 20 }, async (_, who) => {
      for (let i = 0; ; i++) {
        const { body } = await before.say(channelId, "a lighthouse", `${who}-${i}`);
        acknowledged.set(`${who}-${i}`, body.message.seq);
        if (acknowledged.size === 300) first.kill("SIGKILL");
      }
    });
    await Promise.allSettled(talking);

    const second = run(["--port", "0"], { CHAT_FOLDER: folder });
    const { url } = await ready(second);
    // The old token is still good: whoever was connected comes back as he was.
    const after = new Person(url, before);
    const stored = new Map(
      (await after.history(channelId)).map((one: Message) => [one.clientId, one.seq]),
    );
    for (const [clientId, seq] of acknowledged)
      expect([clientId, stored.get(clientId)]).toEqual([clientId, seq]);
    expect([...stored.values()]).toEqual(Array.from(stored, (_, i) => i + 1));
    expect((await after.search("lighthouse")).length).toBe(20);
    second.stdin?.end();
    expect(await ended(second)).toBe(0);
    rmSync(folder, { recursive: true });
  });

  test.each([
    [["--parts", "cardboard"], '--parts must be embedded or real, got "cardboard"'],
    [["--port", "many"], '--port must be a whole number from 0 to 65535, got "many"'],
    [["--bug", "no-such", "--port", "0"], "--bug must be one of acknowledged-before-stored, "],
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

const reason = skipReason();

describe.skipIf(reason !== undefined)(titled("the process over real parts", reason), () => {
  test("leaves no server and no folder behind after SIGKILL, but its files", async () => {
    const folder = mkdtempSync(join(tmpdir(), "chat-left-"));
    // As root, PostgreSQL runs as another user, who must be able to come through.
    chmodSync(folder, 0o777);
    const files = mkdtempSync(join(tmpdir(), "chat-files-"));
    const child = run(["--parts", "real", "--port", "0"], { TMPDIR: folder, CHAT_FOLDER: files });
    const ada = await somebodyAt((await ready(child)).url, "p");
    expect((await ada.say(await ada.channel("public"), "hello")).status).toBe(201);
    child.kill("SIGKILL");
    await ended(child);
    const left = () => readdirSync(folder).filter((name) => !name.includes("empty"));
    await until("PostgreSQL and its folder are gone", () => left().length === 0);
    for (const one of [folder, files]) rmSync(one, { recursive: true });
  });

  test("a DATABASE_URL where nobody answers is one line, without the address", async () => {
    const DATABASE_URL = "postgres://user:secret@127.0.0.1:1/chat";
    const child = run(["--parts", "real", "--port", "0"], { DATABASE_URL });
    let says = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (says += text));
    await once(child, "close");
    expect(says).toBe(
      "DATABASE_URL must name a server that answers, got: connect ECONNREFUSED 127.0.0.1:1\n",
    );
  });
});
