/** Every bound of the HTTP/1.1 client. Nothing that a peer or an author controls grows beyond one of these. */
import { NS_PER_MS, NS_PER_S } from "../../base/units.ts";

/** One per engine thread, shared by all its sockets. Larger than most answers, small enough for the L2 cache. */
export const READ_BUFFER_BYTES = 65_536;

/** Status line and headers of one answer, or the trailers after it. */
export const HEAD_BYTES_MAX = 65_536;
export const HEADERS_MAX = 256;
/** 1xx answers before the final one. */
export const INTERIM_ANSWERS_MAX = 64;
/** Extension of one chunk's size line; nobody uses them, everybody must skip them. */
export const CHUNK_EXTENSION_BYTES_MAX = 1024;

export const RESPONSE_BYTES_MAX_DEFAULT: number = 64 * 1024 * 1024;
/** The most an author may set: one JavaScript string can hold no more. */
export const RESPONSE_BYTES_MAX_LIMIT: number = 512 * 1024 * 1024;

export const CONNECTIONS_MAX_VU = 6;
export const CONNECTIONS_MAX_SHARED = 100;
export const CONNECTIONS_MAX_HTTP2 = 1;
export const CONNECTIONS_MAX_LIMIT = 50_000;
/** Requests that may wait for a connection of one pool; one more fails at once. */
export const WAITING_MAX = 100_000;

/** Answers of one turn of the event loop that are kept for its end, and the bytes of one: larger ones are read at once. */
export const KEPT_MAX = 256;
export const KEPT_BYTES_MAX = 1_024;
/** Of all of them together. */
export const INBOX_BYTES = 65_536;

/** Requests that wait for the end of a turn of the event loop; with so many they are sent in the middle of it. */
export const GATHERED_MAX = 256;
/** Nor do they wait longer than this, give or take the scripts of eight virtual users. */
export const GATHERED_NS_MAX: number = NS_PER_MS;

export const CONNECT_TIMEOUT_NS: number = 10 * NS_PER_S;
export const HEADERS_TIMEOUT_NS: number = 60 * NS_PER_S;
export const BODY_TIMEOUT_NS: number = 60 * NS_PER_S;
export const WHOLE_TIMEOUT_NS: number = 60 * NS_PER_S;

/** A kept connection is not used in the last part of the time its server promised to keep it. */
export const KEEP_ALIVE_MARGIN_NS: number = NS_PER_S;

/** How long a race over HTTP/2 waits for the server to say that it has what was sent beforehand. */
export const ARRIVAL_NS_MAX: number = NS_PER_S;

export const REDIRECTS_MAX = 10;
export const REDIRECTS_MAX_LIMIT = 100;
/** Different URLs whose layout is remembered per set of tags; beyond, the memory starts anew. */
export const ROUTES_MAX = 10_000;
/** Series of one set of tags that are remembered by method and name; beyond, each is looked up again. */
export const SERIES_REMEMBERED = 10_000;
/** Sets of tags a client may see, counting those given per request. */
export const TAG_SETS_REMEMBERED = 10_000;
export const HEADER_NAMES_REMEMBERED = 1_000;
/** Longer heads are not remembered; they are read anew each time. */
export const HEAD_MEMO_BYTES_MAX = 2_048;
/** After so many heads in a row that differ from the one before, only every so manieth is remembered. */
export const HEAD_MEMO_MISSES_MAX = 32;

/** Further addresses of this machine that connections to it may come from: 127.0.0.2 and up. */
export const SOURCE_HOSTS = 250;
/** Below are the ports of well-known servers. */
export const SOURCE_PORT_MIN = 10_000;
export const SOURCE_PORT_MAX = 65_000;
/** Pairs of address and port that are tried for one connection. */
export const SOURCES_TRIED_MAX = 64;

/** Operations of one name and outcome whose raw request and answer each engine thread keeps: the first ones. */
export const RAW_KEPT_MAX = 2_000;
/** Characters that are kept of a request, and of the head and the body of its answer each. */
export const RAW_TEXT_MAX = 4_096;
/** Characters that all of them may take on one thread; then no more are kept. */
export const RAW_BYTES_MAX: number = 16 * 1024 * 1024;

/** As long as k6 remembers an address. */
export const DNS_CACHE_NS: number = 300 * NS_PER_S;

/** Of one virtual user; the oldest goes first. */
export const COOKIES_MAX = 300;
/** Name and value of one cookie; longer ones are ignored. */
export const COOKIE_BYTES_MAX = 4_096;

/** Multipart bodies up to here are put together in memory; larger ones are streamed. */
export const MULTIPART_GATHERED_BYTES_MAX = 1_048_576;
/** Content codings of one body, one in another. */
export const CODINGS_MAX = 4;
/** Lengths of request bodies up to here whose header line is remembered as text. */
export const LENGTHS_REMEMBERED = 4_096;
