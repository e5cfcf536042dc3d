/** What the whole process of Holdfast has used so far, all threads together. */
import { resourceUsage } from "node:process";

export interface ProcessUsage {
  cpuSeconds: number;
  rssMaxBytes: number;
}

/** Kept by the kernel, high-water mark included, so reading it once at the end is enough. */
export function processUsage(): ProcessUsage {
  const { userCPUTime, systemCPUTime, maxRSS } = resourceUsage();
  return { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, rssMaxBytes: maxRSS * 1_024 };
}
