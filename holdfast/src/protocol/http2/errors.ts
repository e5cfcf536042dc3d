/** The error codes of RFC 9113 §7, and what a connection dies of. */

export const ERROR_CODES = {
  NO_ERROR: 0,
  PROTOCOL_ERROR: 1,
  INTERNAL_ERROR: 2,
  FLOW_CONTROL_ERROR: 3,
  SETTINGS_TIMEOUT: 4,
  STREAM_CLOSED: 5,
  FRAME_SIZE_ERROR: 6,
  REFUSED_STREAM: 7,
  CANCEL: 8,
  COMPRESSION_ERROR: 9,
  CONNECT_ERROR: 10,
  ENHANCE_YOUR_CALM: 11,
  INADEQUATE_SECURITY: 12,
  HTTP_1_1_REQUIRED: 13,
} as const;

export type ErrorName = keyof typeof ERROR_CODES;

const NAMES: readonly string[] = Object.keys(ERROR_CODES);

/** `REFUSED_STREAM`, or the number where it is none of the known. */
export function errorName(code: number): string {
  return NAMES[code] ?? `error ${code}`;
}

/** The server broke the rules in a way that ends the connection. */
export class ConnectionError extends Error {
  readonly code: ErrorName;

  constructor(code: ErrorName, message: string) {
    super(message);
    this.name = "ConnectionError";
    this.code = code;
  }
}
