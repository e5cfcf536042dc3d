/** The options of a client, checked and with every default filled in. Durations in nanoseconds. */
import * as v from "valibot";
import { messageOf } from "../../base/errors.ts";
import { nodeTls } from "../../base/node.ts";
import { durationSchema, parse } from "../../base/schema.ts";
import { parseDuration } from "../../base/units.ts";
import type { HttpClientOptions, HttpRequestOptions } from "../http.ts";
import { checkedName, checkedValue } from "./checked-header.ts";
import {
  BODY_TIMEOUT_NS,
  CONNECT_TIMEOUT_NS,
  CONNECTIONS_MAX_HTTP2,
  CONNECTIONS_MAX_LIMIT,
  CONNECTIONS_MAX_SHARED,
  CONNECTIONS_MAX_VU,
  HEADERS_TIMEOUT_NS,
  REDIRECTS_MAX,
  REDIRECTS_MAX_LIMIT,
  RESPONSE_BYTES_MAX_DEFAULT,
  RESPONSE_BYTES_MAX_LIMIT,
  WHOLE_TIMEOUT_NS,
} from "./limits.ts";
import { misuse } from "./misuse.ts";

export interface TimeoutsNs {
  readonly connect: number;
  readonly headers: number;
  readonly body: number;
  readonly whole: number;
}

export interface TlsSettings {
  readonly rejectUnauthorized: boolean;
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly serverName: string | undefined;
}

export interface HttpSettings {
  readonly version: "1.1" | "2";
  readonly pool: "vu" | "shared";
  readonly connectionsMax: number;
  readonly timeouts: TimeoutsNs;
  readonly redirectsMax: number;
  readonly responseBytesMax: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: boolean;
  readonly tls: TlsSettings;
}

const DEFAULT_TIMEOUTS: TimeoutsNs = Object.freeze({
  connect: CONNECT_TIMEOUT_NS,
  headers: HEADERS_TIMEOUT_NS,
  body: BODY_TIMEOUT_NS,
  whole: WHOLE_TIMEOUT_NS,
});

const timeoutPartsSchema = v.strictObject({
  connect: v.optional(durationSchema),
  headers: v.optional(durationSchema),
  body: v.optional(durationSchema),
  whole: v.optional(durationSchema),
});

/** A single duration limits the whole exchange, an object its parts. */
const timeoutSchema = v.lazy((input) =>
  typeof input === "object" && input !== null ? timeoutPartsSchema : durationSchema,
);

const wholeNumber = (min: number, max: number): v.GenericSchema<number> =>
  v.pipe(
    v.number(),
    v.check(
      (value) => Number.isInteger(value) && value >= min && value <= max,
      `must be a whole number from ${min} to ${max}`,
    ),
  );

const headersSchema = v.pipe(
  v.record(v.string(), v.string()),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const [name, value] of Object.entries(dataset.value)) {
      try {
        checkedName(name, "http");
        checkedValue(value, name, "http");
      } catch (error) {
        addIssue({ message: `must hold headers that can be sent (${messageOf(error)})` });
      }
    }
  }),
);

const tlsSchema = v.pipe(
  v.strictObject({
    rejectUnauthorized: v.optional(v.boolean()),
    ca: v.optional(v.string()),
    cert: v.optional(v.string()),
    key: v.optional(v.string()),
    serverName: v.optional(v.string()),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { ca, cert, key } = dataset.value;
    if (ca === undefined && cert === undefined && key === undefined) return;
    try {
      nodeTls().createSecureContext({ ca, cert, key });
    } catch (error) {
      addIssue({ message: `must hold certificates and keys as PEM (${messageOf(error)})` });
    }
  }),
);

const clientSchema = v.strictObject({
  version: v.optional(v.picklist(["1.1", "2"])),
  pool: v.optional(v.picklist(["vu", "shared"])),
  connectionsMax: v.optional(wholeNumber(1, CONNECTIONS_MAX_LIMIT)),
  timeout: v.optional(timeoutSchema),
  redirectsMax: v.optional(wholeNumber(0, REDIRECTS_MAX_LIMIT)),
  responseBytesMax: v.optional(wholeNumber(0, RESPONSE_BYTES_MAX_LIMIT)),
  headers: v.optional(headersSchema),
  cookies: v.optional(v.boolean()),
  redact: v.optional(v.array(v.string())),
  tls: v.optional(tlsSchema),
});

/** Throws a ProblemsError that lists everything that is wrong. */
export function resolveHttpOptions(options: HttpClientOptions, subject = "http"): HttpSettings {
  const given = parse(clientSchema, options, subject);
  const { version = "1.1", pool = "vu" } = given;
  return Object.freeze({
    version,
    pool,
    connectionsMax: given.connectionsMax ?? connectionsDefault(version, pool),
    timeouts: Object.freeze({ ...DEFAULT_TIMEOUTS, ...timeoutsOf(given.timeout) }),
    redirectsMax: given.redirectsMax ?? REDIRECTS_MAX,
    responseBytesMax: given.responseBytesMax ?? RESPONSE_BYTES_MAX_DEFAULT,
    headers: Object.freeze({ ...given.headers }),
    cookies: given.cookies ?? true,
    tls: Object.freeze({
      rejectUnauthorized: given.tls?.rejectUnauthorized ?? true,
      ca: given.tls?.ca,
      cert: given.tls?.cert,
      key: given.tls?.key,
      serverName: given.tls?.serverName,
    }),
  });
}

/** HTTP/2 carries many requests over one connection. */
function connectionsDefault(version: "1.1" | "2", pool: "vu" | "shared"): number {
  if (version === "2") return CONNECTIONS_MAX_HTTP2;
  return pool === "vu" ? CONNECTIONS_MAX_VU : CONNECTIONS_MAX_SHARED;
}

type GivenTimeouts = { readonly [Part in keyof TimeoutsNs]?: number | undefined };

function timeoutsOf(given: number | GivenTimeouts | undefined): Partial<TimeoutsNs> {
  if (typeof given === "number") return { whole: given };
  const said = Object.entries(given ?? {}).filter(([, ns]) => ns !== undefined);
  return Object.fromEntries(said);
}

/** Those of one request. What it does not say stays as in `rest`. Throws a TypeError for what is no duration. */
export function requestTimeouts(
  timeout: NonNullable<HttpRequestOptions["timeout"]>,
  rest: TimeoutsNs,
  where: string,
): TimeoutsNs {
  if (typeof timeout !== "object") {
    return { ...rest, whole: requestDuration(timeout, "options.timeout", where) };
  }
  const found: { -readonly [Part in keyof TimeoutsNs]: number } = { ...rest };
  for (const [part, value] of Object.entries(timeout)) {
    if (!(part in rest)) {
      throw misuse(where, "options.timeout", "made of connect, headers, body and whole", part);
    }
    const path = `options.timeout.${part}`;
    found[part as keyof TimeoutsNs] = requestDuration(value, path, where);
  }
  return found;
}

function requestDuration(value: unknown, path: string, where: string): number {
  const ns = parseDuration(value);
  if (ns === undefined) throw misuse(where, path, 'a duration such as "500ms" or "10s"', value);
  return ns;
}
