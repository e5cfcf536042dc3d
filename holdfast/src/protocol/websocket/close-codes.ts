/** RFC 6455 §7.4: the codes of farewells. */
import { Buffer, isUtf8 } from "node:buffer";
import { Failure, type FailureCode } from "../http1/failures.ts";
import { misuse } from "./misuse.ts";

export const CLOSE_CODE = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  /** Never sent: the other side gave no code. */
  none: 1005,
  /** Never sent: there was no farewell. */
  abnormal: 1006,
  invalidText: 1007,
  policy: 1008,
  tooLarge: 1009,
} as const;

const REASON_BYTES_MAX = 123;

/** What a client says when it must end a connection for this failure. */
export function codeFor(failure: FailureCode): number {
  if (failure === "HF_WS_UTF8" || failure === "HF_WS_UNPACK") return CLOSE_CODE.invalidText;
  if (failure === "HF_WS_SIZE") return CLOSE_CODE.tooLarge;
  if (failure === "HF_WS_FRAME") return CLOSE_CODE.protocolError;
  return CLOSE_CODE.policy;
}

export interface Farewell {
  readonly code: number;
  readonly reason: string;
}

/** What a close frame says, or what is wrong with it. */
export function readFarewell(buffer: Buffer, start: number, end: number): Farewell | Failure {
  if (end === start) return { code: CLOSE_CODE.none, reason: "" };
  if (end - start === 1) return new Failure("HF_WS_FRAME", "a close frame with half a code");
  const code = buffer.readUInt16BE(start);
  if (!isCode(code)) return new Failure("HF_WS_FRAME", `the close code ${code}`);
  if (!isUtf8(buffer.subarray(start + 2, end))) {
    return new Failure("HF_WS_UTF8", "the reason of a close frame");
  }
  return { code, reason: buffer.toString("utf8", start + 2, end) };
}

/** Throws a TypeError for what an author may not send. */
export function checkFarewell(code: number, reason: string): void {
  if (!isCode(code)) {
    throw misuse("ws close", "code", "1000 to 1003, 1007 to 1014 or 3000 to 4999", code);
  }
  if (typeof reason !== "string" || Buffer.byteLength(reason) > REASON_BYTES_MAX) {
    throw misuse("ws close", "reason", `text of at most ${REASON_BYTES_MAX} bytes`, reason);
  }
}

/** Those that may be on the wire. */
function isCode(code: number): boolean {
  if (!Number.isInteger(code)) return false;
  if (code >= 3000) return code <= 4999;
  return code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006;
}
