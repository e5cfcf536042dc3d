import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readHistory, readManifest } from "../history/read-history.ts";
import { judge } from "./judge.ts";

const RECORDING = fileURLToPath(
  new URL("../history/testing/recording-process.ts", import.meta.url),
);

test("after kill -9 all that was flushed is there, and is judged", async () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-kill-"));
  const child = spawn(process.execPath, ["--conditions=holdfast-source", RECORDING, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  try {
    let flushed = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      flushed = Number(line);
      if (flushed > 3_000) break;
    }
    child.kill("SIGKILL");
    await gone;
    const history = await readHistory(folder);
    const operations = Array.from({ length: history.size }, (_, row) => history.operation(row));
    const ok = operations.filter(({ outcome }) => outcome === "ok");
    const unknown = operations.filter(({ outcome }) => outcome === "unknown");
    expect(ok.length).toBeGreaterThanOrEqual(flushed);
    expect(new Set(ok.map(({ result }) => result)).size).toBe(ok.length);
    expect(unknown.length).toBeGreaterThanOrEqual(flushed / 2);
    expect(history.facts).toMatchObject({ finished: false, lostRecords: 0 });
    expect(history.facts.trustedUntilNs).toBeGreaterThanOrEqual((flushed / 2 - 1) * 1e6);

    const { invariants } = await readManifest(folder);
    const generous = invariants.map((one) => ({ ...one, options: { stock: 1e9 } }));
    expect(judge(history, invariants)).toMatchObject([{ verdict: "fail", key: "phone" }]);
    expect(judge(history, generous)).toMatchObject([{ verdict: "unknown" }]);
  } finally {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
});
