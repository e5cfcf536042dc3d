/** Where a request goes: scheme, host and port. Interned per thread, so that origins are compared by identity. */
export interface Origin {
  /** `https://shop.test:8443`: as URLs and cookies name it. */
  readonly url: string;
  readonly secure: boolean;
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** Value of the host header: without the port where that is the scheme's own. */
  readonly authority: string;
}

export class Origins {
  readonly #byUrl = new Map<string, Origin>();

  /** Throws nothing: the URL is one that `new URL` made, with an http or https scheme. */
  of(url: URL): Origin {
    const known = this.#byUrl.get(url.origin);
    if (known !== undefined) return known;
    const secure = url.protocol === "https:";
    const origin: Origin = Object.freeze({
      url: url.origin,
      secure,
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: url.port === "" ? (secure ? 443 : 80) : Number(url.port),
      authority: url.host,
    });
    this.#byUrl.set(url.origin, origin);
    return origin;
  }
}
