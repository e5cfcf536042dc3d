/** For tests: a whole chat in this process, people in it, and what they ask. */
import { io as connect, type Socket } from "socket.io-client";
import { until } from "../../servers/until.ts";
import { startChat, type ChatOptions } from "./chat.ts";
import type { Message } from "./parts/store.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- the shape of each body is what the tests are about
  readonly body: any;
}

export interface TestChat extends AsyncDisposable {
  readonly url: string;
  /** People nobody else in the test has the names of. */
  crowd(count: number): Promise<Person[]>;
  get(path: string, token?: string): Promise<Answer>;
  /** Waits until all that was said can be found. */
  drained(): Promise<void>;
}

/** Somebody with a token. */
export class Person {
  readonly id: number;
  readonly name: string;
  readonly token: string;
  readonly #url: string;

  constructor(url: string, { id, name, token }: { id: number; name: string; token: string }) {
    this.#url = url;
    this.id = id;
    this.name = name;
    this.token = token;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#ask("GET", path, undefined, headers);
  }

  post(path: string, body: unknown = {}): Promise<Answer> {
    return this.#ask("POST", path, body);
  }

  patch(path: string, body: unknown): Promise<Answer> {
    return this.#ask("PATCH", path, body);
  }

  delete(path: string): Promise<Answer> {
    return this.#ask("DELETE", path);
  }

  async channel(type: "public" | "private", memberIds: readonly number[] = []): Promise<number> {
    const name = `${type} of ${this.name}`;
    return (await this.post("/api/channels", { name, type, memberIds })).body.channel.id;
  }

  say(channelId: number, content: string, clientId: string = crypto.randomUUID()): Promise<Answer> {
    return this.post("/api/messages", { channelId, content, clientId });
  }

  async history(channelId: number): Promise<Message[]> {
    return (await this.get(`/api/messages?channelId=${channelId}&after=0&limit=1000`)).body
      .messages;
  }

  async search(q: string): Promise<string[]> {
    const { hits } = (await this.get(`/api/search?q=${encodeURIComponent(q)}`)).body;
    return hits.map((hit: { content: string }) => hit.content);
  }

  upload(channelId: number, name: string, content: Uint8Array<ArrayBuffer>): Promise<Answer> {
    const body = new FormData();
    body.set("file", new Blob([content]), name);
    return send(`${this.#url}/api/files/upload?channelId=${channelId}`, {
      method: "POST",
      headers: { authorization: `Bearer ${this.token}` },
      body,
    });
  }

  /** Connected when it resolves. */
  async connect(): Promise<Line> {
    const socket = connect(this.#url, {
      transports: ["websocket"],
      auth: { token: this.token },
      forceNew: true,
      reconnection: false,
    });
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve).once("connect_error", reject);
    });
    return new Line(socket);
  }

  #ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const type = body === undefined ? {} : { "content-type": "application/json" };
    return send(`${this.#url}${path}`, {
      method,
      headers: { ...headers, ...type, authorization: `Bearer ${this.token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
}

/** A connection, and all that came in by it. */
export class Line implements AsyncDisposable {
  readonly socket: Socket;
  readonly received: Message[] = [];
  readonly events: { readonly name: string; readonly what: unknown }[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("message", (message: Message) => this.received.push(message));
    socket.onAny((name: string, what: unknown) => this.events.push({ name, what }));
  }

  ask(event: string, what: object): Promise<Answer["body"]> {
    return this.socket.timeout(10_000).emitWithAck(event, what);
  }

  numbers(): number[] {
    return this.received.map(({ seq }) => seq);
  }

  /** Waits until so many messages have come. */
  has(count: number): Promise<void> {
    return until(`${count} messages came`, () => this.received.length >= count);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.disconnect();
  }
}

export async function startTestChat(options: Partial<ChatOptions> = {}): Promise<TestChat> {
  const chat = await startChat({
    parts: "embedded",
    port: 0,
    bug: undefined,
    folder: undefined,
    log: () => undefined,
    ...options,
  });
  const { url } = chat;
  return {
    url,
    crowd: async (users) => {
      const body = JSON.stringify({ prefix: `c${crypto.randomUUID().slice(0, 8)}`, users });
      const headers = { "content-type": "application/json" };
      const answer = await send(`${url}/api/seed/crowd`, { method: "POST", headers, body });
      return answer.body.users.map((one: Person) => new Person(url, one));
    },
    get: (path, token) =>
      send(`${url}${path}`, token === undefined ? {} : { headers: { authorization: token } }),
    drained: () =>
      until("all that was said can be found", async () => {
        const { waiting } = (await send(`${url}/health`)).body;
        return waiting.messages + waiting.search + waiting.files === 0;
      }),
    [Symbol.asyncDispose]: () => chat[Symbol.asyncDispose](),
  };
}

/** Sends one request and reads its answer whole; a body that is no JSON stays text. */
export async function send(url: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
