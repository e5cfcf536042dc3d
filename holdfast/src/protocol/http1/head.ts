/**
 * The head of an answer, read once and never changed: what decides the message's framing and the connection's fate is
 * interpreted, the rest stays text until somebody asks.
 */
export interface Head {
  readonly status: number;
  /** Status line and headers as latin1, with the empty line. */
  readonly text: string;
  /** -1 when not said. */
  readonly contentLength: number;
  readonly chunked: boolean;
  readonly keepAlive: boolean;
  /** How long and for how many more requests the server promised to keep the connection; Infinity when not said. */
  readonly keepAliveSeconds: number;
  readonly keepAliveRequests: number;
  readonly hasContentEncoding: boolean;
  readonly hasCookies: boolean;
}

/** Of an exchange without an answer. */
export const NO_HEAD: Head = Object.freeze({
  status: 0,
  text: "",
  contentLength: -1,
  chunked: false,
  keepAlive: false,
  keepAliveSeconds: Number.POSITIVE_INFINITY,
  keepAliveRequests: Number.POSITIVE_INFINITY,
  hasContentEncoding: false,
  hasCookies: false,
});
