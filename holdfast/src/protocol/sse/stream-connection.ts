/** One GET whose answer does not end: dial, ask, read the head, hand on the bytes of the body as they come. */
import type { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { ChunkedBody } from "../http1/chunked-body.ts";
import { cookieLine } from "../http1/compose.ts";
import { Dial } from "../http1/dial.ts";
import type { Expiring } from "../http1/deadlines.ts";
import { Failure } from "../http1/failures.ts";
import type { Head } from "../http1/head.ts";
import { HeadReader } from "../http1/head-reader.ts";
import { headerOf, headerValues } from "../http1/head-text.ts";
import { bodyLines, requestHead } from "../http1/request-head.ts";
import type { Line } from "../http1/routes.ts";
import type { Session } from "../http1/session.ts";
import { brokenFailure } from "../http1/socket-errors.ts";
import { INTERIM_ANSWERS_MAX } from "../websocket/limits.ts";

export interface StreamRequest {
  readonly session: Session;
  readonly line: Line;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly timeoutNs: number;
}

export interface StreamUser {
  /** The head is there, and is a stream's. */
  opened(status: number): void;
  /** HOT. */
  bytes(buffer: Buffer, start: number, end: number): void;
  /** HOT. So many bytes were read. */
  received(bytes: number): void;
  /** Once, unless it was closed. `failure` undefined: the stream came to its end. */
  ended(failure: Failure | undefined, status: number): void;
}

export class StreamConnection implements Expiring {
  deadlineNs: number;
  deadlineIndex = -1;
  readonly #request: StreamRequest;
  readonly #user: StreamUser;
  readonly #dial: Dial;
  #reader: HeadReader | undefined = new HeadReader();
  #answers = 0;
  #socket: Socket | undefined;
  #chunks: ChunkedBody | undefined;
  /** Of a body with a length; Infinity where the end of the connection is its end. */
  #leftBytes = Number.POSITIVE_INFINITY;
  #status = 0;
  #over = false;

  constructor(request: StreamRequest, user: StreamUser) {
    const { session, line, timeoutNs } = request;
    const { family } = session;
    const { shared } = family;
    this.#request = request;
    this.#user = user;
    this.#reader?.begin("head");
    this.deadlineNs = shared.clock.nowNs() + timeoutNs;
    shared.deadlines.add(this);
    this.#dial = new Dial({
      origin: line.route.origin,
      family,
      onRead: (bytes, buffer) => this.#read(bytes, buffer),
      onOpen: (socket) => this.#dialled(socket),
      onFailure: (failure) => this.#end(failure),
    });
  }

  /** Drops it; nobody is told. */
  close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#request.session.family.shared.deadlines.remove(this);
    if (this.#socket === undefined) this.#dial.cancel();
    else this.#socket.removeAllListeners().on("error", ignore).destroy();
  }

  /** The head does not come. */
  expire(): void {
    this.#end(this.#socket === undefined ? this.#dial.late() : new Failure("HF_TIMEOUT_HEADERS"));
  }

  #dialled(socket: Socket): void {
    const { session, line, headers } = this.#request;
    const { url } = line.route;
    this.#socket = socket;
    socket.on("end", () => this.#lost(undefined));
    socket.on("close", () => this.#lost(undefined));
    socket.on("error", (error: NodeJS.ErrnoException) => this.#lost(brokenFailure(error, url)));
    const { defaults } = session.family;
    const parts = {
      line,
      query: "",
      defaults,
      headers,
      typeLine: "",
      crossed: false,
      closes: false,
    };
    const head = requestHead({ ...parts, later: [] }, "GET");
    const wire = head + cookieLine(session, line.route, headers) + bodyLines("GET", undefined);
    socket.write(wire, "latin1");
  }

  /** HOT. */
  #read(bytes: number, buffer: Buffer): boolean {
    this.#user.received(bytes);
    let at = 0;
    while (this.#reader !== undefined && at < bytes && !this.#over) {
      at = this.#readHead(this.#reader, buffer, at, bytes);
    }
    if (this.#chunks !== undefined) this.#readChunks(this.#chunks, buffer, at, bytes);
    else if (at < bytes && !this.#over) this.#readPlain(buffer, at, bytes);
    return !this.#over;
  }

  #readHead(reader: HeadReader, buffer: Buffer, start: number, end: number): number {
    const at = reader.read(buffer, start, end);
    if (reader.failure !== undefined) this.#end(reader.failure);
    else if (reader.done) {
      const head = reader.take(buffer);
      if (head.status >= 200) this.#answered(head);
      else if (++this.#answers > INTERIM_ANSWERS_MAX) this.#end(new Failure("HF_ANSWER_INTERIM"));
      else reader.begin("head");
    }
    return at;
  }

  #answered(head: Head): void {
    const { session, line } = this.#request;
    const { origin, path } = line.route;
    const { text, status } = head;
    this.#reader = undefined;
    this.#status = status;
    if (head.hasCookies) {
      session.keepCookies(headerValues(text, "set-cookie"), origin, path, headerOf(text, "date"));
    }
    if (status === 204) return this.#end(undefined);
    if (status !== 200) return this.#end(new Failure("HF_SSE_STATUS", `status ${status}`));
    const type = headerOf(text, "content-type") ?? "";
    if (!/^text\/event-stream\s*(?:;|$)/i.test(type)) {
      return this.#end(new Failure("HF_SSE_TYPE", type === "" ? "no content-type" : type));
    }
    if (head.hasContentEncoding) {
      return this.#end(new Failure("HF_ANSWER_ENCODING", "nobody asked for one"));
    }
    if (head.chunked) {
      this.#chunks = new ChunkedBody();
      this.#chunks.begin();
    } else if (head.contentLength >= 0) this.#leftBytes = head.contentLength;
    session.family.shared.deadlines.remove(this);
    this.#user.opened(status);
  }

  #readPlain(buffer: Buffer, start: number, end: number): void {
    const to = Math.min(end, start + this.#leftBytes);
    this.#leftBytes -= to - start;
    this.#user.bytes(buffer, start, to);
    if (this.#leftBytes === 0) this.#end(undefined);
  }

  #readChunks(chunks: ChunkedBody, buffer: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end && !this.#over) {
      at = chunks.read(buffer, at, end);
      if (chunks.failure !== undefined) return this.#end(chunks.failure);
      if (chunks.last) return this.#end(undefined);
      const to = Math.min(end, at + chunks.available);
      if (to === at) continue;
      this.#user.bytes(buffer, at, to);
      chunks.taken(to - at);
      at = to;
    }
  }

  #lost(failure: Failure | undefined): void {
    if (failure !== undefined) return this.#end(failure);
    const whole = this.#reader === undefined && this.#leftBytes === Number.POSITIVE_INFINITY;
    if (whole && this.#chunks === undefined) this.#end(undefined);
    else this.#end(new Failure(this.#status === 0 ? "HF_TCP_CLOSED" : "HF_ANSWER_CUT"));
  }

  #end(failure: Failure | undefined): void {
    if (this.#over) return;
    this.close();
    this.#user.ended(failure, this.#status);
  }
}

function ignore(): void {}
