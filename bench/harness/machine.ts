/** The machine, in the words a reader needs to judge the figures. */
import { cpus, release, totalmem } from "node:os";
import { formatBytes } from "../../holdfast/src/base/units.ts";
import { isOnPath } from "./path.ts";

export interface Machine {
  cpu: string;
  cores: number;
  memory: string;
  system: string;
  node: string;
  pinned: boolean;
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memory: formatBytes(totalmem()),
    system: `${process.platform} ${release()}`,
    node: process.version,
    pinned: canPin(),
  };
}

/** Server and client each on a core of their own needs two cores and `taskset`. */
export function canPin(): boolean {
  return cpus().length >= 2 && isOnPath("taskset");
}
