import { describe, expect, test } from "vitest";
import { parseCookieDate } from "./cookie-date.ts";
import { CookieJar } from "./cookies.ts";
import { COOKIES_MAX } from "./limits.ts";
import { type Origin, Origins } from "./origin.ts";
import { open, serve } from "./testing/fixture.ts";

const origins = new Origins();
const at = (url: string): Origin => origins.of(new URL(url));
const shop = at("http://www.shop.test");
const secureShop = at("https://www.shop.test");

/** What a jar sends to `to` after `lines` were set by www.shop.test for `/a/b`. */
function sent(lines: string[], to: string, options: { nowS?: number; date?: string } = {}): string {
  const jar = new CookieJar();
  const url = new URL(to);
  jar.take(lines, url.protocol === "https:" ? secureShop : shop, "/a/b", options.date, 0);
  return jar.header(origins.of(url), url.pathname, (options.nowS ?? 0) * 1e9);
}

describe("a cookie", () => {
  const rows: [string, string[], string, string][] = [
    ["goes back to its host", ["a=1"], "http://www.shop.test/a/", "a=1"],
    ["goes to another port of its host", ["a=1"], "http://www.shop.test:8080/a/", "a=1"],
    ["without a domain goes to no other host", ["a=1"], "http://shop.test/a/", ""],
    ["without a domain goes to no host below", ["a=1"], "http://x.www.shop.test/a/", ""],
    [
      "with a domain goes to all hosts below it",
      ["a=1; Domain=shop.test"],
      "http://b.shop.test/a/",
      "a=1",
    ],
    [
      "with a leading dot in its domain is the same",
      ["a=1; Domain=.shop.test"],
      "http://shop.test/a/",
      "a=1",
    ],
    [
      "for a stranger's domain is not taken",
      ["a=1; Domain=other.test"],
      "http://other.test/a/",
      "",
    ],
    [
      "for the end of a name that is no label is not taken",
      ["a=1; Domain=op.test"],
      "http://www.shop.test/a/",
      "",
    ],
    ["for a top level is not taken", ["a=1; Domain=test"], "http://www.shop.test/a/", ""],
    ["goes by default to the folder it came from", ["a=1"], "http://www.shop.test/a/c/d", "a=1"],
    ["does not go above that folder", ["a=1"], "http://www.shop.test/", ""],
    ["does not go to a folder with a longer name", ["a=1"], "http://www.shop.test/abc", ""],
    ["goes to its path", ["a=1; Path=/x"], "http://www.shop.test/x/y", "a=1"],
    [
      "with a path that is none goes to the default",
      ["a=1; Path=x"],
      "http://www.shop.test/a/",
      "a=1",
    ],
    [
      "that is secure is not taken from an insecure server",
      ["a=1; Secure"],
      "http://www.shop.test/a/",
      "",
    ],
    ["that is secure goes to a secure server", ["a=1; Secure"], "https://www.shop.test/a/", "a=1"],
    [
      "is replaced by one of the same name, domain and path",
      ["a=1", "a=2"],
      "http://www.shop.test/a/",
      "a=2",
    ],
    ["of a longer path goes first", ["a=1; Path=/", "b=2"], "http://www.shop.test/a/", "b=2; a=1"],
    ["with max-age 0 is gone", ["a=1", "a=1; Max-Age=0"], "http://www.shop.test/a/", ""],
    ["with an equals sign in its value keeps it", ["a=b=c"], "http://www.shop.test/a/", "a=b=c"],
    [
      "with nonsense among its attributes is taken",
      ["a=1; ; =; Foo=bar; HttpOnly"],
      "http://www.shop.test/a/",
      "a=1",
    ],
    ["without a name has only a value", ["lonely"], "http://www.shop.test/a/", "=lonely"],
    ["that is empty is not taken", ["", ";", "="], "http://www.shop.test/a/", ""],
  ];
  for (const [name, lines, to, expected] of rows) {
    test(name, () => {
      expect(sent(lines, to)).toBe(expected);
    });
  }

  test("with max-age 60 lasts 60 s, whatever expires says", () => {
    const lines = ["a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"];
    expect(sent(lines, "http://www.shop.test/a/", { nowS: 59 })).toBe("a=1");
    expect(sent(lines, "http://www.shop.test/a/", { nowS: 60 })).toBe("");
  });

  test("expires by the server's clock, not by this machine's", () => {
    const options = { date: "Wed, 21 Oct 2015 07:28:00 GMT" };
    const lines = ["a=1; Expires=Wed, 21 Oct 2015 07:28:10 GMT"];
    expect(sent(lines, "http://www.shop.test/a/", { ...options, nowS: 9 })).toBe("a=1");
    expect(sent(lines, "http://www.shop.test/a/", { ...options, nowS: 10 })).toBe("");
  });

  test("that expired long ago is gone even where the server names no date", () => {
    const gone = ["a=1", "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"];
    expect(sent(gone, "http://www.shop.test/a/")).toBe("");
    expect(sent(["a=1; Expires=Fri, 01 Jan 2100 00:00:00 GMT"], "http://www.shop.test/a/")).toBe(
      "a=1",
    );
  });

  test(`number ${COOKIES_MAX + 1} drives out the oldest`, () => {
    const lines = Array.from({ length: COOKIES_MAX + 1 }, (_, i) => `c${i}=${i}`);
    const values = sent(lines, "http://www.shop.test/a/").split("; ");
    expect(values).toHaveLength(COOKIES_MAX);
    expect(values[0]).toBe("c1=1");
  });

  test("for an address is for that address alone", () => {
    const jar = new CookieJar();
    jar.take(
      ["a=1; Domain=0.0.1", "b=2; Domain=127.0.0.1"],
      at("http://127.0.0.1"),
      "/",
      undefined,
      0,
    );
    expect(jar.header(at("http://127.0.0.1"), "/", 0)).toBe("b=2");
    expect(jar.header(at("http://127.0.0.2"), "/", 0)).toBe("");
  });
});

describe("a cookie's date", () => {
  const rows: [string, string | undefined][] = [
    ["Wed, 21 Oct 2015 07:28:00 GMT", "2015-10-21T07:28:00Z"],
    ["Wednesday, 21-Oct-15 07:28:00 GMT", "2015-10-21T07:28:00Z"],
    ["Wed Oct 21 07:28:00 2015", "2015-10-21T07:28:00Z"],
    ["29 feb 2000 0:0:0", "2000-02-29T00:00:00Z"],
    ["1 Jan 1970 00:00:00", "1970-01-01T00:00:00Z"],
    ["31 dec 1999 23:59:59", "1999-12-31T23:59:59Z"],
    ["1 mar 2100 12:00:00", "2100-03-01T12:00:00Z"],
    ["1 jan 1601 00:00:00", "1601-01-01T00:00:00Z"],
    ["1 jan 69 00:00:00", "2069-01-01T00:00:00Z"],
    ["1 jan 70 00:00:00", "1970-01-01T00:00:00Z"],
    ["1 jan 1600 00:00:00", undefined],
    ["32 jan 2000 00:00:00", undefined],
    ["1 jan 2000 24:00:00", undefined],
    ["1 jan 2000", undefined],
    ["tomorrow", undefined],
    ["", undefined],
  ];
  for (const [text, iso] of rows) {
    test(`"${text}" is ${iso ?? "none"}`, () => {
      expect(parseCookieDate(text)).toBe(iso === undefined ? undefined : Date.parse(iso) / 1000);
    });
  }

  test("agrees with Date on every day from 1960 to 2110", () => {
    for (let day = Date.UTC(1960, 0, 1); day < Date.UTC(2110, 0, 1); day += 86_400_000) {
      expect(parseCookieDate(new Date(day).toUTCString())).toBe(day / 1000);
    }
  });
});

describe("a virtual user's client", () => {
  const setting = () =>
    serve((request, response) => {
      if (request.url === "/set") response.setHeader("set-cookie", ["a=1", "b=2; Path=/"]);
      response.end(request.headers.cookie ?? "none");
    });

  test("sends the cookies it was given, in both forms, and another's client does not", async () => {
    await using server = await setting();
    await using opened = open(server.url);
    const { http, transport, actor } = opened;
    expect((await http.get("/set")).text()).toBe("none");
    expect((await http.get("/x")).text()).toBe("a=1; b=2");
    expect((await http.prepare({ method: "GET", url: "/x" }).send("")).text()).toBe("a=1; b=2");
    expect((await http.tagged({ group: "g" }).get("/x")).text()).toBe("a=1; b=2");
    expect((await transport.client({ ...actor }).get("/x")).text()).toBe("none");
  });

  test("sends only the author's own where a cookie header is given", async () => {
    await using server = await setting();
    await using opened = open(server.url);
    await opened.http.get("/set");
    const headers = { Cookie: "own=1" };
    expect((await opened.http.get("/x", { headers })).text()).toBe("own=1");
  });

  test("keeps none when told so", async () => {
    await using server = await setting();
    await using opened = open(server.url, { cookies: false });
    await opened.http.get("/set");
    expect((await opened.http.get("/x")).text()).toBe("none");
  });

  test("takes cookies from a redirect on the way", async () => {
    await using server = await serve((request, response) => {
      if (request.url !== "/login") return void response.end(request.headers.cookie ?? "none");
      response.writeHead(303, { location: "/home", "set-cookie": "session=s1; Path=/" }).end();
    });
    await using opened = open(server.url);
    expect((await opened.http.post("/login", { redirect: "follow" })).text()).toBe("session=s1");
  });
});
