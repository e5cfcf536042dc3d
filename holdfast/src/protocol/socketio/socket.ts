/** An author's namespace: packets become events, waits, acknowledgements and operations of the history. */
import { type Duration, NS_PER_MS } from "../../base/units.ts";
import type { OperationStart } from "../../record/operation.ts";
import { RULE } from "../../record/outcome.ts";
import type { Actor } from "../../record/recorder.ts";
import type { Value } from "../../record/value.ts";
import type { Expiring } from "../http1/deadlines.ts";
import { Failure } from "../http1/failures.ts";
import type { Shared } from "../http1/shared.ts";
import type {
  SocketIoAsk,
  SocketIoConnection,
  SocketIoEmit,
  SocketIoEvent,
  SocketIoOptions,
} from "../socketio.ts";
import { countsConnections, type Hub } from "../websocket/hub.ts";
import { ANSWER_TIMEOUT_NS } from "../websocket/limits.ts";
import { Mailbox } from "../websocket/mailbox.ts";
import { misuse } from "../websocket/misuse.ts";
import { answered, began, endedBy, isCutOff, received } from "../websocket/operation-record.ts";
import { spanOf } from "../websocket/settings.ts";
import { Asked } from "./asked.ts";
import { Answer, Event } from "./event.ts";
import { Handlers } from "./handlers.ts";
import { EARLY_EVENTS_MAX, NAMESPACES_MAX } from "./limits.ts";
import { type Encoded, encode, PACKET, type Packet } from "./packet.ts";
import type { Namespace, Session } from "./session.ts";
import { checkAuth } from "./settings.ts";

/** What all namespaces over one connection share. */
export interface IoOptions {
  readonly session: Session;
  readonly unread: "close" | "drop";
  readonly idOf: SocketIoOptions["idOf"];
}

type Auth = Readonly<Record<string, unknown>> | undefined;

const SENT: Promise<boolean> = Promise.resolve(true);
const NOT_SENT: Promise<boolean> = Promise.resolve(false);

export class IoSocket implements SocketIoConnection, Namespace, Expiring {
  deadlineNs: number = Number.POSITIVE_INFINITY;
  deadlineIndex = -1;
  error: Failure | undefined;
  refusal: { message: string; data?: unknown } | undefined;
  id = "";
  recovered = false;
  readonly namespace: string;
  readonly #options: IoOptions;
  readonly #session: Session;
  readonly #hub: Hub;
  readonly #actor: Actor;
  readonly #shared: Shared;
  readonly #auth: Auth;
  readonly #mailbox: Mailbox<Event>;
  readonly #asked: Asked;
  readonly #startNs: number;
  #state: "connecting" | "open" | "ended" = "connecting";
  #handlers: Handlers | undefined;
  #opened: ((socket: IoSocket) => void) | undefined;
  /** What the server needs to give back what was missed: whose state, and the last event seen. */
  #pid: string | undefined;
  #offset: string | undefined;
  /** Events that came before the word that it is connected: those that a reconnect gives back. */
  #early: (() => void)[] | undefined;

  /** Resolves once it is connected, or will never be. */
  static open(options: IoOptions, namespace: string, auth: Auth): Promise<IoSocket> {
    return new Promise((resolve) => {
      const socket = new IoSocket(options, namespace, auth, resolve);
      if (options.session.isOver) socket.lost(new Failure("HF_WS_NOT_OPEN"), true);
      else options.session.add(namespace, socket);
    });
  }

  private constructor(
    options: IoOptions,
    namespace: string,
    auth: Auth,
    opened: (socket: IoSocket) => void,
  ) {
    const { hub, request } = options.session.options;
    this.#options = options;
    this.#session = options.session;
    this.namespace = namespace;
    this.#auth = auth;
    this.#opened = opened;
    this.#hub = hub;
    this.#actor = request.session.actor;
    this.#shared = request.session.family.shared;
    this.#mailbox = new Mailbox(this.#shared);
    this.#asked = new Asked(this.#shared.deadlines);
    this.#startNs = this.#nowNs();
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  get reconnects(): number {
    return this.#session.reconnects;
  }

  emit(event: string, args: readonly unknown[] = [], options?: SocketIoEmit): Promise<boolean> {
    const encoded = encode(PACKET.event, this.namespace, -1, [checkName(event, "emit"), ...args]);
    const slot = began(this.#hub, this.#actor, options?.operation, options?.id);
    const sent = this.#send(encoded);
    endedBy(this.#hub, this.#actor, slot, sent ? RULE.unanswered : RULE.neverSent);
    if (!sent) return NOT_SENT;
    return this.#session.isFull ? this.#session.drained().then(isTrue) : SENT;
  }

  async ask(
    event: string,
    args: readonly unknown[] = [],
    options: SocketIoAsk = {},
  ): Promise<Answer | undefined> {
    const { operation, id, outcome } = options;
    const withinNs = spanOf(options.within, "io ask", ANSWER_TIMEOUT_NS);
    const number = this.#asked.number();
    const payload = [checkName(event, "ask"), ...args];
    const encoded = encode(PACKET.event, this.namespace, number, payload);
    const askedNs = this.#nowNs();
    const slot = began(this.#hub, this.#actor, operation, id);
    if (number < 0 || !this.#send(encoded)) {
      endedBy(this.#hub, this.#actor, slot, RULE.neverSent);
      return undefined;
    }
    const answer = await this.#asked.wait(number, askedNs + withinNs);
    if (answer === undefined) {
      endedBy(this.#hub, this.#actor, slot, this.#silenceRule(askedNs + withinNs));
      return undefined;
    }
    answered(this.#hub, this.#actor, slot, operation, answer, outcome);
    const { series } = this.#session.options;
    this.#hub.answeredIn(series, this.#actor, answer.receivedNs - askedNs);
    return answer;
  }

  on(event: string, take: (event: SocketIoEvent) => void): void {
    if (typeof take !== "function") throw misuse("io on", "take", "a function", take);
    this.#own.add(checkName(event, "on"), take);
    this.#mailbox.takeAll((old) => old.name === event).forEach((old) => this.#handle(old));
  }

  onReconnect(take: () => void): void {
    if (typeof take !== "function") throw misuse("io onReconnect", "take", "a function", take);
    this.#own.reconnected.push(take);
  }

  next(options?: { within?: Duration }): Promise<Event | undefined> {
    return this.#wait(isTrue, spanOf(options?.within, "io next", Number.POSITIVE_INFINITY));
  }

  expect(
    event: string | ((event: SocketIoEvent) => boolean),
    options?: { within?: Duration },
  ): Promise<Event | undefined> {
    const fits = typeof event === "function" ? event : (one: Event) => one.name === event;
    if (typeof event !== "function") checkName(event, "expect");
    return this.#wait(fits, spanOf(options?.within, "io expect", ANSWER_TIMEOUT_NS));
  }

  record(event: SocketIoEvent, start: OperationStart, result?: Value): void {
    received(this.#hub, this.#actor, event, start, result);
  }

  of(namespace: string, auth?: Auth): Promise<SocketIoConnection> {
    if (typeof namespace !== "string" || !namespace.startsWith("/") || namespace.includes(",")) {
      throw misuse("io of", "namespace", 'a name such as "/chat"', namespace);
    }
    if (this.#session.has(namespace) || this.#session.size >= NAMESPACES_MAX) {
      const expected = `one that is not connected, and one of ${NAMESPACES_MAX} at most`;
      throw misuse("io of", "namespace", expected, namespace);
    }
    return IoSocket.open(this.#options, namespace, checkAuth(auth, "io of"));
  }

  async close(): Promise<void> {
    if (this.#state === "ended") return;
    const last = this.#session.size === 1;
    // Behind its last events a farewell to the namespace would make the server forget those it has not seen to yet;
    // the end of the connection does not.
    if (!last) this.#send(encode(PACKET.disconnect, this.namespace, -1, undefined));
    this.#end(undefined);
    await this.#session.remove(this.namespace);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  // What the session tells.

  engineOpen(): void {
    const resume = this.#pid === undefined ? {} : { pid: this.#pid, offset: this.#offset };
    const asks = this.#auth !== undefined || this.#pid !== undefined;
    const payload = asks ? { ...resume, ...this.#auth } : undefined;
    this.#session.send(encode(PACKET.connect, this.namespace, -1, payload).text, []);
    this.deadlineNs = this.#nowNs() + this.#session.options.timeoutNs;
    this.#shared.deadlines.add(this);
  }

  /** HOT. */
  packet(packet: Packet, receivedNs: number, size: number): void {
    const { type, id, payload } = packet;
    if (type === PACKET.event || type === PACKET.binaryEvent) {
      const args = payload as unknown[];
      if (this.#state === "open") this.#event(args, id, receivedNs, size);
      else this.#postpone(() => this.#event(args, id, receivedNs, size));
    } else if (type === PACKET.ack || type === PACKET.binaryAck) {
      this.#asked.settle(id, new Answer(payload as unknown[], receivedNs));
    } else if (type === PACKET.connect) {
      this.#connected(payload as { sid?: unknown; pid?: unknown }, receivedNs);
    } else if (type === PACKET.connectError) {
      this.#refused(payload as { message?: unknown; data?: unknown });
    } else {
      this.#end(undefined);
      void this.#session.remove(this.namespace);
    }
  }

  lost(failure: Failure | undefined, forGood: boolean): void {
    this.id = "";
    this.#shared.deadlines.remove(this);
    if (forGood) return this.#end(failure);
    this.#state = "connecting";
    this.#early = undefined;
    this.error = failure;
    this.#asked.end();
  }

  /** The server does not say whether it lets us in. */
  expire(): void {
    this.#failToConnect(new Failure("HF_IO_TIMEOUT", this.namespace));
  }

  #connected({ sid, pid }: { sid?: unknown; pid?: unknown }, nowNs: number): void {
    if (this.#state !== "connecting" || typeof sid !== "string") return;
    this.#shared.deadlines.remove(this);
    this.#state = "open";
    this.error = undefined;
    this.id = sid;
    this.recovered = this.#pid !== undefined && pid === this.#pid;
    this.#pid = typeof pid === "string" ? pid : undefined;
    if (this.#opened === undefined) this.#handlers?.tellReconnected(this.#actor);
    else this.#tellConnected(nowNs);
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const take of early) take();
  }

  #tellConnected(nowNs: number): void {
    if (countsConnections(this.#actor)) {
      const { metrics } = this.#hub;
      const { code } = this.#session.options.series;
      metrics.sink.add(metrics.ioConnecting, code, (nowNs - this.#startNs) / NS_PER_MS);
    }
    this.#tellOpened();
  }

  #postpone(take: () => void): void {
    if (this.#state === "ended") return;
    this.#early ??= [];
    this.#early.push(take);
    if (this.#early.length <= EARLY_EVENTS_MAX) return;
    this.#session.fail(new Failure("HF_IO_PACKET", "events before the namespace is connected"));
  }

  #refused({ message, data }: { message?: unknown; data?: unknown }): void {
    const said = typeof message === "string" ? message : "";
    this.refusal = data === undefined ? { message: said } : { message: said, data };
    this.#failToConnect(new Failure("HF_IO_REFUSED", `${this.namespace}: ${said}`));
  }

  #failToConnect(failure: Failure): void {
    this.#hub.failed(this.#session.options.series, this.#actor, failure);
    this.#end(failure);
    void this.#session.remove(this.namespace);
  }

  /** HOT. */
  #event(payload: readonly unknown[], id: number, receivedNs: number, size: number): void {
    const last = payload.at(-1);
    if (this.#pid !== undefined && payload.length > 1 && typeof last === "string") {
      this.#offset = last;
    }
    const acknowledge = id < 0 ? undefined : (args: readonly unknown[]) => this.#answer(id, args);
    const event = new Event(payload, receivedNs, size, acknowledge);
    const { idOf } = this.#options;
    if (idOf !== undefined) this.#time(idOf, event);
    if (this.#handlers !== undefined) this.#handle(event);
    if (this.#mailbox.offer(event) || this.#handlers?.any === true) return;
    this.#mailbox.keep(event, () => this.#overflow());
  }

  #answer(id: number, args: readonly unknown[]): void {
    this.#send(encode(PACKET.ack, this.namespace, id, args));
  }

  #handle(event: Event): void {
    this.#handlers?.handle(event, this.#actor);
  }

  #overflow(): void {
    if (this.#options.unread === "close") {
      return this.#session.fail(new Failure("HF_WS_UNREAD", HOW_TO_READ));
    }
    while (this.#mailbox.isOverfull) {
      this.#mailbox.take();
      this.#hub.dropped(this.#session.options.series, this.#actor);
    }
  }

  /** HOT. */
  #time(idOf: NonNullable<SocketIoOptions["idOf"]>, event: Event): void {
    let id: string | undefined;
    try {
      id = idOf(event);
    } catch (error) {
      this.#actor.threw?.(error);
    }
    const { series } = this.#session.options;
    if (id !== undefined) this.#hub.received(series, this.#actor, id, event.receivedNs);
  }

  #wait(fits: (event: Event) => boolean, withinNs: number): Promise<Event | undefined> {
    for (let old; (old = this.#mailbox.take()) !== undefined;) {
      if (fits(old)) return Promise.resolve(old);
    }
    if (this.#state === "ended") return Promise.resolve(undefined);
    return this.#mailbox.wait(fits, this.#nowNs() + withinNs);
  }

  #send({ text, bytes }: Encoded): boolean {
    return this.#state === "open" && this.#session.send(text, bytes);
  }

  /** Why no answer came. */
  #silenceRule(deadlineNs: number): number {
    if (isCutOff(this.#actor)) return RULE.runEnded;
    return this.#nowNs() >= deadlineNs ? RULE.timeout : (this.error?.rule ?? RULE.connectionLost);
  }

  #end(failure: Failure | undefined): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.error = failure;
    this.id = "";
    this.#shared.deadlines.remove(this);
    this.#asked.end();
    this.#mailbox.end();
    this.#tellOpened();
  }

  #tellOpened(): void {
    this.#opened?.(this);
    this.#opened = undefined;
  }

  get #own(): Handlers {
    return (this.#handlers ??= new Handlers());
  }

  #nowNs(): number {
    return this.#shared.clock.nowNs();
  }
}

const HOW_TO_READ = 'take them by on, next or expect, or connect with unread: "drop"';

/** Names that Socket.IO keeps for itself. */
const RESERVED: ReadonlySet<string> = new Set([
  "connect",
  "connect_error",
  "disconnect",
  "disconnecting",
]);

function checkName(event: unknown, where: string): string {
  if (typeof event === "string" && !RESERVED.has(event)) return event;
  const expected = `text other than ${[...RESERVED].join(", ")}`;
  throw misuse(`io ${where}`, "event", expected, event);
}

function isTrue(): boolean {
  return true;
}
