import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, test } from "vitest";
import { startGuarded, type ServerCommand } from "./guarded-process.ts";
import { KeptServer } from "./kept-server.ts";
import { isAlive, until } from "./until.ts";

const GUARDED = new URL("./guarded-process.ts", import.meta.url).href;

function shellServer(script: string): ServerCommand {
  const folder = mkdtempSync(join(tmpdir(), "guarded-test-"));
  const args = ["-c", script];
  return { name: "a server", path: "/bin/sh", args, folder, ready: /ready/, stopSignal: "TERM" };
}

const sleeper = (): ServerCommand => shellServer("echo ready; exec sleep 1000");

describe("a guarded server", () => {
  test("is gone when it was stopped, and its folder with it", async () => {
    const command = sleeper();
    const server = await startGuarded(command);
    expect(isAlive(server.pid)).toBe(true);

    await server.stop();

    expect(isAlive(server.pid)).toBe(false);
    expect(existsSync(command.folder)).toBe(false);
  });

  test("that dies by itself says how, and its folder stays for the next start", async () => {
    const command = sleeper();
    const server = await startGuarded(command);

    process.kill(server.pid, "SIGKILL");

    expect(await server.ended).toBe("exit code 137");
    expect(existsSync(command.folder)).toBe(true);
    rmSync(command.folder, { recursive: true });
  });

  test("that does not come up is an error with its exit code and its last words", async () => {
    const command = shellServer("echo 'cannot bind' >&2; exit 3");
    const start = startGuarded(command);
    await expect(start).rejects.toThrow("a server must come up, got exit code 3");
    await expect(start).rejects.toThrow("cannot bind");
    rmSync(command.folder, { recursive: true });
  });

  test("does not outlive a kill −9 of whoever started it, nor does its folder", async () => {
    const command = sleeper();
    const script = join(tmpdir(), `guarded-parent-${process.pid}.mjs`);
    writeFileSync(
      script,
      `import { startGuarded } from ${JSON.stringify(GUARDED)};
       const command = ${JSON.stringify({ ...command, ready: undefined })};
       const server = await startGuarded({ ...command, ready: /ready/ });
       console.log(server.pid);
       setInterval(() => undefined, 1000);`,
    );
    const parent = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(createInterface(parent.stdout), "line")) as [string];
    const pid = Number(line);
    expect(isAlive(pid)).toBe(true);

    parent.kill("SIGKILL");

    await until("the server is gone", () => !isAlive(pid));
    await until("its folder is gone", () => !existsSync(command.folder));
    rmSync(script);
  });
});

describe("a kept server", () => {
  test("is started again, in the same folder, when it dies", async () => {
    const command = sleeper();
    const lines: string[] = [];
    await using kept = await KeptServer.start(command, (line) => lines.push(line));
    const first = kept.pid;

    process.kill(first, "SIGKILL");
    await until("another one runs", () => kept.pid !== first && isAlive(kept.pid));

    expect(lines).toEqual(["a server died (exit code 137); starting it again"]);
    expect(existsSync(command.folder)).toBe(true);
  });

  test("leaves nothing when it was stopped", async () => {
    const command = sleeper();
    const kept = await KeptServer.start(command, () => undefined);

    await kept[Symbol.asyncDispose]();

    expect(isAlive(kept.pid)).toBe(false);
    expect(existsSync(command.folder)).toBe(false);
  });
});
