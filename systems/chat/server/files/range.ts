/** `Range: bytes=0-99`, as RFC 9110 has it, one range at a time. */
export interface ByteRange {
  readonly start: number;
  /** Included. */
  readonly end: number;
}

/** The whole file when there is no such header, or one of another kind; undefined when none of it is in the file. */
export function rangeOf(header: string | undefined, bytes: number): ByteRange | undefined {
  const whole = { start: 0, end: bytes - 1 };
  const asked = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (asked === null || asked[0] === "bytes=-") return whole;
  const [, first = "", last = ""] = asked;
  if (first === "")
    return last === "0" ? undefined : { start: Math.max(0, bytes - Number(last)), end: bytes - 1 };
  const start = Number(first);
  const end = last === "" ? bytes - 1 : Math.min(Number(last), bytes - 1);
  return start < bytes && start <= end ? { start, end } : undefined;
}
