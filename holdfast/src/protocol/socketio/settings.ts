/** The options of one `io.connect`, checked, with every default filled in. */
import type { SocketIoOptions } from "../socketio.ts";
import { misuse } from "../websocket/misuse.ts";
import {
  connectSettings,
  type ConnectSettings,
  spanOf,
  WS_OPTIONS,
} from "../websocket/settings.ts";
import {
  RECONNECT_ATTEMPTS,
  RECONNECT_ATTEMPTS_MAX,
  RECONNECT_DELAY_NS,
  RECONNECT_DELAY_NS_MAX,
} from "./limits.ts";

export interface ReconnectSettings {
  readonly attempts: number;
  readonly delayNs: number;
  readonly delayMaxNs: number;
}

export interface IoSettings {
  readonly connect: ConnectSettings;
  readonly path: string;
  readonly query: string;
  readonly auth: Readonly<Record<string, unknown>> | undefined;
  readonly reconnect: ReconnectSettings | undefined;
}

const WHERE = "io connect";
const KNOWN: ReadonlySet<string> = new Set([
  ...[...WS_OPTIONS].filter((name) => name !== "protocols"),
  "auth",
  "path",
  "query",
  "reconnect",
]);
const RECONNECT_KNOWN: ReadonlySet<string> = new Set(["attempts", "delay", "delayMax"]);

/** Throws a TypeError for what is no option, or has a value that cannot be. */
export function ioSettings(options: SocketIoOptions = {}): IoSettings {
  const connect = connectSettings(options, WHERE, KNOWN);
  const { path = "/socket.io/", query = {}, auth, reconnect = false } = options;
  if (typeof path !== "string" || !path.startsWith("/")) {
    throw misuse(WHERE, "options.path", 'a path such as "/socket.io/"', path);
  }
  return {
    connect,
    path: path.endsWith("/") ? path : `${path}/`,
    query: new URLSearchParams({ ...query, EIO: "4", transport: "websocket" }).toString(),
    auth: checkAuth(auth, WHERE),
    reconnect: reconnectOf(reconnect),
  };
}

/** Throws a TypeError for what is no object. */
export function checkAuth(
  auth: Readonly<Record<string, unknown>> | undefined,
  where: string,
): Readonly<Record<string, unknown>> | undefined {
  if (auth === undefined || (typeof auth === "object" && auth !== null)) return auth;
  throw misuse(where, "auth", "an object", auth);
}

function reconnectOf(
  reconnect: NonNullable<SocketIoOptions["reconnect"]>,
): ReconnectSettings | undefined {
  if (reconnect === false) return undefined;
  if (reconnect !== true && (typeof reconnect !== "object" || reconnect === null)) {
    throw misuse(
      WHERE,
      "options.reconnect",
      "true, false, or { attempts, delay, delayMax }",
      reconnect,
    );
  }
  const given = reconnect === true ? {} : reconnect;
  for (const name in given) {
    if (RECONNECT_KNOWN.has(name)) continue;
    throw misuse(WHERE, "options.reconnect", "made of attempts, delay and delayMax", name);
  }
  const { attempts = RECONNECT_ATTEMPTS, delay, delayMax } = given;
  if (!(Number.isInteger(attempts) && attempts >= 1 && attempts <= RECONNECT_ATTEMPTS_MAX)) {
    const expected = `a whole number from 1 to ${RECONNECT_ATTEMPTS_MAX}`;
    throw misuse(WHERE, "options.reconnect.attempts", expected, attempts);
  }
  return {
    attempts,
    delayNs: spanOf(delay, WHERE, RECONNECT_DELAY_NS, "options.reconnect.delay"),
    delayMaxNs: spanOf(delayMax, WHERE, RECONNECT_DELAY_NS_MAX, "options.reconnect.delayMax"),
  };
}
