/**
 * Inside Holdfast time is nanoseconds since the run started, as a number (2^53 ns is 104 days). Outside it is text:
 * `500ms`, `10s`, `5m`, `1h`. This is the only file that turns one into the other.
 */
import { got } from "./errors.ts";

export const NS_PER_US = 1_000;
export const NS_PER_MS = 1_000_000;
export const NS_PER_S = 1_000_000_000;

/** A span of time as an author writes it: `"500ms"`, `"10s"`, `"5m"`, `"1h"`, `"1m30s"`, or a number of milliseconds. */
export type Duration = `${number}${"ms" | "s" | "m" | "h"}` | (string & {}) | number;

/** A rate as an author writes it: `"200/s"`, `"90/m"`, or a number per second. */
export type Rate = `${number}/${"s" | "m" | "h"}` | (string & {}) | number;

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
const DURATION_PART = /(\d+(?:\.\d+)?)(ms|s|m|h)/g;
const UNIT_NS = { ms: NS_PER_MS, s: NS_PER_S, m: 60 * NS_PER_S, h: 3_600 * NS_PER_S } as const;

/** Nanoseconds, or undefined when the text is no duration. */
export function parseDuration(value: unknown): number | undefined {
  if (typeof value === "number") {
    return Number.isFinite(value) && value >= 0 ? value * NS_PER_MS : undefined;
  }
  if (typeof value !== "string" || value === "") return undefined;
  // Scripts sleep often, and nearly always for a duration of one part.
  const one = DURATION.exec(value);
  if (one !== null) return Number(one[1]) * UNIT_NS[one[2] as keyof typeof UNIT_NS];
  let total = 0;
  const rest = value.replace(DURATION_PART, (_, amount: string, unit: keyof typeof UNIT_NS) => {
    total += Number(amount) * UNIT_NS[unit];
    return "";
  });
  return rest === "" ? total : undefined;
}

/** Nanoseconds; throws a RangeError that names what was expected. For values a schema has not already checked. */
export function durationNs(value: Duration): number {
  const ns = parseDuration(value);
  if (ns === undefined) throw new RangeError(`must be a duration such as "10s", got ${got(value)}`);
  return ns;
}

/** Events per second, or undefined when the text is no rate. */
export function parseRate(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) && value >= 0 ? value : undefined;
  if (typeof value !== "string") return undefined;
  const match = /^(\d+(?:\.\d+)?)\/(s|m|h)$/.exec(value);
  if (match === null) return undefined;
  return (Number(match[1]) * NS_PER_S) / UNIT_NS[match[2] as "s" | "m" | "h"];
}

/** `1.24 s`, `38.1 ms`, `412 µs`, `2 m 5 s`: three significant digits, the unit a person would pick. */
export function formatNs(ns: number): string {
  if (!Number.isFinite(ns)) return "∞";
  const size = Math.abs(ns);
  if (size < NS_PER_MS) return `${three(ns / NS_PER_US)} µs`;
  if (size < NS_PER_S) return `${three(ns / NS_PER_MS)} ms`;
  if (size < 120 * NS_PER_S) return `${three(ns / NS_PER_S)} s`;
  const seconds = Math.round(ns / NS_PER_S);
  return `${Math.floor(seconds / 60)} m ${seconds % 60} s`;
}

/** `1,234,567`. */
export function formatCount(count: number): string {
  // By hand: the first call of toLocaleString loads its tables for twenty milliseconds.
  return String(Math.round(count)).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `12.3 MB`, decimal. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 && Number.isInteger(value) ? value : three(value)} ${units[unit]}`;
}

function three(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 99.95 || value === 0 ? 0 : size >= 9.995 ? 1 : 2);
}
