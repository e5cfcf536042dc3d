/**
 * Group commit: whatever is sent while one batch is being stored makes the next one. Under load a batch holds dozens of
 * messages and costs little more than one; alone, a message waits for nothing.
 *
 *     send ─┐
 *     send ─┼─► waiting ──► append (one transaction) ──► tell the world ──► answer the senders
 *     send ─┘
 *
 * There is one writer, so the order in which messages are stored is the order in which `onStored` hears of them. What is
 * answered is stored: a sender never hears of a message before the database has it.
 */
import { BATCH_MESSAGES_MAX, WAITING_MESSAGES_MAX } from "./limits.ts";
import type { Appended, ChatStore, NewMessage } from "./parts/store.ts";
import { RequestProblem } from "../../http/request-problem.ts";

type Stored = Extract<Appended, { answer: "stored" }>;

interface Waiting {
  readonly message: NewMessage;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

export class MessageWriter {
  readonly #store: Pick<ChatStore, "append">;
  readonly #onStored: (stored: readonly Stored[]) => void;
  #waiting: Waiting[] = [];
  #writing = false;

  /** `onStored` gets what is new of each batch, in the order of storing. */
  constructor(store: Pick<ChatStore, "append">, onStored: (stored: readonly Stored[]) => void) {
    this.#store = store;
    this.#onStored = onStored;
  }

  /** Resolves when it is stored, or was before. Throws 503 when too many wait. */
  send(message: NewMessage): Promise<Appended> {
    if (this.#waiting.length >= WAITING_MESSAGES_MAX) {
      const text = `${WAITING_MESSAGES_MAX} messages wait to be stored; this one was not taken`;
      throw new RequestProblem(503, "busy", text);
    }
    const { promise, resolve, reject } = Promise.withResolvers<Appended>();
    this.#waiting.push({ message, resolve, reject });
    if (!this.#writing) this.#start();
    return promise;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  #start(): void {
    this.#writing = true;
    // At the end of this turn, so that all that arrived in it is one batch.
    setImmediate(() => void this.#writeAll());
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, BATCH_MESSAGES_MAX);
      this.#waiting = this.#waiting.slice(BATCH_MESSAGES_MAX);
      await this.#write(batch);
    }
    this.#writing = false;
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    try {
      const appended = await this.#store.append(batch.map(({ message }) => message));
      this.#onStored(appended.filter((one) => one.answer === "stored"));
      for (const [i, { resolve }] of batch.entries()) resolve(appended[i] as Appended);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
