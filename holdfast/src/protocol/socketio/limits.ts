/** Every bound of the Socket.IO client, besides those of the WebSocket below it. */
import { NS_PER_S } from "../../base/units.ts";

/** Byte strings of one event. Each must be announced before it comes; nobody sends thousands. */
export const ATTACHMENTS_MAX = 1_024;
/** How deep bytes may lie in an argument. */
export const DEPTH_MAX = 64;
/** Namespaces over one connection. */
export const NAMESPACES_MAX = 256;
/** Events that a server gives back after a reconnect, before it says that the namespace is connected. */
export const EARLY_EVENTS_MAX = 100_000;
/** Events of one namespace whose acknowledgement is awaited. */
export const ASKED_MAX = 10_000;
/** Names with a function set by `on`, and functions of one name. */
export const HANDLERS_MAX = 1_000;

export const RECONNECT_ATTEMPTS = 10;
export const RECONNECT_ATTEMPTS_MAX = 1_000;
export const RECONNECT_DELAY_NS: number = NS_PER_S;
export const RECONNECT_DELAY_NS_MAX: number = 5 * NS_PER_S;
/** By so much a delay is longer or shorter, by chance: those that lost one server must not come back as one. */
export const RECONNECT_JITTER = 0.5;

/** What a server that says nothing of it is granted between two pings. */
export const HEARTBEAT_NS: number = 45 * NS_PER_S;
