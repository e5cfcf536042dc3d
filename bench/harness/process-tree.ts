/**
 * What a process and all its descendants have used, read from /proc while they run. The kernel scales user and system
 * time so that their sum is exact to the nanosecond it was scheduled; only the split between the two is sampled.
 *
 * Reading a running process at two moments leaves out its start, its warm-up and its end, for every tool alike.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export interface Usage {
  userSeconds: number;
  systemSeconds: number;
  /** Highest resident memory so far, summed over the processes. */
  residentBytesMax: number;
  /** Resident memory now, summed over the processes. */
  residentBytes: number;
}

const TICKS_PER_SECOND = ticksPerSecond();

/** Processes that end while they are being read count for nothing. */
export function usageOf(rootPid: number): Usage {
  const total: Usage = { userSeconds: 0, systemSeconds: 0, residentBytesMax: 0, residentBytes: 0 };
  for (const pid of treeOf(rootPid)) {
    const ticks = cpuTicks(readProc(`${pid}/stat`));
    const memory = readProc(`${pid}/status`);
    total.userSeconds += ticks.user / TICKS_PER_SECOND;
    total.systemSeconds += ticks.system / TICKS_PER_SECOND;
    total.residentBytesMax += statusBytes(memory, "VmHWM");
    total.residentBytes += statusBytes(memory, "VmRSS");
  }
  return total;
}

/** CPU time that the whole machine has used, and what its host has taken from it, since it started. */
export function machineUsage(): { busySeconds: number; stolenSeconds: number } {
  return machineTicks(readProc("stat"));
}

/** Of /proc/stat: `cpu  user nice system idle iowait irq softirq steal …`. */
export function machineTicks(stat: string): { busySeconds: number; stolenSeconds: number } {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (
    stat.split("\n")[0] ?? ""
  )
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return {
    busySeconds: (user + nice + system + irq + softirq) / TICKS_PER_SECOND,
    stolenSeconds: steal / TICKS_PER_SECOND,
  };
}

/** The process and its descendants that live now. */
export function treeOf(pid: number): number[] {
  const children = listThreads(pid).flatMap((thread) =>
    readProc(`${pid}/task/${thread}/children`)
      .split(" ")
      .filter((word) => word.trim() !== "")
      .map(Number),
  );
  return [pid, ...children.flatMap(treeOf)];
}

/** Of /proc/PID/stat: its own time, and that of its children that have ended and been waited for. */
export function cpuTicks(stat: string): { user: number; system: number } {
  // The second field is the command in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const field = (number: number): number => Number(fields[number - 3] ?? 0);
  return { user: field(14) + field(16), system: field(15) + field(17) };
}

/** A row of /proc/PID/status such as `VmHWM:    5120 kB`, in bytes; 0 when it is not there. */
export function statusBytes(status: string, name: string): number {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status);
  return Number(match?.[1] ?? 0) * 1024;
}

function listThreads(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, "utf8");
  } catch {
    return "";
  }
}

function ticksPerSecond(): number {
  try {
    return Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
  } catch {
    return 100;
  }
}
