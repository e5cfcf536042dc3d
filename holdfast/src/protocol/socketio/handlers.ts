/** The functions an author has set for events. What they throw is the script's, wherever they are called from. */
import type { Actor } from "../../record/recorder.ts";
import type { SocketIoEvent } from "../socketio.ts";
import { misuse } from "../websocket/misuse.ts";
import { HANDLERS_MAX } from "./limits.ts";

type Take = (event: SocketIoEvent) => void;

export class Handlers {
  /** Called whenever the namespace is connected again. */
  readonly reconnected: (() => void)[] = [];
  readonly #byName = new Map<string, Take[]>();
  #count = 0;

  get any(): boolean {
    return this.#count > 0;
  }

  /** Throws a TypeError when there are too many: a loop that sets one with each iteration would never end. */
  add(name: string, take: Take): void {
    this.#count += 1;
    if (this.#count > HANDLERS_MAX) {
      throw misuse("io on", "functions set", `at most ${HANDLERS_MAX}`, this.#count);
    }
    const takes = this.#byName.get(name);
    if (takes === undefined) this.#byName.set(name, [take]);
    else takes.push(take);
  }

  /** HOT. */
  handle(event: SocketIoEvent, actor: Actor): void {
    const takes = this.#byName.get(event.name);
    if (takes === undefined) return;
    for (const take of takes) {
      try {
        take(event);
      } catch (error) {
        actor.threw?.(error);
      }
    }
  }

  tellReconnected(actor: Actor): void {
    for (const take of this.reconnected) {
      try {
        take();
      } catch (error) {
        actor.threw?.(error);
      }
    }
  }
}
