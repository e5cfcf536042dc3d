#!/usr/bin/env node
// Finds a Node that can run Holdfast (24.12 or newer: it strips types and knows `using`) and hands over to it. Plain
// JavaScript for Node 20, because this is the one file that whatever Node the machine has must be able to run.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const MINIMUM = [24, 12];
// A collector that works on the thread whose garbage it is takes no core from the system under test.
const V8_FLAGS = ["--single-threaded-gc"];

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "../src/cli/main.ts");
const isSource = existsSync(source) && !here.includes("node_modules");
const main = isSource ? source : join(here, "../dist/cli/main.js");
const flags = [
  ...V8_FLAGS,
  "--disable-warning=ExperimentalWarning",
  ...(isSource ? ["--conditions=holdfast-source"] : []),
];

const node = isRecent(process.versions.node) ? process.execPath : bundledNode();
if (node === undefined) {
  process.stderr.write(
    `holdfast needs Node ${MINIMUM.join(".")} or newer, got ${process.versions.node}: ` +
      "install it, or install holdfast with its optional dependencies (they bring one along)\n",
  );
  process.exit(104);
}
handOver(node);

/** The child is the tool; this process only passes signals on, and its end. The open pipe tells it if we are killed. */
function handOver(command) {
  const child = spawn(command, [...flags, main, ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", "pipe"],
    env: {
      ...process.env,
      HOLDFAST_LAUNCHER_FD: "3",
      // Compiled once, read from then on: it halves the time to the first request.
      NODE_COMPILE_CACHE:
        process.env.NODE_COMPILE_CACHE ?? join(tmpdir(), "holdfast-compile-cache"),
    },
  });
  // Ctrl-C reaches the child as well, a signal to this process alone does not; the child takes both for one.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    process.stderr.write(`holdfast could not start ${command}: ${error.message}\n`);
    process.exit(108);
  });
  child.on("exit", (code, signal) => {
    if (signal !== null) process.kill(process.pid, signal);
    else process.exit(code ?? 1);
  });
}

function isRecent(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1]);
}

/** The Node that came along as an optional dependency of this package. */
function bundledNode() {
  const name = `node-${process.platform}-${process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const binary = join(dirname(manifest), "bin/node");
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}
