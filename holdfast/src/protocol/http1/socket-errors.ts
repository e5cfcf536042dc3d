/** From the words of node:net, node:tls and the kernel to the rows of the failure table. */
import { Failure, type FailureCode } from "./failures.ts";

const OPENING: Readonly<Record<string, FailureCode>> = {
  ECONNREFUSED: "HF_TCP_REFUSED",
  ETIMEDOUT: "HF_TCP_TIMEOUT",
  EMFILE: "HF_TCP_LIMIT",
  ENFILE: "HF_TCP_LIMIT",
  EADDRNOTAVAIL: "HF_TCP_LIMIT",
  EADDRINUSE: "HF_TCP_LIMIT",
  ENOBUFS: "HF_TCP_LIMIT",
  ENOMEM: "HF_TCP_LIMIT",
  ENOTFOUND: "HF_DNS_NOT_FOUND",
  ENODATA: "HF_DNS_NOT_FOUND",
  CERT_HAS_EXPIRED: "HF_TLS_EXPIRED",
  CERT_NOT_YET_VALID: "HF_TLS_EXPIRED",
  ERR_TLS_CERT_ALTNAME_INVALID: "HF_TLS_HOSTNAME",
  DEPTH_ZERO_SELF_SIGNED_CERT: "HF_TLS_UNTRUSTED",
  SELF_SIGNED_CERT_IN_CHAIN: "HF_TLS_UNTRUSTED",
  UNABLE_TO_GET_ISSUER_CERT: "HF_TLS_UNTRUSTED",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "HF_TLS_UNTRUSTED",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "HF_TLS_UNTRUSTED",
};

const BY_PHASE = { dns: "HF_DNS", tcp: "HF_TCP", tls: "HF_TLS" } as const;

/** No byte of the request was sent: always definite. */
export function openingFailure(
  error: NodeJS.ErrnoException,
  phase: keyof typeof BY_PHASE,
  origin: string,
): Failure {
  const code = OPENING[error.code ?? ""] ?? BY_PHASE[phase];
  return new Failure(code, `${origin}: ${error.message}`);
}

/** The connection broke while a request was on it: never definite. */
export function brokenFailure(error: NodeJS.ErrnoException, origin: string): Failure {
  const particulars = `${origin}: ${error.message}`;
  if (error.code === "ECONNRESET") return new Failure("HF_TCP_RESET", particulars);
  if (error.code === "EPIPE") return new Failure("HF_TCP_BROKEN_PIPE", particulars);
  const tls = error.code?.startsWith("ERR_SSL") === true || error.code === "EPROTO";
  return new Failure(tls ? "HF_TLS_BROKEN" : "HF_TCP_RESET", particulars);
}
