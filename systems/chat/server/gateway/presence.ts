/** Who comes and who goes, told to those who asked for it, a few times a second and not for each one. */
import type { Server } from "socket.io";
import { PRESENCE_EVERY_MS, PRESENCE_NAMES_MAX } from "../limits.ts";
import { roomOf, watchersOf } from "./room-names.ts";

interface Changes {
  readonly came: Set<number>;
  readonly went: Set<number>;
}

export class Presence implements Disposable {
  readonly #io: Server;
  readonly #changes = new Map<number, Changes>();
  readonly #timer: NodeJS.Timeout;

  constructor(io: Server) {
    this.#io = io;
    this.#timer = setInterval(() => this.#tell(), PRESENCE_EVERY_MS).unref();
  }

  came(channelId: number, userId: number): void {
    const { came, went } = this.#of(channelId);
    if (!went.delete(userId) && came.size < PRESENCE_NAMES_MAX) came.add(userId);
  }

  went(channelId: number, userId: number): void {
    const { came, went } = this.#of(channelId);
    if (!came.delete(userId) && went.size < PRESENCE_NAMES_MAX) went.add(userId);
  }

  /** Sockets that are in a channel now. */
  online(channelId: number): number {
    return this.#io.of("/").adapter.rooms.get(roomOf(channelId))?.size ?? 0;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #of(channelId: number): Changes {
    const changes = this.#changes.get(channelId) ?? { came: new Set(), went: new Set() };
    this.#changes.set(channelId, changes);
    return changes;
  }

  #tell(): void {
    for (const [channelId, { came, went }] of this.#changes) {
      if (came.size + went.size === 0) continue;
      const what = { channelId, came: [...came], went: [...went], online: this.online(channelId) };
      this.#io.to(watchersOf(channelId)).volatile.emit("presence", what);
    }
    this.#changes.clear();
  }
}
