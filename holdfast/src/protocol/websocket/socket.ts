/** An author's socket: what is on the wire becomes messages, waits and operations of the history. */
import type { Buffer } from "node:buffer";
import type { Duration } from "../../base/units.ts";
import type { OperationStart } from "../../record/operation.ts";
import { RULE } from "../../record/outcome.ts";
import type { Value } from "../../record/value.ts";
import { Failure } from "../http1/failures.ts";
import type {
  WebSocketAsk,
  WebSocketConnection,
  WebSocketData,
  WebSocketMessage,
  WebSocketOptions,
  WebSocketSend,
} from "../websocket.ts";
import { checkFarewell, CLOSE_CODE } from "./close-codes.ts";
import { Connection, type ConnectionOptions, type ConnectionUser } from "./connection.ts";
import type { Belongings } from "./belongings.ts";
import { ANSWER_TIMEOUT_NS, CLOSE_TIMEOUT_NS } from "./limits.ts";
import { Mailbox } from "./mailbox.ts";
import { Message } from "./message.ts";
import { misuse } from "./misuse.ts";
import { answered, began, endedBy, isCutOff, received } from "./operation-record.ts";
import { spanOf } from "./settings.ts";

/** What a socket needs to know besides what the wire does. */
export interface SocketOptions {
  readonly unread: "close" | "drop";
  readonly idOf: WebSocketOptions["idOf"];
  /** Of its virtual user: told when it has ended, and nobody need close it any more. */
  readonly belongings: Belongings;
}

const SENT: Promise<boolean> = Promise.resolve(true);
const NOT_SENT: Promise<boolean> = Promise.resolve(false);
export class AuthorSocket implements WebSocketConnection, ConnectionUser {
  readonly #unread: "close" | "drop";
  readonly #idOf: WebSocketOptions["idOf"];
  readonly #belongings: Belongings;
  readonly #connection: Connection;
  /** Most sockets have a handler instead. */
  #mailbox: Mailbox<Message> | undefined;
  #handler: ((message: WebSocketMessage) => void) | undefined;
  #opened: ((socket: AuthorSocket) => void) | undefined;

  /** `opened`: called once it is open, or will never be. */
  constructor(
    target: ConnectionOptions,
    options: SocketOptions,
    opened: (socket: AuthorSocket) => void,
  ) {
    this.#unread = options.unread;
    this.#idOf = options.idOf;
    this.#belongings = options.belongings;
    this.#opened = opened;
    this.#connection = new Connection(target, this);
  }

  get isOpen(): boolean {
    return this.#connection.state === "open";
  }

  get error(): Failure | undefined {
    return this.#connection.error;
  }

  get status(): number {
    return this.#connection.status;
  }

  get protocol(): string {
    return this.#connection.protocol;
  }

  get closeCode(): number {
    return this.#connection.closeCode;
  }

  get closeReason(): string {
    return this.#connection.closeReason;
  }

  send(data: WebSocketData, options?: WebSocketSend): Promise<boolean> {
    const content = contentOf(data);
    const slot = began(
      this.#connection.hub,
      this.#connection.actor,
      options?.operation,
      options?.id,
    );
    const sent = this.#write(content);
    this.#endedBy(slot, sent ? RULE.unanswered : RULE.neverSent);
    if (!sent) return NOT_SENT;
    const connection = this.#connection;
    return connection.isFull ? connection.drained().then(isTrue) : SENT;
  }

  async ask(data: WebSocketData, options: WebSocketAsk): Promise<Message | undefined> {
    const { answer, operation, outcome } = options;
    if (typeof answer !== "function") {
      throw misuse("ws ask", "options.answer", "a function of a message", answer);
    }
    const withinNs = spanOf(options.within, "ws ask", ANSWER_TIMEOUT_NS);
    const content = contentOf(data);
    const askedNs = this.#nowNs();
    const slot = began(this.#connection.hub, this.#connection.actor, operation, options.id);
    if (!this.#write(content)) {
      this.#endedBy(slot, RULE.neverSent);
      return undefined;
    }
    const message = await this.#letters.wait(answer, askedNs + withinNs);
    if (message === undefined) {
      this.#endedBy(slot, this.#silenceRule());
      return undefined;
    }
    answered(this.#connection.hub, this.#connection.actor, slot, operation, message, outcome);
    this.#connection.hub.answeredIn(
      this.#connection.series,
      this.#connection.actor,
      message.receivedNs - askedNs,
    );
    return message;
  }

  next(options?: { within?: Duration }): Promise<Message | undefined> {
    return this.#wait(anything, spanOf(options?.within, "ws next", Number.POSITIVE_INFINITY));
  }

  expect(
    fits: (message: WebSocketMessage) => boolean,
    options?: { within?: Duration },
  ): Promise<Message | undefined> {
    if (typeof fits !== "function")
      throw misuse("ws expect", "fits", "a function of a message", fits);
    const withinNs = spanOf(options?.within, "ws expect", ANSWER_TIMEOUT_NS);
    return this.#wait(fits, withinNs);
  }

  onMessage(take: (message: WebSocketMessage) => void): void {
    if (typeof take !== "function") throw misuse("ws onMessage", "take", "a function", take);
    this.#handler = take;
    for (let old; (old = this.#mailbox?.take()) !== undefined;) this.#handle(old);
  }

  record(message: WebSocketMessage, start: OperationStart, result?: Value): void {
    received(this.#connection.hub, this.#connection.actor, message, start, result);
  }

  ping(): Promise<number | undefined> {
    return this.#connection.ping();
  }

  async close(code: number = CLOSE_CODE.normal, reason: string = ""): Promise<void> {
    checkFarewell(code, reason);
    await this.#connection.close(code, reason, CLOSE_TIMEOUT_NS);
  }

  /** The same because its virtual user goes on without it: nobody waits for long. */
  leave(code: number, timeoutNs: number): Promise<void> {
    return this.#connection.close(code, "", timeoutNs);
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Message> {
    for (let message; (message = await this.next()) !== undefined;) yield message;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  // What the connection tells.

  opened(): void {
    this.#opened?.(this);
    this.#opened = undefined;
  }

  /** HOT. */
  message(data: string | Buffer, receivedNs: number): void {
    const message = new Message(data, receivedNs);
    const idOf = this.#idOf;
    if (idOf !== undefined) this.#time(idOf, message);
    if (this.#handler !== undefined) this.#handle(message);
    if (this.#mailbox?.offer(message) === true || this.#handler !== undefined) return;
    this.#letters.keep(message, () => this.#overflow());
  }

  ended(): void {
    this.#mailbox?.end();
    this.opened();
    this.#belongings.delete(this);
  }

  #wait(
    fits: (message: WebSocketMessage) => boolean,
    withinNs: number,
  ): Promise<Message | undefined> {
    for (let old; (old = this.#mailbox?.take()) !== undefined;) {
      if (fits(old)) return Promise.resolve(old);
    }
    if (!this.isOpen) return Promise.resolve(undefined);
    return this.#letters.wait(fits, this.#nowNs() + withinNs);
  }

  #write(content: string | Uint8Array): boolean {
    const connection = this.#connection;
    return typeof content === "string"
      ? connection.sendText(content)
      : connection.sendBytes(content);
  }

  #endedBy(slot: number, rule: number): void {
    endedBy(this.#connection.hub, this.#connection.actor, slot, rule);
  }

  /** Why no answer came. */
  #silenceRule(): number {
    if (isCutOff(this.#connection.actor)) return RULE.runEnded;
    const { error } = this.#connection;
    if (error !== undefined) return error.rule;
    return this.isOpen ? RULE.timeout : RULE.connectionLost;
  }

  /** HOT. */
  #time(idOf: NonNullable<WebSocketOptions["idOf"]>, message: Message): void {
    let id: string | undefined;
    try {
      id = idOf(message);
    } catch (error) {
      this.#connection.actor.threw?.(error);
    }
    if (id !== undefined)
      this.#connection.hub.received(
        this.#connection.series,
        this.#connection.actor,
        id,
        message.receivedNs,
      );
  }

  /** HOT. An author's function is called from the event loop here: what it throws has nowhere else to go. */
  #handle(message: Message): void {
    try {
      this.#handler?.(message);
    } catch (error) {
      this.#connection.actor.threw?.(error);
    }
  }

  #overflow(): void {
    if (this.#unread === "close") {
      this.#connection.fail(new Failure("HF_WS_UNREAD", HOW_TO_READ));
      return;
    }
    while (this.#letters.isOverfull) {
      this.#letters.take();
      this.#connection.hub.dropped(this.#connection.series, this.#connection.actor);
    }
  }

  get #letters(): Mailbox<Message> {
    return (this.#mailbox ??= new Mailbox(this.#connection.shared));
  }

  #nowNs(): number {
    return this.#connection.hub.recorder.clock.nowNs();
  }
}

const HOW_TO_READ = 'read them by for await, expect or onMessage, or connect with unread: "drop"';

/** What goes on the wire. Throws a TypeError for what cannot be sent. */
function contentOf(data: WebSocketData): string | Uint8Array {
  if (typeof data === "string" || data instanceof Uint8Array) return data;
  const json = typeof data === "object" ? JSON.stringify(data) : undefined;
  if (json === undefined)
    throw misuse("ws send", "data", "text, bytes or an object for JSON", data);
  return json;
}

function isTrue(): boolean {
  return true;
}

function anything(): boolean {
  return true;
}
