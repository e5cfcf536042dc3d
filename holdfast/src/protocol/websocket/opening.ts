/** From a URL to an open WebSocket: dial, ask for the upgrade, read the answer. Gone once that is done. */
import type { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { cookieLine } from "../http1/compose.ts";
import type { ClientFamily } from "../http1/client-family.ts";
import { Dial, type DialOptions } from "../http1/dial.ts";
import { Failure } from "../http1/failures.ts";
import { headerOf, headerValues } from "../http1/head-text.ts";
import type { Head } from "../http1/head.ts";
import { HeadReader } from "../http1/head-reader.ts";
import type { Origin } from "../http1/origin.ts";
import { requestHead } from "../http1/request-head.ts";
import type { Line } from "../http1/routes.ts";
import type { Session } from "../http1/session.ts";
import type { WebSocketOptions } from "../websocket.ts";
import type { AnswerMemo } from "./answer-memo.ts";
import {
  acceptOf,
  type Agreement,
  type Compress,
  newKey,
  offerLines,
  readAnswer,
  upgradeLines,
} from "./handshake.ts";
import { INTERIM_ANSWERS_MAX } from "./limits.ts";

/** What is asked for, checked already. */
export interface OpeningRequest {
  /** Whose cookies, TLS settings and addresses these are. */
  readonly session: Session;
  readonly line: Line;
  readonly headers: WebSocketOptions["headers"];
  readonly protocols: readonly string[];
  readonly compress: Compress;
  readonly answers: AnswerMemo;
}

export interface OpeningUser {
  /** HOT. Every read of the socket, from the first to the last. False pauses it. */
  read(bytes: number, buffer: Buffer): boolean;
  /** There is a socket: from here on its end is told by `lost`. */
  dialled(socket: Socket): void;
  accepted(agreement: Agreement): void;
  /** `status`: of the answer, 0 without one. */
  refused(failure: Failure, status: number): void;
  /** So many bytes were sent. */
  written(bytes: number): void;
}

export class Opening implements DialOptions {
  readonly #request: OpeningRequest;
  readonly #user: OpeningUser;
  readonly #key: string;
  readonly #offer: string;
  readonly #dial: Dial;
  /** Of an answer that is not the one from before. */
  #reader: HeadReader | undefined;
  #hasSocket = false;
  #answers = 0;
  #over = false;

  constructor(request: OpeningRequest, user: OpeningUser) {
    this.#request = request;
    this.#user = user;
    this.#key = newKey(request.session.family.shared.random);
    this.#offer = offerLines(request.protocols, request.compress);
    this.#dial = new Dial(this);
  }

  // What the dial asks for.

  get origin(): Origin {
    return this.#request.line.route.origin;
  }

  get family(): ClientFamily {
    return this.#request.session.family;
  }

  get onRead(): (bytes: number, buffer: Buffer) => boolean {
    return readBy(this.#user);
  }

  onOpen(socket: Socket): void {
    this.#hasSocket = true;
    this.#user.dialled(socket);
    const wire = this.#wire();
    socket.write(wire, "latin1");
    this.#user.written(wire.length);
  }

  onFailure(failure: Failure): void {
    this.#fail(failure, 0);
  }

  /** Part of the answer has come; gives where the server's first frames begin, if it was all of it. */
  read(bytes: number, buffer: Buffer): number {
    if (this.#reader === undefined) {
      const { answers } = this.#request;
      const size = answers.match(buffer, bytes, this.#offer, acceptOf(this.#key));
      if (size > 0) {
        this.#accept(answers.agreement as Agreement);
        return size;
      }
    }
    const reader = (this.#reader ??= new HeadReader());
    let at = 0;
    while (at < bytes && !this.#over) {
      at = reader.read(buffer, at, bytes);
      if (reader.failure !== undefined) this.#fail(reader.failure, 0);
      else if (reader.done) this.#haveHead(reader.take(buffer), reader);
    }
    return at;
  }

  #haveHead(head: Head, reader: HeadReader): void {
    const interim = head.status < 200 && head.status !== 101;
    if (!interim) return this.#answered(head);
    this.#answers += 1;
    if (this.#answers > INTERIM_ANSWERS_MAX) {
      return this.#fail(new Failure("HF_ANSWER_INTERIM"), head.status);
    }
    reader.begin("head");
  }

  late(): void {
    this.#fail(this.#hasSocket ? new Failure("HF_WS_TIMEOUT") : this.#dial.late(), 0);
  }

  /** The socket has ended, or broken. */
  lost(error: Error | undefined): void {
    const { url } = this.#request.line.route;
    this.#fail(new Failure("HF_TCP_CLOSED", error?.message ?? url), 0);
  }

  cancel(failure: Failure): void {
    this.#fail(failure, 0);
  }

  /** The whole request. */
  #wire(): string {
    const { session, line, headers } = this.#request;
    const parts = {
      line,
      query: "",
      defaults: session.family.defaults,
      headers,
      typeLine: "",
      crossed: false,
      later: NO_NAMES,
      closes: false,
    };
    const head = requestHead(parts, "GET");
    return head + cookieLine(session, line.route, headers) + upgradeLines(this.#key, this.#offer);
  }

  #answered(head: Head): void {
    const { session, line, protocols, compress, answers } = this.#request;
    if (head.hasCookies) {
      const { origin, path } = line.route;
      const lines = headerValues(head.text, "set-cookie");
      session.keepCookies(lines, origin, path, headerOf(head.text, "date"));
    }
    const proof = acceptOf(this.#key);
    const agreement = readAnswer(head, proof, protocols, compress);
    if (agreement instanceof Failure) return this.#fail(agreement, head.status);
    answers.keep(head, this.#offer, proof, agreement);
    this.#accept(agreement);
  }

  #accept(agreement: Agreement): void {
    this.#over = true;
    this.#user.accepted(agreement);
  }

  #fail(failure: Failure, status: number): void {
    if (this.#over) return;
    this.#over = true;
    if (!this.#hasSocket) this.#dial.cancel();
    this.#user.refused(failure, status);
  }
}

const NO_NAMES: readonly string[] = Object.freeze([]);

/** Made where nothing else is in sight: the socket keeps it for good, and the opening shall be forgotten. */
function readBy(user: OpeningUser): (bytes: number, buffer: Buffer) => boolean {
  return (bytes, buffer) => user.read(bytes, buffer);
}
