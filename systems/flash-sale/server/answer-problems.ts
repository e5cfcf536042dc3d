/** Whatever goes wrong becomes one JSON body that says what was expected. */
import type { FastifyError, FastifyInstance } from "fastify";
import { BODY_BYTES_MAX, ERRORS_TOLD_MAX } from "./limits.ts";
import { RequestProblem } from "./input.ts";

/** Fastify's own refusals, in our words. Those not named here are no fault of the caller's. */
const REFUSALS: Readonly<Record<string, { status: number; message: string }>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: {
    status: 400,
    message: "the body must be JSON, got something else",
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: { status: 400, message: "the body must be JSON, got nothing" },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { status: 400, message: "content-type must be application/json" },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    message: "content-length must be the body's length",
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    message: `the body must be at most ${BODY_BYTES_MAX} bytes`,
  },
};

/**
 * `routes` is what a 404 names. An error that is not the caller's is told to `log`, each message once: when a part is
 * away, every request would say the same.
 */
export function answerProblems(
  app: FastifyInstance,
  routes: string,
  log: (line: string) => void,
): void {
  const told = new Set<string>();
  const tell = ({ message, stack }: Error): void => {
    if (told.has(message) || told.size >= ERRORS_TOLD_MAX) return;
    told.add(message);
    log(stack ?? message);
  };
  app.setErrorHandler<FastifyError | RequestProblem>((error, _request, reply) => {
    if (error instanceof RequestProblem) {
      return reply.code(error.status).send({ answer: error.code, message: error.message });
    }
    const refusal = REFUSALS[error.code];
    if (refusal !== undefined) {
      return reply.code(refusal.status).send({ answer: "bad-request", message: refusal.message });
    }
    tell(error);
    return reply.code(503).header("retry-after", "1").send({
      answer: "error",
      message: "a part of this server is away; the order may or may not stand",
    });
  });
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({
      answer: "unknown-route",
      message: `expected one of ${routes}, got ${request.method} ${request.url}`,
    }),
  );
}
