/** The refusals that are said in more than one place: over HTTP a status, over a socket an answer that is not ok. */
import { RequestProblem } from "../../http/request-problem.ts";

export function noChannel(id: number): RequestProblem {
  return unknown("channel", "one that exists", id);
}

export function unknown(what: string, expected: string, id: number): RequestProblem {
  return new RequestProblem(404, `unknown-${what}`, `${what} must be ${expected}, got ${id}`);
}

export function forbidden(message: string): RequestProblem {
  return new RequestProblem(403, "forbidden", message);
}
