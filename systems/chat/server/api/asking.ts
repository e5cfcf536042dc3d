/** What every group of routes is given, and what each reads first: who asks, and of what. */
import type { FastifyRequest } from "fastify";
import { RequestProblem } from "../../../http/request-problem.ts";
import type { Conversation } from "../conversation.ts";
import type { FileDesk } from "../files/file-desk.ts";
import type { Fanout } from "../gateway/fanout.ts";
import { Input } from "../input.ts";
import type { Metrics } from "../metrics.ts";
import type { ChatParts } from "../parts/parts.ts";
import type { Sessions } from "../sessions.ts";

export interface ApiOptions {
  readonly partsName: string;
  readonly parts: ChatParts;
  readonly sessions: Sessions;
  readonly conversation: Conversation;
  readonly fanout: Fanout;
  readonly files: FileDesk;
  readonly metrics: Metrics;
  /** Clients connected by socket, now. */
  readonly sockets: () => number;
  /** Takes what goes wrong that is not a caller's fault. */
  readonly log: (line: string) => void;
}

/** The user who asks, by his token. Throws 401. */
export function userOf({ headers }: FastifyRequest, sessions: Sessions): number {
  const userId = sessions.userOf(/^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1]);
  if (userId !== undefined) return userId;
  throw new RequestProblem(401, "unauthorized", "authorization must be `Bearer` and a valid token");
}

/** The id in the path. */
export function idOf(params: unknown): number {
  const input = new Input(params);
  const id = input.id("id");
  input.done();
  return id;
}
