/**
 * Why there is no answer. One row a reason; families are numbered as k6 numbers them, and a number that k6 has keeps
 * its meaning. A code is never reused.
 *
 * `rule` names the row of the outcome table for an operation that ended so. Only `neverSent` is definite, and it is the
 * promise the checkers rest on: none of the request's bytes was handed to the kernel; or, in a race, not the last of
 * them; or, in HTTP/2, the server itself says that it did nothing. Everything else may have happened, however unlikely.
 */
import { RULE } from "../../record/outcome.ts";
import type { HttpFailure } from "../http.ts";

export const FAILURES = {
  HF_TIMEOUT: { number: 1050, rule: "timeout", says: "no whole answer in time" },
  HF_TIMEOUT_HEADERS: { number: 1051, rule: "timeout", says: "no answer in time" },
  HF_TIMEOUT_BODY: { number: 1052, rule: "timeout", says: "the body did not arrive in time" },
  HF_TIMEOUT_UNSENT: { number: 1053, rule: "neverSent", says: "no free connection in time" },
  HF_QUEUE_FULL: { number: 1054, rule: "neverSent", says: "too many wait for a connection" },
  HF_ABORTED: { number: 1060, rule: "runEnded", says: "given up by the test" },
  HF_ABORTED_UNSENT: { number: 1061, rule: "neverSent", says: "given up before it was sent" },
  HF_RACE_UNRELEASED: { number: 1063, rule: "neverSent", says: "its end was never sent" },
  HF_BODY_SOURCE: { number: 1062, rule: "connectionLost", says: "the test's own body failed" },

  HF_DNS: { number: 1100, rule: "neverSent", says: "the name could not be looked up" },
  HF_DNS_NOT_FOUND: { number: 1101, rule: "neverSent", says: "the name is unknown" },

  HF_TCP_BROKEN_PIPE: { number: 1201, rule: "connectionLost", says: "connection was closed" },
  HF_TCP: { number: 1210, rule: "neverSent", says: "no connection" },
  HF_TCP_TIMEOUT: { number: 1211, rule: "neverSent", says: "no connection in time" },
  HF_TCP_REFUSED: { number: 1212, rule: "neverSent", says: "connection refused" },
  HF_TCP_LIMIT: { number: 1213, rule: "neverSent", says: "this machine is out of files or ports" },
  HF_TCP_RESET: { number: 1220, rule: "connectionLost", says: "connection reset by the server" },
  HF_TCP_CLOSED: { number: 1221, rule: "connectionLost", says: "closed before the answer began" },

  HF_TLS: { number: 1300, rule: "neverSent", says: "no TLS connection" },
  HF_TLS_TIMEOUT: { number: 1301, rule: "neverSent", says: "no TLS connection in time" },
  HF_TLS_BROKEN: { number: 1302, rule: "connectionLost", says: "the TLS connection broke" },
  HF_TLS_UNTRUSTED: { number: 1310, rule: "neverSent", says: "certificate of unknown authority" },
  HF_TLS_HOSTNAME: { number: 1311, rule: "neverSent", says: "certificate of another host" },
  HF_TLS_EXPIRED: { number: 1312, rule: "neverSent", says: "certificate out of its time" },

  HF_HTTP2_UNSUPPORTED: { number: 1600, rule: "neverSent", says: "it does not speak HTTP/2" },
  HF_HTTP2_GOAWAY: {
    number: 1610,
    rule: "neverSent",
    says: "the server left without beginning it",
  },
  HF_HTTP2_STREAM: { number: 1630, rule: "connectionLost", says: "the server ended the stream" },
  HF_HTTP2_REFUSED: { number: 1638, rule: "neverSent", says: "the server refused the stream" },
  HF_HTTP2_CONNECTION: { number: 1650, rule: "malformed", says: "the server broke HTTP/2's rules" },

  HF_ANSWER_ENCODING: { number: 1701, rule: "malformed", says: "the body cannot be decoded" },
  HF_ANSWER_STATUS_LINE: { number: 1710, rule: "malformed", says: "malformed status line" },
  HF_ANSWER_HEADER: { number: 1711, rule: "malformed", says: "malformed header" },
  HF_ANSWER_HEAD_SIZE: { number: 1712, rule: "malformed", says: "headers too large" },
  HF_ANSWER_FRAMING: { number: 1713, rule: "malformed", says: "unusable body length" },
  HF_ANSWER_CHUNK: { number: 1714, rule: "malformed", says: "malformed chunk" },
  HF_ANSWER_INTERIM: { number: 1715, rule: "malformed", says: "too many interim answers" },
  HF_ANSWER_CUT: { number: 1720, rule: "connectionLost", says: "the answer was cut off" },
  HF_ANSWER_SIZE: { number: 1721, rule: "connectionLost", says: "body too large" },
  HF_REDIRECT_LOCATION: { number: 1730, rule: "malformed", says: "unusable redirect" },

  HF_WS_STATUS: { number: 1800, rule: "neverSent", says: "the server refused the WebSocket" },
  HF_WS_HANDSHAKE: { number: 1801, rule: "neverSent", says: "no WebSocket handshake" },
  HF_WS_TIMEOUT: { number: 1802, rule: "neverSent", says: "no WebSocket handshake in time" },
  HF_WS_NOT_OPEN: { number: 1803, rule: "neverSent", says: "the WebSocket is not open" },
  HF_WS_FRAME: { number: 1810, rule: "malformed", says: "malformed frame" },
  HF_WS_UTF8: { number: 1811, rule: "malformed", says: "text that is no UTF-8" },
  HF_WS_UNPACK: { number: 1812, rule: "malformed", says: "the message cannot be unpacked" },
  HF_WS_SIZE: { number: 1813, rule: "connectionLost", says: "message too large" },
  HF_WS_CUT: { number: 1820, rule: "connectionLost", says: "the WebSocket ended without farewell" },
  HF_WS_UNREAD: { number: 1830, rule: "connectionLost", says: "too many messages lie unread" },
  HF_WS_SEND_FULL: { number: 1831, rule: "connectionLost", says: "too much waits to be sent" },

  HF_IO_HANDSHAKE: { number: 1850, rule: "neverSent", says: "no Engine.IO handshake" },
  HF_IO_REFUSED: { number: 1851, rule: "neverSent", says: "the server refused the namespace" },
  HF_IO_TIMEOUT: { number: 1852, rule: "neverSent", says: "no answer from the namespace in time" },
  HF_IO_PACKET: { number: 1860, rule: "malformed", says: "malformed packet" },
  HF_IO_HEARTBEAT: {
    number: 1861,
    rule: "connectionLost",
    says: "no ping from the server in time",
  },
  HF_IO_CLOSED: { number: 1862, rule: "connectionLost", says: "the server closed the connection" },

  HF_SSE_STATUS: { number: 1870, rule: "neverSent", says: "the server refused the event stream" },
  HF_SSE_TYPE: { number: 1871, rule: "malformed", says: "not an event stream" },
  HF_SSE_SIZE: { number: 1872, rule: "connectionLost", says: "event too large" },
} as const;

export type FailureCode = keyof typeof FAILURES;

/** A failure with its particulars: `connection refused: http://127.0.0.1:1`. */
export class Failure implements HttpFailure {
  readonly code: FailureCode;
  readonly message: string;

  constructor(code: FailureCode, particulars = "") {
    this.code = code;
    const { says } = FAILURES[code];
    this.message = particulars === "" ? says : `${says}: ${particulars}`;
  }

  get number(): number {
    return FAILURES[this.code].number;
  }

  get definite(): boolean {
    return FAILURES[this.code].rule === "neverSent";
  }

  /** Code in OUTCOME_RULES. */
  get rule(): number {
    return RULE[FAILURES[this.code].rule];
  }
}
