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
const OPEN_FILES_USUAL = 1_024;
const CONNECTIONS_GOOD = 10_000;
/** Sockets, files and pipes that are not load connections. */
const OPEN_FILES_RESERVED = 200;

const SERVERS = [
  {
    name: "redis-server",
    package: "redis-server",
    usedFor: "--parts real of flash sale and auction",
  },
  { name: "postgres", package: "postgresql", usedFor: "--parts real of all systems" },
  { name: "nats-server", package: "nats-server", usedFor: "--parts real of the auction" },
  { name: "chromium", package: "chromium", usedFor: "the tests of the report" },
] as const;

/** One line a subject, in the order a reader would ask. */
export function diagnose(env: Readonly<Record<string, string | undefined>>): Diagnosis[] {
  return [
    nodeVersion(),
    cores(),
    { subject: "memory", state: "good", says: `${formatBytes(totalmem())} in all` },
    openFiles(),
    ports(),
    connections(),
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
  const { soft, hard } = openFileLimits();
  const raised = hard === soft ? "ulimit -n cannot raise it here" : "ulimit -n raises it";
  const upTo = hard === soft ? "" : ` up to ${formatCount(hard)}`;
  return {
    subject: "open files",
    state: soft >= OPEN_FILES_GOOD ? "good" : "low",
    says: `${formatCount(soft)} a process; ${raised}${upTo}`,
  };
}

/** What files and ports come to: whichever is less is what stops a generator. */
function connections(): Diagnosis {
  const files = Math.max(0, openFileLimits().soft - OPEN_FILES_RESERVED);
  const ports = localPorts();
  const portCount = ports === undefined ? Number.POSITIVE_INFINITY : ports.high - ports.low + 1;
  const count = Math.min(files, portCount);
  const why = files <= portCount ? "open files" : "local ports";
  const here =
    files > portCount ? `, ${formatCount(files)} if it is on this machine (127.0.0.x)` : "";
  return {
    subject: "connections",
    state: count >= CONNECTIONS_GOOD ? "good" : "low",
    says: `about ${formatCount(count)} to one target address${here}; ${why} are the limit`,
  };
}

function openFileLimits(): { soft: number; hard: number } {
  try {
    const text = readFileSync("/proc/self/limits", "utf8");
    const [, soft, hard] = /^Max open files\s+(\d+|unlimited)\s+(\d+|unlimited)/m.exec(text) ?? [];
    return { soft: limitOf(soft), hard: limitOf(hard) };
  } catch {
    return { soft: OPEN_FILES_USUAL, hard: OPEN_FILES_USUAL };
  }
}

function limitOf(text: string | undefined): number {
  return text === "unlimited" ? Number.MAX_SAFE_INTEGER : Number(text ?? OPEN_FILES_USUAL);
}

function ports(): Diagnosis {
  const range = localPorts();
  if (range === undefined) {
    return { subject: "local ports", state: "good", says: "the system does not tell their range" };
  }
  const { low, high } = range;
  return {
    subject: "local ports",
    state: "good",
    says: `${low} to ${high}: ${formatCount(high - low + 1)} from one address to another`,
  };
}

function localPorts(): { low: number; high: number } | undefined {
  try {
    const text = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8");
    const [low, high] = text.trim().split(/\s+/).map(Number);
    return low === undefined || high === undefined ? undefined : { low, high };
  } catch {
    return undefined;
  }
}

function serverOnPath(
  server: (typeof SERVERS)[number],
  env: Readonly<Record<string, string | undefined>>,
): Diagnosis {
  const path = find(server.name, env);
  if (path === undefined) {
    const says = `not found; used by ${server.usedFor}: install ${server.package}. Your own tests do not need it`;
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
    const version = /\d+(?:\.\d+)+/.exec(text)?.[0];
    return version === undefined ? "" : ` (${version})`;
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
