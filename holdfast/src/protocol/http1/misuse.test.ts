/** What an author does wrong throws at once, at the author's own line, and says what would be right. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HttpClientOptions, HttpRequestOptions, HttpTemplate } from "../http.ts";
import { open, serve, type TestServer } from "./testing/fixture.ts";

let server: TestServer;
beforeAll(async () => {
  server = await serve((request, response) => {
    response.end(JSON.stringify({ url: request.url, headers: request.headers }));
  });
});
afterAll(() => server[Symbol.asyncDispose]());

describe("a request throws a TypeError", () => {
  const rows: [string, object, RegExp][] = [
    [
      "for an unknown option",
      { josn: {} },
      /POST: options\.josn is not a known option; known are name, headers/,
    ],
    [
      "for two bodies",
      { json: 1, body: "x" },
      /POST: options must be given at most one of json, form, multipart, body, got \["json","body"\]/,
    ],
    [
      "for JSON that is none",
      { json: () => 1 },
      /options\.json must be a value that JSON can hold, got a function/,
    ],
    [
      "for a body that is none",
      { body: 7 },
      /options\.body must be text, a Uint8Array or an async iterable of them, got 7/,
    ],
    [
      "for a form of objects",
      { form: { a: {} } },
      /options\.form\.a must be text, a number or a boolean/,
    ],
    [
      "for a part without a name",
      { multipart: [{ value: "x" }] },
      /options\.multipart\[0\]\.name must be text, got nothing/,
    ],
    [
      "for a part without a value",
      { multipart: [{ name: "x" }] },
      /options\.multipart\[0\]\.value must be text, a Uint8Array/,
    ],
    [
      "for multipart that is no list",
      { multipart: {} },
      /options\.multipart must be a list of parts/,
    ],
    [
      "for a header's name with a space",
      { headers: { "x y": "1" } },
      /name of a header must be letters, digits and hyphens, got "x y"/,
    ],
    ["for an empty header's name", { headers: { "": "1" } }, /name of a header/],
    [
      "for a header's value with a line break",
      { headers: { x: "1\r\ny: 2" } },
      /headers\.x must be text .* without line breaks or controls, got "1\\r\\ny: 2"/,
    ],
    ["for a header's value with a NUL", { headers: { x: "a\0b" } }, /headers\.x must be/],
    [
      "for a header's value beyond U+00FF",
      { headers: { x: "漢" } },
      /headers\.x must be text of characters up to U\+00FF/,
    ],
    [
      "for a header's value that is no text",
      { headers: { x: 7 } },
      /headers\.x must be .*, got 7 \(number\)/,
    ],
    [
      "for a length of the author's own",
      { headers: { "Content-Length": "7" } },
      /headers\.Content-Length must be left to the client/,
    ],
    ["for a query of objects", { query: { a: {} } }, /options\.query\.a must be/],
    [
      "for a timeout that is none",
      { timeout: "soon" },
      /options\.timeout must be a duration such as "500ms" or "10s", got "soon"/,
    ],
    [
      "for an unknown part of a timeout",
      { timeout: { total: "1s" } },
      /options\.timeout must be made of connect, headers, body and whole, got "total"/,
    ],
    [
      "for expected that is none",
      { expected: 200 },
      /options\.expected must be a list of statuses/,
    ],
    [
      "for a redirect that is none",
      { redirect: "always" },
      /options\.redirect must be "manual" or "follow", got "always"/,
    ],
    ["for keepBody that is none", { keepBody: "no" }, /options\.keepBody must be true or false/],
  ];
  for (const [name, options, message] of rows) {
    test(name, async () => {
      await using opened = open(server.url);
      const act = (): unknown => opened.http.post("/", options);
      expect(act).toThrow(TypeError);
      expect(act).toThrow(message);
      expect(opened.recorder.exchanges).toEqual([]);
    });
  }

  test("for a URL that is none, is no HTTP, or stands on nothing", async () => {
    await using opened = open(server.url);
    await using baseless = open(undefined);
    expect(() => opened.http.get("http://")).toThrow(/url must be a path such as "\/health"/);
    expect(() => opened.http.get("ftp://a.test/")).toThrow(/got "ftp:\/\/a.test\/"/);
    expect(() => opened.http.get(7 as unknown as string)).toThrow(TypeError);
    expect(() => baseless.http.get("/health")).toThrow(/the test has no target/);
  });

  test("for a method that is none", async () => {
    await using opened = open(server.url);
    expect(() => opened.http.request("G E T", "/")).toThrow(
      /method must be a method such as "GET"/,
    );
    expect(() => opened.http.request("CONNECT", "/")).toThrow(TypeError);
  });
});

describe("a template throws a TypeError", () => {
  const rows: [string, object, RegExp][] = [
    ["for an unknown option", { methd: "GET" }, /prepare: options\.methd is not a known option/],
    ["for a body", { json: {} }, /template\.json must be left to send/],
    ["for a wrong name to vary", { vary: ["x y"] }, /name of a header/],
    ["for a wrong header", { headers: { x: "\n" } }, /headers\.x must be/],
    ["for a wrong content type", { contentType: "\n" }, /content-type must be/],
  ];
  for (const [name, wrong, message] of rows) {
    test(name, async () => {
      await using opened = open(server.url);
      const template = { method: "POST", url: "/", ...wrong } as HttpTemplate;
      expect(() => opened.http.prepare(template)).toThrow(message);
    });
  }

  test("when it is sent with too few values, a wrong one, or a body that is no text", async () => {
    await using opened = open(server.url);
    const order = opened.http.prepare({ method: "POST", url: "/", vary: ["x-a", "x-b"] });
    expect(() => order.send("", ["1"])).toThrow(/values must be 2 texts, one for each of vary/);
    expect(() => order.send("", ["1", "2\n"])).toThrow(/headers\.x-b must be/);
    expect(() => order.send({} as unknown as string, ["1", "2"])).toThrow(/body must be text/);
  });
});

describe("options of a client", () => {
  test("that are wrong are listed all at once", () => {
    const wrong = {
      version: "3",
      pool: "mine",
      connectionsMax: 0,
      timeout: { headers: "soon" },
      headers: { "x y": "1" },
      tls: { verify: false },
    };
    let message = "";
    try {
      open(server.url, wrong as unknown as HttpClientOptions);
    } catch (error) {
      message = (error as Error).message;
    }
    for (const path of [
      "version",
      "pool",
      "connectionsMax",
      "timeout.headers",
      "headers",
      "tls.verify",
    ]) {
      expect(message).toContain(path);
    }
  });

  test("of headers are sent with every request, unless it brings its own", async () => {
    const headers = { "X-Team": "a", "User-Agent": "mine", "content-type": "text/x" };
    await using opened = open(server.url, { headers });
    const { http } = opened;
    const seen = async (options: HttpRequestOptions): Promise<Record<string, string>> =>
      (await http.post("/", options)).json<{ headers: Record<string, string> }>().headers;
    expect(await seen({})).toMatchObject({ "x-team": "a", "user-agent": "mine" });
    expect(await seen({ headers: { "x-team": "b" } })).toMatchObject({ "x-team": "b" });
    expect(await seen({ json: {} })).toMatchObject({ "content-type": "application/json" });
    expect(await seen({ body: "x", headers: { "Content-Type": "text/y" } })).toMatchObject({
      "content-type": "text/y",
    });
    expect(await seen({ headers: { Host: "other.test" } })).toMatchObject({ host: "other.test" });
  });
});

describe("a request's", () => {
  test("query is added to that of its URL, and left out of its name", async () => {
    await using opened = open(server.url);
    const query = { q: "a&b c", n: 1, yes: true, many: ["x", 2] };
    const response = await opened.http.get("/search?page=1", { query });
    const expected = "/search?page=1&q=a%26b%20c&n=1&yes=true&many=x&many=2";
    expect(response.json<{ url: string }>().url).toBe(expected);
    expect(response.url).toBe(`${server.url}${expected}`);
    expect(opened.recorder.exchanges[0]?.tags.name).toBe("/search");
  });

  test("tags are added to the actor's, its name and expected statuses decide its series", async () => {
    await using opened = open(server.url);
    const { http, recorder } = opened;
    const options = { tags: { shop: "eu" }, name: "home", expected: [200, 404] };
    await http.get("/", options);
    await http.get("/", { ...options, expected: (status) => status === 404 });
    await http.tagged({ scenario: "test", group: "g" }).get("/", { tags: { group: "h" } });
    expect(recorder.exchanges.map(({ tags }) => tags)).toMatchObject([
      { scenario: "test", shop: "eu", name: "home", expected_response: "true" },
      { scenario: "test", shop: "eu", name: "home", expected_response: "false" },
      { scenario: "test", group: "h", name: "/" },
    ]);
    expect(recorder.series).toHaveLength(3);
  });

  test("operation decides whether 409 is a failure, unless the request says which statuses are expected", async () => {
    await using sale = await serve((_request, response) => {
      response.writeHead(409).end();
    });
    await using opened = open(sale.url);
    const { http, recorder } = opened;
    const refusal = { definition: { name: "order", statuses: { rejected: [409] } }, key: "phone" };
    await http.post("/");
    await http.post("/", { operation: refusal });
    await http.post("/", {
      operation: { definition: { name: "pay", statuses: {} }, key: "phone" },
    });
    await http.post("/", { operation: refusal, expected: [200] });
    expect(recorder.exchanges.map(({ timings }) => timings.failed)).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });

  test("series is interned once for 100 virtual users with equal tags", async () => {
    await using opened = open(server.url);
    const { transport, recorder, actor } = opened;
    for (let i = 0; i < 100; i++) {
      await transport.client({ ...actor, tags: { ...actor.tags } }).get("/same");
    }
    expect(recorder.series).toHaveLength(1);
  });

  test("credentials in the URL become an authorization header", async () => {
    await using opened = open(undefined);
    const url = `http://us%40er:pa%3Ass@127.0.0.1:${server.port}/`;
    const { headers } = (await opened.http.get(url)).json<{ headers: Record<string, string> }>();
    expect(headers.authorization).toBe(`Basic ${btoa("us@er:pa:ss")}`);
    expect(opened.recorder.exchanges[0]?.tags.name).toBe("/");
  });

  test("host that has two addresses is reached at the one where somebody listens", async () => {
    await using opened = open(`http://localhost:${server.port}`);
    const { http, recorder } = opened;
    const headers = { connection: "close" };
    for (let i = 0; i < 10; i++) expect((await http.get("/", { headers })).status).toBe(200);
    expect(recorder.exchanges[0]?.timings.lookingUpMs).toBeGreaterThan(0);
  });

  test("host that does not exist is HF_DNS_NOT_FOUND or HF_DNS, and definite", async () => {
    await using opened = open("http://no-such-host.invalid");
    const { error } = await opened.http.get("/");
    expect(error?.code).toMatch(/^HF_DNS/);
    expect(error?.definite).toBe(true);
  });
});
