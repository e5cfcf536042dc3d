/** Who is in the archive, and where: a thousand people in two hundred channels, forty of them private. */

export const USERS = 1_000;
export const CHANNELS = 200;
/** Channels from here on are private. */
export const PRIVATE_FROM = 161;
const MEMBERS_OF_PRIVATE = 20;

/** One who reads every public channel and the private ones below PRIVATE_UNREAD_FROM. */
export const READER_ID = 1;
/** The reader is no member of the private channels from here on. */
export const PRIVATE_UNREAD_FROM = 181;
/** A password for everybody in the archive: there is nothing to protect. */
export const ARCHIVE_PASSWORD = "archive";

const FIRST_NAMES = "ada alan barbara dennis edsger frances grace john ken leslie".split(" ");

export function userName(id: number): string {
  return `${FIRST_NAMES[id % FIRST_NAMES.length]}-${id}`;
}

export function channelName(id: number): string {
  return isPrivate(id) ? `private-${id}` : `topic-${id}`;
}

export function isPrivate(channelId: number): boolean {
  return channelId >= PRIVATE_FROM;
}

/** The members of a private channel, by id. Whoever is in the archive is a member of every public one. */
export function membersOf(channelId: number): number[] {
  const reader = channelId < PRIVATE_UNREAD_FROM ? [READER_ID] : [];
  const first = 2 + (channelId - PRIVATE_FROM) * MEMBERS_OF_PRIVATE;
  return [...reader, ...Array.from({ length: MEMBERS_OF_PRIVATE }, (_, i) => first + i)];
}
