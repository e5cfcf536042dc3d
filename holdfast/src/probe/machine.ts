/** Facts of the machine that a reader needs to weigh the numbers of a run. Read once, from the kernel. */
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, release, totalmem, type } from "node:os";
import { version } from "node:process";
import { formatBytes } from "../base/units.ts";

/** By what a report calls them; what this machine cannot tell is left out. */
export function machineFacts(): Record<string, string> {
  const facts = {
    processor: cpus()[0]?.model.trim(),
    cores: String(availableParallelism()),
    "processor limit": cpuLimit(),
    memory: formatBytes(totalmem()),
    "memory limit": memoryLimit(),
    system: `${type()} ${release()}`,
    node: version,
    "open files": openFilesLimit(),
  };
  return Object.fromEntries(
    Object.entries(facts).filter((fact): fact is [string, string] => fact[1] !== undefined),
  );
}

/** How many files and sockets this process may have open; undefined when the kernel does not say. */
function openFilesLimit(): string | undefined {
  return /^Max open files\s+(\S+)/m.exec(read("/proc/self/limits"))?.[1];
}

/** The share of the cores that a container leaves us. */
function cpuLimit(): string | undefined {
  const [quota, period] = read("/sys/fs/cgroup/cpu.max").trim().split(" ").map(Number);
  if (quota === undefined || period === undefined || !Number.isFinite(quota)) return undefined;
  return `${(quota / period).toFixed(1)} cores`;
}

function memoryLimit(): string | undefined {
  const bytes = Number(read("/sys/fs/cgroup/memory.max").trim() || "max");
  return Number.isFinite(bytes) ? formatBytes(bytes) : undefined;
}

/** Empty on machines that do not have the file. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
