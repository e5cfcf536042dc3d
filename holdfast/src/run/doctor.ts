/** What this machine offers a load test, and what it lacks: read, never changed. */
import { execFileSync } from "node:child_process";
import { accessSync, constants, readFileSync, readdirSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { delimiter, join } from "node:path";
import { NODE_VERSION } from "../base/node.ts";
import { formatBytes, formatCount } from "../base/units.ts";

export interface Diagnosis {
  subject: string;
  state: "good" | "missing" | "low";
  says: string;
}

const NODE_MINIMUM = 24.12;
const OPEN_FILES_GOOD = 10_000;
/** Sockets, files and pipes that are not load connections. */
const OPEN_FILES_RESERVED = 200;

const SERVERS = [
  { name: "redis-server", package: "redis-server", usedFor: "the flash sale's real parts" },
  { name: "postgres", package: "postgresql", usedFor: "the flash sale's real parts" },
  { name: "nats-server", package: "nats-server", usedFor: "an event bus" },
  { name: "chromium", package: "chromium", usedFor: "looking at the report in its tests" },
] as const;

/** One line a subject, in the order a reader would ask. */
export function diagnose(env: Readonly<Record<string, string | undefined>>): Diagnosis[] {
  return [
    nodeVersion(),
    cores(),
    { subject: "memory", state: "good", says: `${formatBytes(totalmem())} in all` },
    openFiles(),
    ports(),
    ...SERVERS.map((server) => serverOnPath(server, env)),
    sql(),
  ];
}

function nodeVersion(): Diagnosis {
  const [major = 0, minor = 0] = NODE_VERSION.split(".").map(Number);
  const good = major + minor / 100 >= NODE_MINIMUM;
  return {
    subject: "node",
    state: good ? "good" : "low",
    says: `${NODE_VERSION} runs this`,
  };
}

function cores(): Diagnosis {
  const count = availableParallelism();
  const says =
    count > 2
      ? `${count}: up to ${count - 1} engine threads leave one for everything else`
      : `${count}: one engine thread, and the system under test if it runs here, share them`;
  return { subject: "cores", state: count >= 2 ? "good" : "low", says };
}

function openFiles(): Diagnosis {
  const limit = openFileLimit();
  const connections = Math.max(0, limit - OPEN_FILES_RESERVED);
  return {
    subject: "open files",
    state: limit >= OPEN_FILES_GOOD ? "good" : "low",
    says: `${formatCount(limit)} a process: about ${formatCount(connections)} connections; ulimit -n raises it`,
  };
}

function openFileLimit(): number {
  try {
    const row = /^Max open files\s+(\d+|unlimited)/m.exec(
      readFileSync("/proc/self/limits", "utf8"),
    )?.[1];
    return row === "unlimited" ? Number.MAX_SAFE_INTEGER : Number(row ?? 1024);
  } catch {
    return 1024;
  }
}

function ports(): Diagnosis {
  try {
    const text = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8");
    const [low = 32768, high = 60999] = text.trim().split(/\s+/).map(Number);
    return {
      subject: "local ports",
      state: "good",
      says: `${low} to ${high}: ${formatCount(high - low + 1)} connections to one target address`,
    };
  } catch {
    return { subject: "local ports", state: "good", says: "the system does not tell their range" };
  }
}

function serverOnPath(
  server: (typeof SERVERS)[number],
  env: Readonly<Record<string, string | undefined>>,
): Diagnosis {
  const path = find(server.name, env);
  if (path === undefined) {
    const says = `not found; ${server.usedFor} would use it (npm run setup:servers, or install ${server.package})`;
    return { subject: server.name, state: "missing", says };
  }
  return { subject: server.name, state: "good", says: `${path}${versionOf(path)}` };
}

function find(name: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  const folders = [...(env["PATH"] ?? "").split(delimiter), ...debianPostgresFolders()];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function debianPostgresFolders(): string[] {
  try {
    return readdirSync("/usr/lib/postgresql").map(
      (version) => `/usr/lib/postgresql/${version}/bin`,
    );
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function versionOf(path: string): string {
  try {
    const text = execFileSync(path, ["--version"], {
      encoding: "utf8",
      timeout: 5_000,
      stdio: ["ignore", "pipe", "ignore"],
    });
    return ` (${text.split("\n")[0]?.trim().slice(0, 60) ?? ""})`;
  } catch {
    return "";
  }
}

function sql(): Diagnosis {
  try {
    import.meta.resolve("@duckdb/node-api");
    return {
      subject: "sql",
      state: "good",
      says: "@duckdb/node-api is installed: holdfast sql works",
    };
  } catch {
    return {
      subject: "sql",
      state: "missing",
      says: "npm install @duckdb/node-api makes holdfast sql work",
    };
  }
}
