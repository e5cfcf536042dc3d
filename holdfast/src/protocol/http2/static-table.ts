/** The headers that every HTTP/2 peer knows from the beginning (RFC 7541, Appendix A), as `name: value`. */
const LINES = `:authority: ;:method: GET;:method: POST;:path: /;:path: /index.html;:scheme: http;:scheme: https
:status: 200;:status: 204;:status: 206;:status: 304;:status: 400;:status: 404;:status: 500;accept-charset:
accept-encoding: gzip, deflate;accept-language: ;accept-ranges: ;accept: ;access-control-allow-origin: ;age: ;allow:
authorization: ;cache-control: ;content-disposition: ;content-encoding: ;content-language: ;content-length:
content-location: ;content-range: ;content-type: ;cookie: ;date: ;etag: ;expect: ;expires: ;from: ;host: ;if-match:
if-modified-since: ;if-none-match: ;if-range: ;if-unmodified-since: ;last-modified: ;link: ;location: ;max-forwards:
proxy-authenticate: ;proxy-authorization: ;range: ;referer: ;refresh: ;retry-after: ;server: ;set-cookie:
strict-transport-security: ;transfer-encoding: ;user-agent: ;vary: ;via: ;www-authenticate: `;

export interface TableEntry {
  readonly name: string;
  readonly value: string;
}

/** The first has index 1. */
export const STATIC_TABLE: readonly TableEntry[] = LINES.split(/[;\n]/).map((line) => {
  const colon = line.indexOf(":", 1);
  return { name: line.slice(0, colon), value: line.slice(colon + 1).trim() };
});

/** The lowest index with this name. */
export const STATIC_INDEX_BY_NAME: ReadonlyMap<string, number> = new Map(
  STATIC_TABLE.map(({ name }, index) => [name, index + 1] as const).reverse(),
);
