#!/usr/bin/env node
// Finds a Node that can run Holdfast (24.12 or newer: it strips types and knows `using`). If it is the one that runs
// this, Holdfast starts right here, or in its stead; else in a process of its own. Plain JavaScript for Node 20, because
// this is the one file that whatever Node the machine has must be able to run.
import { existsSync } from "node:fs";
import module, { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const MINIMUM = [24, 12];
// Compiled once, read from then on: it halves the time to the first request.
const COMPILE_CACHE = process.env.NODE_COMPILE_CACHE ?? join(tmpdir(), "holdfast-compile-cache");

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "../src/cli/main.ts");
const isSource = existsSync(source) && !here.includes("node_modules");
const main = isSource ? source : join(here, "../dist/main.js");
const flags = isSource ? ["--conditions=holdfast-source"] : [];

const recent = isRecent(process.versions.node);
if (recent && !isSource) await startHere();
// Running from source takes a condition that only the command line can set.
else if (recent && process.platform !== "win32") startInstead();
else await handOver(recent ? process.execPath : (bundledNode() ?? lacking()));

async function startHere() {
  module.enableCompileCache(COMPILE_CACHE);
  process.env.NODE_COMPILE_CACHE = COMPILE_CACHE;
  await import(pathToFileURL(main).href);
}

/** Becomes the tool: the same process, started again with other flags, so that none stays behind. */
function startInstead() {
  const { execPath, env } = process;
  const argv = [execPath, ...flags, main, ...process.argv.slice(2)];
  process.execve(execPath, argv, { ...env, NODE_COMPILE_CACHE: COMPILE_CACHE });
}

function lacking() {
  process.stderr.write(
    `holdfast needs Node ${MINIMUM.join(".")} or newer, got ${process.versions.node}: ` +
      "install it, or install holdfast with its optional dependencies (they bring one along)\n",
  );
  process.exit(104);
}

/** The child is the tool; this process only passes signals on, and its end. The open pipe tells it if we are killed. */
async function handOver(command) {
  const { spawn } = await import("node:child_process");
  const child = spawn(command, [...flags, main, ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", "pipe"],
    env: {
      ...process.env,
      HOLDFAST_LAUNCHER_FD: "3",
      NODE_COMPILE_CACHE: COMPILE_CACHE,
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
