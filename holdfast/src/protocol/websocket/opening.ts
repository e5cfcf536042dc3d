/** From a URL to an open WebSocket: dial, ask for the upgrade, read the answer. Gone once that is done. */
import type { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { cookieLine } from "../http1/compose.ts";
import { Dial } from "../http1/dial.ts";
import { Failure } from "../http1/failures.ts";
import { headerOf, headerValues } from "../http1/head-text.ts";
import type { Head } from "../http1/head.ts";
import { HeadReader } from "../http1/head-reader.ts";
import { requestHead } from "../http1/request-head.ts";
import type { Line } from "../http1/routes.ts";
import type { Session } from "../http1/session.ts";
import type { WebSocketOptions } from "../websocket.ts";
import { type Agreement, type Compress, newKey, readAnswer, upgradeLines } from "./handshake.ts";
import { INTERIM_ANSWERS_MAX } from "./limits.ts";

/** What is asked for, checked already. */
export interface OpeningRequest {
  /** Whose cookies, TLS settings and addresses these are. */
  readonly session: Session;
  readonly line: Line;
  readonly headers: WebSocketOptions["headers"];
  readonly protocols: readonly string[];
  readonly compress: Compress;
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

export class Opening {
  readonly #request: OpeningRequest;
  readonly #user: OpeningUser;
  readonly #key: string;
  readonly #reader = new HeadReader();
  readonly #dial: Dial;
  #hasSocket = false;
  #answers = 0;
  #over = false;

  constructor(request: OpeningRequest, user: OpeningUser) {
    const { session, line } = request;
    const { shared, tls } = session.family;
    this.#request = request;
    this.#user = user;
    this.#key = newKey(shared.random);
    this.#reader.begin("head");
    this.#dial = new Dial({
      origin: line.route.origin,
      clock: shared.clock,
      addresses: shared.addresses,
      readBuffer: shared.readBuffer.bytes,
      tls,
      onRead: readBy(user),
      onOpen: (socket) => this.#dialled(socket),
      onFailure: (failure) => this.#fail(failure, 0),
    });
  }

  /** Part of the answer has come; gives where the server's first frames begin, if it was all of it. */
  read(bytes: number, buffer: Buffer): number {
    const reader = this.#reader;
    let at = 0;
    while (at < bytes && !this.#over) {
      at = reader.read(buffer, at, bytes);
      if (reader.failure !== undefined) this.#fail(reader.failure, 0);
      else if (reader.done) this.#haveHead(reader.take(buffer));
    }
    return at;
  }

  #haveHead(head: Head): void {
    const interim = head.status < 200 && head.status !== 101;
    if (!interim) return this.#answered(head);
    this.#answers += 1;
    if (this.#answers > INTERIM_ANSWERS_MAX) {
      return this.#fail(new Failure("HF_ANSWER_INTERIM"), head.status);
    }
    this.#reader.begin("head");
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

  #dialled(socket: Socket): void {
    const { session, line, headers, protocols, compress } = this.#request;
    const { family } = session;
    this.#hasSocket = true;
    this.#user.dialled(socket);
    const parts = {
      line,
      query: "",
      defaults: family.defaults,
      headers,
      typeLine: "",
      crossed: false,
      later: [],
      closes: false,
    };
    const wire =
      requestHead(parts, "GET") +
      cookieLine(session, line.route, headers) +
      upgradeLines(this.#key, protocols, compress);
    socket.write(wire, "latin1");
    this.#user.written(wire.length);
  }

  #answered(head: Head): void {
    const { session, line, protocols, compress } = this.#request;
    if (head.hasCookies) {
      const { origin, path } = line.route;
      const lines = headerValues(head.text, "set-cookie");
      session.keepCookies(lines, origin, path, headerOf(head.text, "date"));
    }
    const agreement = readAnswer(head, this.#key, protocols, compress);
    if (agreement instanceof Failure) return this.#fail(agreement, head.status);
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

/** Made where nothing else is in sight: the socket keeps it for good, and the opening shall be forgotten. */
function readBy(user: OpeningUser): (bytes: number, buffer: Buffer) => boolean {
  return (bytes, buffer) => user.read(bytes, buffer);
}
