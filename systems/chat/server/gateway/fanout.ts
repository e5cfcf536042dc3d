/**
 * Brings every message to everybody who is in its channel, once, in order.
 *
 *     stored ──► room (its latest number, the last 256 messages) ──► every socket in it
 *                  ▲
 *     enter ── read what is missing, then join in the turn in which nothing is missing any more
 *
 * A room exists while somebody is in it. Its number only rises: a message that was in the database before the room was
 * made is history to those who enter, and is not told again.
 */
import type { Server, Socket } from "socket.io";
import { RECENT_MESSAGES_MAX, SLOW_PACKETS_MAX } from "../limits.ts";
import type { ChatStore, Message } from "../parts/store.ts";
import { noChannel } from "../refusals.ts";
import type { FanoutWays } from "./fanout-ways.ts";
import { Room } from "./room.ts";
import { channelOfRoom, roomOf, roomOfUser } from "./room-names.ts";

export class Fanout {
  readonly #io: Server;
  readonly #store: ChatStore;
  readonly #ways: FanoutWays;
  readonly #rooms = new Map<number, Room>();
  #cutOff = 0;

  constructor(io: Server, store: ChatStore, ways: FanoutWays) {
    this.#io = io;
    this.#store = store;
    this.#ways = ways;
    io.of("/").adapter.on("delete-room", (name: string) => this.#rooms.delete(channelOfRoom(name)));
  }

  /** Messages of one channel must come in the order of their numbers. */
  deliver(message: Message): void {
    const room = this.#rooms.get(message.channelId);
    if (room === undefined || !room.take(message)) return;
    const name = roomOf(message.channelId);
    this.#cutOffSlow(name);
    this.#ways.broadcast(this.#io, name, message);
  }

  /** An edit or a deletion, told to those who are there. */
  changed(message: Message): void {
    this.#rooms.get(message.channelId)?.replace(message);
    this.#io.to(roomOf(message.channelId)).emit("changed", message);
  }

  /**
   * From here on the socket gets every message with a number above the one that this resolves with; those from behind
   * `after` up to that number it has got by then. Throws a RequestProblem when there are too many.
   */
  async enter(socket: Socket, channelId: number, after: number | undefined): Promise<number> {
    const room = await this.#room(channelId);
    return this.#ways.enter(socket, room, after, this.#store);
  }

  leave(socket: Socket, channelId: number): void {
    void socket.leave(roomOf(channelId));
  }

  /** Takes a user's sockets out of a channel. */
  expel(channelId: number, userId: number): void {
    this.#io.in(roomOfUser(userId)).socketsLeave(roomOf(channelId));
  }

  close(channelId: number): void {
    const name = roomOf(channelId);
    this.#io.to(name).emit("closed", { channelId });
    this.#io.in(name).socketsLeave(name);
    this.#rooms.delete(channelId);
  }

  tellUser(userId: number, event: string, what: object): void {
    this.#io.to(roomOfUser(userId)).emit(event, what);
  }

  /** Clients that were cut off because they did not read. */
  get cutOff(): number {
    return this.#cutOff;
  }

  async #room(channelId: number): Promise<Room> {
    const there = this.#rooms.get(channelId);
    if (there !== undefined) return there;
    const channel = await this.#store.channel(channelId);
    if (channel === undefined) throw noChannel(channelId);
    const made =
      this.#rooms.get(channelId) ?? new Room(channelId, channel.seq, RECENT_MESSAGES_MAX);
    this.#rooms.set(channelId, made);
    return made;
  }

  /** Whoever does not read is cut off, and may come back and resume; the others must not pay for it. */
  #cutOffSlow(room: string): void {
    const { adapter, sockets } = this.#io.of("/");
    for (const id of adapter.rooms.get(room) ?? []) {
      const socket = sockets.get(id);
      if (socket === undefined || packetsWaiting(socket) < SLOW_PACKETS_MAX) continue;
      this.#cutOff += 1;
      socket.disconnect(true);
    }
  }
}

/** Packets that the connection has not taken yet: public in Engine.IO, though not in Socket.IO's types. */
function packetsWaiting(socket: Socket): number {
  return (socket.conn as unknown as { writeBuffer: unknown[] }).writeBuffer.length;
}
