/** Every bound of the HTTP/2 client. Nothing that a peer or an author controls grows beyond one of these. */

/** The largest frame we take: the protocol's own default, which every server must respect. */
export const FRAME_BYTES_MAX = 16_384;
/** Header block of one answer before it is decoded, over all its frames. */
export const BLOCK_BYTES_MAX = 65_536;
/** What the server may remember of its headers: the protocol's own default. */
export const TABLE_BYTES_MAX = 4_096;

/** How far the server may run ahead of us, per stream and over all. What is read is kept, so this is no limit of memory. */
export const STREAM_WINDOW_BYTES = 1_048_576;
export const CONNECTION_WINDOW_BYTES = 16_777_216;
/** The protocol's own first window, before any SETTINGS. */
export const FIRST_WINDOW_BYTES = 65_535;
/** No window may grow beyond this (RFC 9113 §6.9.1). */
export const WINDOW_BYTES_MAX = 2_147_483_647;

/** Streams at once on one connection, where the server allows as many. */
export const STREAMS_MAX = 10_000;
/** A connection is retired before its stream numbers run out. */
export const STREAM_ID_MAX = 2_147_483_647;
/** Until the server says otherwise we take it to allow as many, as the protocol recommends at least. */
export const STREAMS_BEFORE_SETTINGS = 100;

/** Frames are gathered in pieces of this size, for one write each; a larger write gets a piece of its own. */
export const SLAB_BYTES = 32_768;
/** Pieces that wait for the next write, per engine thread. */
export const SLABS_KEPT_MAX = 256;
/** When as much lies unsent, a server that asks for more answers (PING, SETTINGS) does not get them. */
export const UNSENT_BYTES_MAX = 1_048_576;
/** Parts of a stream's body that wait for the server's window: so much is read ahead of it. */
export const BODY_AHEAD_BYTES_MAX = 65_536;

/** Names of headers that are remembered; beyond, the memory starts anew. */
export const NAMES_REMEMBERED = 1_000;
/** Longer header blocks are decoded anew each time. */
export const BLOCK_MEMO_BYTES_MAX = 1_024;
/** How many header blocks a connection remembers, by their length. A power of two. */
export const BLOCK_MEMOS = 16;
