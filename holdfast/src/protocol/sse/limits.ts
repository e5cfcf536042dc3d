/** Every bound of the client of server-sent events. */
import { NS_PER_S } from "../../base/units.ts";

export const EVENT_BYTES_MAX_DEFAULT: number = 1024 * 1024;
/** The most an author may set: one JavaScript string can hold no more. */
export const EVENT_BYTES_MAX_LIMIT: number = 512 * 1024 * 1024;

/** Before the server says otherwise. */
export const RETRY_NS: number = 3 * NS_PER_S;
/** A server that says longer is asked sooner all the same. */
export const RETRY_NS_MAX: number = 30 * NS_PER_S;
/** In a row, without an event between. */
export const RETRIES_MAX = 10;
