/** The search index of the embedded parts: SQLite's FTS5, in a thread of its own. */
import { Worker } from "node:worker_threads";
import { INDEX_EVERY_MS, INDEX_MESSAGES_AT_ONCE } from "../limits.ts";
import type { Asked, Question, Told } from "./search-messages.ts";
import type {
  Hit,
  IndexedMessage,
  SearchIndex,
  SearchRequest,
  Suggestion,
} from "./search-index.ts";

interface Awaiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class SqliteSearchIndex implements SearchIndex {
  readonly #worker = new Worker(new URL("./search-worker.ts", import.meta.url));
  readonly #awaiting = new Map<number, Awaiting>();
  readonly #log: (line: string) => void;
  /** Not handed over yet: the way to the other thread costs much the same for one as for twenty. */
  #gathered: IndexedMessage[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lastId = 0;
  #waiting = 0;

  /** `log` takes what goes wrong with a message that nobody waits for. */
  constructor(log: (line: string) => void) {
    this.#log = log;
    this.#worker.on("message", (told: Told) => this.#settle(told));
    this.#worker.on("error", (error) => this.#fail(error as Error));
    this.#worker.on("exit", () => this.#fail(new Error("the search thread has ended")));
  }

  get waiting(): number {
    return this.#waiting;
  }

  add(messages: readonly IndexedMessage[]): void {
    this.#waiting += messages.length;
    this.#gathered.push(...messages);
    if (this.#gathered.length >= INDEX_MESSAGES_AT_ONCE) this.#handOver();
    else this.#timer ??= setTimeout(() => this.#handOver(), INDEX_EVERY_MS);
  }

  change(before: IndexedMessage, after: IndexedMessage): void {
    this.#handOver();
    this.#waiting += 1;
    this.#tell({ kind: "change", before, after }, 1);
  }

  forget(channelId: number): void {
    this.#handOver();
    this.#waiting += 1;
    this.#tell({ kind: "forget", channelId }, 1);
  }

  async attachArchive(path: string): Promise<void> {
    await this.#ask({ kind: "attach", path });
  }

  messages(): Promise<number> {
    return this.#ask({ kind: "messages" });
  }

  search(request: SearchRequest): Promise<Hit[]> {
    return this.#ask({ kind: "search", request });
  }

  suggest(beginning: string, limit: number): Promise<Suggestion[]> {
    return this.#ask({ kind: "suggest", beginning, limit });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    await this.#worker.terminate();
  }

  #handOver(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const messages = this.#gathered;
    this.#gathered = [];
    if (messages.length > 0) this.#tell({ kind: "add", messages }, messages.length);
  }

  /** `messages` of those that wait are in it. */
  #tell(question: Question, messages: number): void {
    const done = this.#ask(question);
    done
      .catch((error: Error) => this.#log(`a message cannot be found: ${error.message}`))
      .finally(() => {
        this.#waiting -= messages;
      });
  }

  #ask<T>(question: Question): Promise<T> {
    this.#lastId += 1;
    const asked: Asked = { ...question, id: this.#lastId };
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#awaiting.set(asked.id, { resolve, reject });
    this.#worker.postMessage(asked);
    return promise as Promise<T>;
  }

  #settle(told: Told): void {
    const awaiting = this.#awaiting.get(told.id);
    this.#awaiting.delete(told.id);
    if ("error" in told) awaiting?.reject(new Error(told.error));
    else awaiting?.resolve(told.answer);
  }

  #fail(error: Error): void {
    for (const { reject } of this.#awaiting.values()) reject(error);
    this.#awaiting.clear();
  }
}
