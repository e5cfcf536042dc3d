/** What a virtual user may ask of HTTP, and what it gets back. The author's side; `http1/` is the other. */
import type { Duration } from "../base/units.ts";
import type { OperationStart } from "../record/operation.ts";
import type { Tags } from "../record/metric.ts";

export type HttpMethod =
  | "GET"
  | "HEAD"
  | "POST"
  | "PUT"
  | "PATCH"
  | "DELETE"
  | "OPTIONS"
  | (string & {});

/** `json`, `form`, `multipart`, `body`: at most one. */
export interface HttpRequestOptions {
  /** Tag `name` of the samples. Default: the path without its query. Give one when the path holds ids. */
  name?: string;
  headers?: Readonly<Record<string, string | readonly string[]>>;
  query?: Readonly<
    Record<string, string | number | boolean | readonly (string | number | boolean)[]>
  >;
  json?: unknown;
  form?: Readonly<Record<string, string | number | boolean>>;
  multipart?: readonly MultipartPart[];
  body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  tags?: Tags;
  /** Records the exchange as an operation of the history: `order.on("phone", { id: key })`. */
  operation?: OperationStart;
  /** `follow` up to `redirectsMax`, or hand back the 3xx. Default `manual`. */
  redirect?: "manual" | "follow";
  timeout?: Duration | Partial<HttpTimeouts>;
  /**
   * Statuses that are no failure for `http_req_failed`. Default: below 400, and those that the request's operation
   * declares `ok` or `rejected`.
   */
  expected?: readonly number[] | ((status: number) => boolean);
  signal?: AbortSignal;
  /** False throws the body away unread, for answers that nobody looks at. Default true. */
  keepBody?: boolean;
}

export interface MultipartPart {
  name: string;
  value: string | Uint8Array | AsyncIterable<Uint8Array>;
  filename?: string;
  contentType?: string;
}

export interface HttpTimeouts {
  connect: Duration;
  headers: Duration;
  body: Duration;
  whole: Duration;
}

/** Options of a client, set per test or scenario. */
export interface HttpClientOptions {
  /**
   * `2`: HTTP/2 and nothing else, over TLS (by ALPN) or, for an http URL, with prior knowledge. A server that does not
   * speak it is a failure: a test must not measure another protocol than it says. Default `1.1`.
   */
  version?: "1.1" | "2";
  /** `vu`: each virtual user has connections of its own, as a browser would. `shared`: one pool. Default `vu`. */
  pool?: "vu" | "shared";
  /** Connections to one origin, per pool. Default 6 for `vu`, 100 for `shared`; in HTTP/2, which needs no more, 1. */
  connectionsMax?: number;
  timeout?: Duration | Partial<HttpTimeouts>;
  redirectsMax?: number;
  /** Larger answers are an error. Default 64 MiB. */
  responseBytesMax?: number;
  headers?: Readonly<Record<string, string>>;
  /** Keeps and sends cookies, one jar per virtual user. Default true. */
  cookies?: boolean;
  /**
   * Names of headers and of fields in bodies and queries whose values are kept out of the stored requests and answers,
   * besides those that are known for secrets (authorization, cookie, token, password, api-key and their like).
   */
  redact?: readonly string[];
  tls?: {
    /** Default true. */
    rejectUnauthorized?: boolean;
    ca?: string;
    cert?: string;
    key?: string;
    serverName?: string;
  };
}

export interface Http {
  request(method: HttpMethod, url: string, options?: HttpRequestOptions): Promise<HttpResponse>;
  get(url: string, options?: HttpRequestOptions): Promise<HttpResponse>;
  head(url: string, options?: HttpRequestOptions): Promise<HttpResponse>;
  post(url: string, options?: HttpRequestOptions): Promise<HttpResponse>;
  put(url: string, options?: HttpRequestOptions): Promise<HttpResponse>;
  patch(url: string, options?: HttpRequestOptions): Promise<HttpResponse>;
  delete(url: string, options?: HttpRequestOptions): Promise<HttpResponse>;
  /** A request whose fixed part is laid out once; the cheapest way to send many of a kind. */
  prepare(template: HttpTemplate): PreparedRequest;
}

export interface HttpTemplate extends Omit<
  HttpRequestOptions,
  "json" | "form" | "multipart" | "body" | "operation"
> {
  method: HttpMethod;
  url: string;
  /** Names of the headers whose values change from request to request, in the order `send` takes them. */
  vary?: readonly string[];
  contentType?: string;
}

export interface PreparedRequest {
  /** `body` is sent as it is. `values` go with `vary`. */
  send(body: string, values?: readonly string[], operation?: OperationStart): Promise<HttpResponse>;
}

/**
 * An answer, or the reason why there is none: a request never throws because of the system under test.
 * The body stays bytes until asked for.
 */
export interface HttpResponse {
  /** 0 when there was no answer. */
  readonly status: number;
  /** 200 to 299. */
  readonly ok: boolean;
  readonly error: HttpFailure | undefined;
  /** First value of a header, any case; undefined when absent. */
  header(name: string): string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** The whole body as text, decoded (gzip, br, deflate) and read as UTF-8. */
  text(): string;
  /** The body as JSON. Throws a SyntaxError that shows its first bytes when it is none. */
  json<T = unknown>(): T;
  bytes(): Uint8Array;
  readonly url: string;
  readonly redirects: number;
  readonly timings: Readonly<HttpResponseTimings>;
}

/** In ms. */
export interface HttpResponseTimings {
  blocked: number;
  lookingUp: number;
  connecting: number;
  tls: number;
  sending: number;
  waiting: number;
  receiving: number;
  duration: number;
}

/** Families as k6 numbers them: 1100 DNS, 1200 TCP, 1300 TLS, 1400 and 1500 by status, 1600 HTTP/2, 1700 the answer itself. */
export interface HttpFailure {
  /** `HF_TCP_REFUSED`. The table is in `protocol/http1/failures.ts`. */
  readonly code: string;
  readonly number: number;
  readonly message: string;
  /** True when the request certainly had no effect. */
  readonly definite: boolean;
}
