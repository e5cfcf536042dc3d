/** Every bound of the WebSocket client. Nothing that a peer or an author controls grows beyond one of these. */
import { NS_PER_S } from "../../base/units.ts";

/** RFC 6455 §5.5: more would need a longer length, which a control frame may not have. */
export const CONTROL_BYTES_MAX = 125;
/** Two bytes, eight of length, four of mask. */
export const FRAME_HEAD_BYTES_MAX = 14;

export const MESSAGE_BYTES_MAX_DEFAULT: number = 16 * 1024 * 1024;
/** The most an author may set: one JavaScript string can hold no more. */
export const MESSAGE_BYTES_MAX_LIMIT: number = 512 * 1024 * 1024;
/** Frames of one message: a peer that sends empty ones for ever shall not be listened to for ever. */
export const FRAGMENTS_MAX = 100_000;

/** Messages of one connection that nobody has read yet. */
export const UNREAD_MESSAGES_MAX = 1_000;
export const UNREAD_BYTES_MAX: number = 16 * 1024 * 1024;

/** Bytes that wait for the kernel: from here on `send` waits, too. */
export const SEND_BYTES_WAITING: number = 1024 * 1024;
/** A script that does not wait for `send` ends its connection here. */
export const SEND_BYTES_MAX: number = 64 * 1024 * 1024;

export const CONNECT_TIMEOUT_NS: number = 10 * NS_PER_S;
export const ANSWER_TIMEOUT_NS: number = 10 * NS_PER_S;
export const PING_TIMEOUT_NS: number = 10 * NS_PER_S;
/** For the server's farewell, and then for the end of its connection. */
export const CLOSE_TIMEOUT_NS: number = 5 * NS_PER_S;
/** The same when it is the virtual user that leaves: nobody waits for what comes then. */
export const LEAVE_TIMEOUT_NS: number = NS_PER_S;

/** Answers before the one to the handshake. */
export const INTERIM_ANSWERS_MAX = 16;
/** Longer answers to a handshake are read anew each time. */
export const ANSWER_MEMO_BYTES_MAX = 2_048;
export const PROTOCOLS_MAX = 32;
/** Series of one set of tags that are remembered by name. */
export const SERIES_REMEMBERED = 10_000;

/** What permessage-deflate looks back over, at most: 2^15 bytes. */
export const WINDOW_BYTES_MAX = 32_768;
/** Shorter messages are sent as they are: packing them saves nothing. */
export const DEFLATE_BYTES_MIN = 128;

/** Ids of sent messages that are remembered over all threads of a run; the oldest give way. A power of two. */
export const SENT_IDS_MAX = 65_536;
