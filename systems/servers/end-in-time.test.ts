import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

const MODULE = new URL("./end-in-time.ts", import.meta.url).href;

/** Runs this after it was told to end, which it is at once: by the end of its input. */
async function endOf(closing: string): Promise<{ code: number; said: string }> {
  const script = `import { toldToEnd } from ${JSON.stringify(MODULE)};
    await toldToEnd(console.error, 50);
    ${closing}`;
  const args = ["--input-type=module", "--disable-warning=ExperimentalWarning", "-e", script];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "ignore", "pipe"] });
  const said = text(child.stderr);
  child.stdin.end();
  const [code] = (await once(child, "exit")) as [number];
  return { code, said: await said };
}

test("a process that was told to end and cannot close ends all the same, and says so", async () => {
  const { code, said } = await endOf(
    "setInterval(() => undefined, 1000); await new Promise(() => undefined);",
  );
  expect(code).toBe(1);
  expect(said).toBe("closing took over 0.05 s; ended in the middle of it\n");
});

test("a process that closes in time ends by itself", async () => {
  expect(await endOf("process.exit(0);")).toEqual({ code: 0, said: "" });
});
