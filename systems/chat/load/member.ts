/**
 * Somebody in the chat: connected, in some channels, noting all that comes. What he receives goes into the history by its
 * number, so that of every message and every member it can be said whether it came, once and in order.
 *
 *     enter ── join ──► live, from number n+1 on          (history up to n is read by HTTP, if he wants it)
 *       └── hang up ── come back ──► what he missed, then live
 */
import {
  deliveredOnce,
  inOrder,
  type LoadTest,
  type OperationStart,
  type Outcome,
  type SocketIoAnswer,
  type SocketIoConnection,
  type SocketIoEvent,
  type Vu,
} from "holdfast";
import { DELIVERED, ORDERED } from "../bugs/planted-bug.ts";
import { as, good, join, leave, receive, send, type Message, type Person } from "./chat.ts";

type Invariants = NonNullable<LoadTest["invariants"]>;
type Hands = Pick<Vu, "io" | "http" | "operation" | "receipts">;

/** Every message reaches every member of its channel once, in one order, and nobody else. */
export function reachesEveryMember(): Invariants {
  const delivery = { cause: send, receipt: receive, joins: join, leaves: leave };
  return [
    deliveredOnce({ ...delivery, echo: true, name: DELIVERED }),
    inOrder({ ...delivery, name: ORDERED }),
  ];
}

/** What the gateway answers. */
interface Acknowledged {
  readonly ok: boolean;
  readonly code?: string;
  readonly message?: Message | string;
  readonly seq?: number;
}

export interface MemberOptions {
  readonly person: Person;
  /** In the history: unique, as one person may be connected twice. */
  readonly name: string;
  /** Called for each live message. */
  readonly onMessage?: (message: Message) => void;
}

const HISTORY_PAGE = 50;

export class Member {
  readonly person: Person;
  readonly name: string;
  readonly #receipts: ReturnType<Vu["receipts"]>;
  readonly #onMessage: ((message: Message) => void) | undefined;
  /** The highest number seen, per channel: from behind it a lost connection is resumed. */
  readonly #last = new Map<number, number>();
  /** Live messages that came before the history they go on from. */
  readonly #early = new Map<number, { seq: number; receivedNs: number }[]>();
  #socket: SocketIoConnection | undefined;

  constructor({ receipts }: Hands, { person, name, onMessage }: MemberOptions) {
    this.person = person;
    this.name = name;
    this.#receipts = receipts(receive, name);
    this.#onMessage = onMessage;
  }

  get isConnected(): boolean {
    return this.#socket?.isOpen === true;
  }

  get channels(): readonly number[] {
    return [...this.#last.keys()];
  }

  /** False when he was not let in. */
  async connect({ io }: Hands): Promise<boolean> {
    const { token } = this.person;
    const socket = await io.connect("/", { name: "chat", auth: { token }, keep: "vu", idOf });
    if (!socket.isOpen) return false;
    this.#socket = socket;
    socket.on("message", (event) => this.#take(event));
    return true;
  }

  /** What comes from here on; with `history`, the last page of what was said before, too. False when he may not. */
  async join(
    hands: Hands,
    channelId: number,
    { history = false }: { history?: boolean } = {},
  ): Promise<boolean> {
    if (history) this.#early.set(channelId, []);
    const { ok, seq = 0 } = await this.#ask(
      "join",
      { channelId },
      join.on(String(channelId), { id: this.name }),
    );
    if (!ok) return false;
    this.#last.set(channelId, Math.max(seq, this.#last.get(channelId) ?? 0));
    if (history) await this.#catchUp(hands, channelId, seq);
    return true;
  }

  /** Resolves to the acknowledgement; undefined when there was none in time. */
  async send(message: {
    channelId: number;
    clientId: string;
    type?: string;
    content: string;
  }): Promise<boolean> {
    const { channelId, clientId } = message;
    const start = send.on(String(channelId), { id: clientId, value: { from: this.name } });
    return (await this.#ask("send", message, start, clientId)).ok;
  }

  /** The connection is lost; he is still in his channels. */
  async hangUp(): Promise<void> {
    await this.#socket?.close();
  }

  /** Connected again, and in every channel from behind the last number that he has. */
  async comeBack(hands: Hands): Promise<boolean> {
    if (!(await this.connect(hands))) return false;
    for (const [channelId, after] of this.#last) {
      if (!(await this.#ask("join", { channelId, after })).ok) return false;
    }
    return true;
  }

  /** Out of all channels, and away. */
  async end({ operation }: Hands): Promise<void> {
    const channels = this.channels;
    const outs = channels.map((channelId) => {
      return operation(leave.on(String(channelId), { id: this.name }), async () => {
        await this.#socket?.close();
        return { outcome: "ok" };
      });
    });
    await Promise.all(outs);
    if (channels.length === 0) await this.#socket?.close();
    this.#last.clear();
  }

  async #ask(
    event: string,
    what: object,
    operation?: OperationStart,
    id?: string,
  ): Promise<Acknowledged> {
    const answer = await this.#socket?.ask(event, [what], {
      ...(operation === undefined ? {} : { operation }),
      ...(id === undefined ? {} : { id }),
      outcome: outcomeOf,
    });
    return answer?.json<Acknowledged>() ?? { ok: false, code: "no-answer" };
  }

  #take(event: SocketIoEvent): void {
    const message = event.json<Message>();
    const { channelId, seq } = message;
    const early = this.#early.get(channelId);
    if (early !== undefined) early.push({ seq, receivedNs: event.receivedNs });
    else this.#receipts.add(String(channelId), seq, event.receivedNs);
    this.#last.set(channelId, Math.max(seq, this.#last.get(channelId) ?? 0));
    this.#onMessage?.(message);
  }

  /** The page of history that ends where live begins; what came live meanwhile comes behind it. */
  async #catchUp({ http }: Hands, channelId: number, seq: number): Promise<void> {
    const query = { channelId, before: seq + 1, limit: HISTORY_PAGE };
    const headers = as(this.person);
    const answer = await http.get("/api/messages", { query, headers, name: "history" });
    const { messages } = good(answer).json<{ messages: Message[] }>();
    const key = String(channelId);
    for (const message of messages.toReversed()) this.#receipts.add(key, message.seq);
    for (const { seq: live } of this.#early.get(channelId) ?? []) this.#receipts.add(key, live);
    this.#early.delete(channelId);
  }
}

/** Refused before anything happened, or nobody knows. */
function outcomeOf(answer: SocketIoAnswer): Outcome {
  const { ok, code } = answer.json<Acknowledged>();
  if (ok) return "ok";
  return code === "error" ? "unknown" : "failed";
}

function idOf(event: SocketIoEvent): string | undefined {
  return event.name === "message" ? event.json<Message>().clientId : undefined;
}
