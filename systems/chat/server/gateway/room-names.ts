/** What the rooms of Socket.IO are called. */

export function roomOf(channelId: number): string {
  return `c${channelId}`;
}

export function roomOfUser(userId: number): string {
  return `u${userId}`;
}

/** 0 for a room that is none of a channel. */
export function channelOfRoom(name: string): number {
  return name.startsWith("c") ? Number(name.slice(1)) : 0;
}

/** The sockets that want to know who comes and goes. */
export function watchersOf(channelId: number): string {
  return `p${channelId}`;
}
