/**
 * The cookies of one virtual user (RFC 6265): host-only or domain, path, expiry, secure. `HttpOnly` and `SameSite` are
 * about browsers' scripts and pages, so they mean nothing here.
 *
 * There is no list of public suffixes: a server of `shop.co.uk` may set a cookie for all of `co.uk`. It is this test's
 * own target, so the trap is its own; but a name without a dot (`com`, `localhost`) is never a domain.
 *
 * An expiry date is read against the answer's own date header, so that the server's clock, not this machine's, decides.
 */
import { NS_PER_S } from "../../base/units.ts";
import { parseCookieDate } from "./cookie-date.ts";
import { COOKIE_BYTES_MAX, COOKIES_MAX } from "./limits.ts";
import type { Origin } from "./origin.ts";
import { isIP } from "node:net";

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly hostOnly: boolean;
  readonly path: string;
  readonly secure: boolean;
  readonly untilNs: number;
}

/** Without an expiry a cookie lasts as long as its virtual user. */
const FOR_EVER: number = Number.POSITIVE_INFINITY;
/** A server without a date header that names a year before this one wants the cookie gone. */
const LONG_AGO_SECONDS: number = 1_577_836_800;

export class CookieJar {
  /** Oldest first, longest path first among equals when sent. */
  readonly #cookies = new Map<string, Cookie>();

  get isEmpty(): boolean {
    return this.#cookies.size === 0;
  }

  /** Takes the `set-cookie` lines of one answer; those that may not be set are ignored, as browsers do. */
  take(
    lines: readonly string[],
    origin: Origin,
    path: string,
    date: string | undefined,
    nowNs: number,
  ): void {
    for (const line of lines) {
      const cookie = parseCookie(line, origin, path, date, nowNs);
      if (cookie === undefined) continue;
      const key = `${cookie.domain};${cookie.path};${cookie.name}`;
      if (cookie.untilNs <= nowNs) this.#cookies.delete(key);
      else this.#keep(key, cookie);
    }
  }

  /** The value of a cookie header; "" when none applies. */
  header(origin: Origin, path: string, nowNs: number): string {
    const fitting: Cookie[] = [];
    for (const [key, cookie] of this.#cookies) {
      if (cookie.untilNs <= nowNs) this.#cookies.delete(key);
      else if (applies(cookie, origin, path)) fitting.push(cookie);
    }
    fitting.sort((a, b) => b.path.length - a.path.length);
    return fitting.map(({ name, value }) => `${name}=${value}`).join("; ");
  }

  /** A cookie that is set again keeps its place. */
  #keep(key: string, cookie: Cookie): void {
    if (this.#cookies.size >= COOKIES_MAX && !this.#cookies.has(key)) {
      const oldest = this.#cookies.keys().next();
      if (oldest.done !== true) this.#cookies.delete(oldest.value);
    }
    this.#cookies.set(key, cookie);
  }
}

function parseCookie(
  line: string,
  origin: Origin,
  requestPath: string,
  date: string | undefined,
  nowNs: number,
): Cookie | undefined {
  const [pair = "", ...rest] = line.split(";");
  const equals = pair.indexOf("=");
  const name = pair.slice(0, Math.max(equals, 0)).trim();
  const value = pair.slice(equals + 1).trim();
  if (name.length + value.length > COOKIE_BYTES_MAX || (name === "" && value === "")) {
    return undefined;
  }
  const attributes = readAttributes(rest);
  const domain = (attributes.get("domain") ?? "").replace(/^\./, "").toLowerCase();
  if (domain !== "" && !mayCover(origin.host, domain)) return undefined;
  if (attributes.has("secure") && !origin.secure) return undefined;
  const path = attributes.get("path") ?? "";
  return {
    name,
    value,
    domain: domain === "" ? origin.host : domain,
    hostOnly: domain === "",
    path: path.startsWith("/") ? path : defaultPath(requestPath),
    secure: attributes.has("secure"),
    untilNs: untilNs(attributes, date, nowNs),
  };
}

/** The last of equal attributes counts. */
function readAttributes(parts: readonly string[]): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const part of parts) {
    const equals = part.indexOf("=");
    const name = equals < 0 ? part : part.slice(0, equals);
    attributes.set(name.trim().toLowerCase(), equals < 0 ? "" : part.slice(equals + 1).trim());
  }
  return attributes;
}

/** `max-age` goes before `expires`; what cannot be read is as if it were not there. */
function untilNs(
  attributes: ReadonlyMap<string, string>,
  date: string | undefined,
  nowNs: number,
): number {
  const maxAge = attributes.get("max-age");
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return nowNs + Number(maxAge) * NS_PER_S;
  const expires = parseCookieDate(attributes.get("expires") ?? "");
  if (expires === undefined) return FOR_EVER;
  const serverNow = date === undefined ? undefined : parseCookieDate(date);
  if (serverNow !== undefined) return nowNs + (expires - serverNow) * NS_PER_S;
  return expires < LONG_AGO_SECONDS ? nowNs : FOR_EVER;
}

/** A host may set cookies for itself and for the domains it is part of, but for no top level and no other host. */
function mayCover(host: string, domain: string): boolean {
  if (host === domain) return true;
  return domain.includes(".") && host.endsWith(`.${domain}`) && isIP(host) === 0;
}

/** RFC 6265 §5.1.4: up to, and without, the last slash. */
function defaultPath(requestPath: string): string {
  const last = requestPath.lastIndexOf("/");
  return last <= 0 ? "/" : requestPath.slice(0, last);
}

function applies(cookie: Cookie, origin: Origin, path: string): boolean {
  if (cookie.secure && !origin.secure) return false;
  const { host } = origin;
  const hostFits = cookie.hostOnly
    ? host === cookie.domain
    : host === cookie.domain || host.endsWith(`.${cookie.domain}`);
  if (!hostFits) return false;
  if (path === cookie.path) return true;
  return (
    path.startsWith(cookie.path) && (cookie.path.endsWith("/") || path[cookie.path.length] === "/")
  );
}
