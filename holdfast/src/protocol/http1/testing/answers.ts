/** Generates well-formed answers, together with what they mean. */
import * as fc from "fast-check";

export interface GeneratedAnswer {
  bytes: Buffer;
  status: number;
  body: Buffer;
  /** The answer to a HEAD. */
  bodiless: boolean;
  keepAlive: boolean;
}

const TOKEN_CHARS = "abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_!#$%&'*+.^`|~".split("");

const name = fc
  .string({ unit: fc.constantFrom(...TOKEN_CHARS), minLength: 1, maxLength: 12 })
  .map((text) => `x-${text}`);

const value = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 0x21, max: 0x7e }) },
      { weight: 1, arbitrary: fc.constantFrom(0x20, 0x09) },
      { weight: 1, arbitrary: fc.integer({ min: 0x80, max: 0xff }) },
    ),
    { maxLength: 30 },
  )
  .map((codes) => String.fromCharCode(...codes).trim());

const header = fc
  .record({
    name,
    value,
    before: fc.constantFrom("", " ", "\t", "  "),
    after: fc.constantFrom("", " ", "\t "),
  })
  .map((h) => `${h.name}:${h.before}${h.value}${h.after}\r\n`);

const headers = fc.array(header, { maxLength: 6 }).map((lines) => lines.join(""));

const interim = fc
  .record({ status: fc.constantFrom(100, 102, 103), headers })
  .map(({ status, headers }) => `HTTP/1.1 ${status} Wait\r\n${headers}\r\n`);

const body = fc.oneof(
  fc.uint8Array({ maxLength: 80 }),
  fc.string({ maxLength: 40 }).map((text) => Buffer.from(text)),
);

const reason = fc.constantFrom(" OK", " Not Found", " ", "", " caf\u00e9", " a  b");

/** A case that random letters do not hit: names are written in any case. */
const spelled = (text: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    text,
    text.toUpperCase(),
    text.replace(/\b[a-z]/g, (c) => c.toUpperCase()),
  );

const chunkSize = (size: number): fc.Arbitrary<string> =>
  fc
    .record({
      zeros: fc.constantFrom("", "0", "000"),
      upper: fc.boolean(),
      extension: fc.constantFrom("", "", "", ";a=b", ";q", ';x="y z"'),
    })
    .map(({ zeros, upper, extension }) => {
      const hex = size.toString(16);
      return `${zeros}${upper ? hex.toUpperCase() : hex}${extension}\r\n`;
    });

const chunked = body.chain((bytes) =>
  fc
    .record({
      cuts: fc.array(fc.nat(bytes.length), { maxLength: 4 }),
      trailers: fc.oneof(fc.constant(""), headers),
      last: chunkSize(0),
    })
    .chain(({ cuts, trailers, last }) => {
      const stops = [...new Set([...cuts, bytes.length])]
        .filter((c) => c > 0)
        .sort((a, b) => a - b);
      const starts = [0, ...stops];
      const sizes = stops.map((stop, i) => stop - (starts[i] ?? 0));
      return fc.tuple(...sizes.map(chunkSize)).map((lines) => {
        const parts = lines.map((line, i) => [
          Buffer.from(line),
          Buffer.from(bytes.subarray(starts[i], stops[i])),
          Buffer.from("\r\n"),
        ]);
        const tail = Buffer.from(`${last}${trailers}\r\n`, "latin1");
        return { bytes, wire: Buffer.concat([...parts.flat(), tail]) };
      });
    }),
);

const status = fc.constantFrom(200, 201, 302, 400, 404, 409, 429, 500, 503, 204, 304, 999);

/** Answers to GET, or to HEAD where `bodiless`. */
export const wellFormedAnswer: fc.Arbitrary<GeneratedAnswer> = fc
  .record({
    interims: fc.array(interim, { maxLength: 2 }),
    version: fc.constantFrom("1.1", "1.1", "1.1", "1.0"),
    status,
    reason,
    before: headers,
    after: headers,
    bodiless: fc.constantFrom(false, false, false, true),
    connection: fc.constantFrom("", "close", "keep-alive", "Keep-Alive, x", "x,close"),
    framing: fc.oneof(
      fc.record({ kind: fc.constant("length" as const), body, field: spelled("content-length") }),
      fc.record({
        kind: fc.constant("chunked" as const),
        body: chunked,
        field: spelled("transfer-encoding"),
        word: fc.constantFrom("chunked", "Chunked", "CHUNKED"),
      }),
      fc.record({ kind: fc.constant("close" as const), body }),
    ),
  })
  .map((a) => {
    const connection = a.connection === "" ? "" : `Connection: ${a.connection}\r\n`;
    const empty = a.bodiless || a.status === 204 || a.status === 304;
    let field = "";
    let wire: Uint8Array;
    let meant: Uint8Array;
    const { framing } = a;
    const old = a.version === "1.0" && framing.kind === "chunked";
    if (framing.kind === "length" || old) {
      meant = old ? (framing.body as { bytes: Uint8Array }).bytes : (framing.body as Uint8Array);
      wire = meant;
      field = `content-length: ${meant.length}\r\n`;
    } else if (framing.kind === "chunked") {
      ({ bytes: meant, wire } = framing.body);
      field = `${framing.field}: ${framing.word}\r\n`;
    } else {
      meant = wire = framing.body;
    }
    const head = `HTTP/${a.version} ${a.status}${a.reason}\r\n${a.before}${field}${connection}${a.after}\r\n`;
    const parts = [Buffer.from(a.interims.join("") + head, "latin1")];
    if (!empty) parts.push(Buffer.from(wire));
    const says = a.connection.toLowerCase();
    const keep = a.version === "1.1" ? !says.includes("close") : says.startsWith("keep-alive");
    return {
      bytes: Buffer.concat(parts),
      status: a.status,
      body: Buffer.from(empty ? new Uint8Array() : meant),
      bodiless: a.bodiless,
      keepAlive: keep && (empty || field !== ""),
    };
  });
