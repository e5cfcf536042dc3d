/** Whatever goes wrong becomes one JSON body that says what was expected. */
import type { FastifyError, FastifyInstance } from "fastify";
import { ERRORS_TOLD_MAX } from "./limits.ts";
import { RequestProblem } from "./request-problem.ts";

export interface ProblemOptions {
  /** What a 404 names: `GET /health, …`. */
  readonly routes: string;
  /** What a 503 says of the effect of a request that has one: `the order may or may not stand`. A GET has none. */
  readonly inDoubt: string;
  readonly bodyBytesMax: number;
  /** Takes an error that is not the caller's, each message once: when a part is away, every request would say the same. */
  readonly log: (line: string) => void;
}

export function answerProblems(app: FastifyInstance, options: ProblemOptions): void {
  const { routes, inDoubt, log } = options;
  const refusals = refusalsOf(options);
  const told = new Set<string>();
  const tell = ({ message, stack }: Error): void => {
    if (told.has(message) || told.size >= ERRORS_TOLD_MAX) return;
    told.add(message);
    log(stack ?? message);
  };
  app.setErrorHandler<FastifyError | RequestProblem>((error, request, reply) => {
    if (error instanceof RequestProblem) {
      return reply.code(error.status).send({ answer: error.code, message: error.message });
    }
    const refusal = refusals[error.code];
    if (refusal !== undefined) {
      return reply.code(refusal.status).send({ answer: "bad-request", message: refusal.message });
    }
    tell(error);
    const consequence = request.method === "GET" ? "ask again" : inDoubt;
    return reply
      .code(503)
      .header("retry-after", "1")
      .send({ answer: "error", message: `a part of this server is away; ${consequence}` });
  });
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({
      answer: "unknown-route",
      message: `expected one of ${routes}, got ${request.method} ${request.url}`,
    }),
  );
}

/** Fastify's own refusals, in our words. Those not named here are no fault of the caller's. */
function refusalsOf({
  bodyBytesMax,
}: ProblemOptions): Readonly<Record<string, { status: number; message: string }>> {
  return {
    FST_ERR_CTP_INVALID_JSON_BODY: {
      status: 400,
      message: "the body must be JSON, got something else",
    },
    FST_ERR_CTP_EMPTY_JSON_BODY: { status: 400, message: "the body must be JSON, got nothing" },
    FST_ERR_CTP_INVALID_MEDIA_TYPE: {
      status: 400,
      message: "content-type must be application/json",
    },
    FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
      status: 400,
      message: "content-length must be the body's length",
    },
    FST_ERR_CTP_BODY_TOO_LARGE: {
      status: 413,
      message: `the body must be at most ${bodyBytesMax} bytes`,
    },
  };
}
