import { describe, expect, test } from "vitest";
import type { HttpMethod } from "../http.ts";
import { open, serve } from "./testing/fixture.ts";

interface Seen {
  method: string | undefined;
  url: string | undefined;
  body: string;
  headers: Record<string, unknown>;
}

/** `/NNN/rest` redirects to `/rest` with that status; anything else answers 200. */
async function redirecting() {
  const seen: Seen[] = [];
  const server = await serve((request, response) => {
    const { method, url = "", headers, body } = request;
    seen.push({ method, url, headers, body: body.toString() });
    const [, status, rest] = /^\/(\d{3})(\/.*)/.exec(url) ?? [];
    if (status === undefined) return void response.end("landed");
    response.writeHead(Number(status), { location: rest }).end();
  });
  return { server, seen, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

describe("a redirect", () => {
  test("is handed back by default", async () => {
    await using at = await redirecting();
    await using opened = open(at.server.url);
    const response = await opened.http.get("/302/there");
    expect(response).toMatchObject({ status: 302, redirects: 0 });
    expect(response.header("location")).toBe("/there");
  });

  const rows: [number, HttpMethod, string, string][] = [
    [301, "POST", "GET", ""],
    [302, "POST", "GET", ""],
    [303, "POST", "GET", ""],
    [303, "PUT", "GET", ""],
    [303, "HEAD", "HEAD", ""],
    [301, "PUT", "PUT", "hello"],
    [302, "DELETE", "DELETE", "hello"],
    [307, "POST", "POST", "hello"],
    [308, "PATCH", "PATCH", "hello"],
    [302, "GET", "GET", ""],
  ];
  for (const [status, method, after, body] of rows) {
    test(`${status} of a ${method} is followed as ${after} ${body === "" ? "without" : "with"} body`, async () => {
      await using at = await redirecting();
      await using opened = open(at.server.url);
      const options = method === "GET" || method === "HEAD" ? {} : { body: "hello" };
      const url = `/${status}/there?a=1`;
      const response = await opened.http.request(method, url, { ...options, redirect: "follow" });
      expect(response).toMatchObject({ status: 200, redirects: 1 });
      expect(response.url).toBe(`${at.server.url}/there?a=1`);
      expect(at.seen[1]).toMatchObject({ method: after, url: "/there?a=1", body });
      expect(at.seen[1]?.headers["content-type"]).toBe(
        body === "" ? undefined : "text/plain;charset=UTF-8",
      );
      expect(at.server.connections).toBe(1);
    });
  }

  test("of 3 hops is 4 samples and one operation from the first byte to the last", async () => {
    await using at = await redirecting();
    await using opened = open(at.server.url);
    const operation = { definition: { name: "read", statuses: {} }, key: "" };
    const url = "/302/307/308/there";
    const response = await opened.http.get(url, { redirect: "follow", operation });
    expect(response.redirects).toBe(3);
    const { exchanges, log } = opened.recorder;
    expect(exchanges.map(({ tags }) => [tags.name, tags.status])).toEqual([
      ["/302/307/308/there", "302"],
      ["/307/308/there", "307"],
      ["/308/there", "308"],
      ["/there", "200"],
    ]);
    expect(log).toMatchObject([{ outcome: "ok", status: 200, completions: 1 }]);
  });

  test("beyond redirectsMax is handed back", async () => {
    await using at = await redirecting();
    await using opened = open(at.server.url, { redirectsMax: 2 });
    const response = await opened.http.get("/302/302/302/there", { redirect: "follow" });
    expect(response).toMatchObject({ status: 302, redirects: 2 });
    expect(at.seen).toHaveLength(3);
  });

  test("without a location, or of status 304, is an answer like any other", async () => {
    await using server = await serve((request, response) => {
      response.writeHead(request.url === "/304" ? 304 : 302).end();
    });
    await using opened = open(server.url);
    const follow = { redirect: "follow" } as const;
    expect((await opened.http.get("/304", follow)).status).toBe(304);
    expect(await opened.http.get("/", follow)).toMatchObject({ status: 302, error: undefined });
  });

  test("to a place that is none is an error with its words", async () => {
    await using server = await serve((_, response) => {
      response.writeHead(302, { location: "ftp://files.test/" }).end();
    });
    await using opened = open(server.url);
    const { error } = await opened.http.get("/", { redirect: "follow" });
    expect(error).toMatchObject({ code: "HF_REDIRECT_LOCATION" });
    expect(error?.message).toContain("ftp://files.test/");
  });

  test("to another origin leaves the author's credentials behind, also on the way back", async () => {
    await using home = await redirecting();
    await using away = await serve((request, response) => {
      home.seen.push({ method: "", url: "away", body: "", headers: request.headers });
      response.writeHead(302, { location: `${home.server.url}/back` }).end();
    });
    await using start = await serve((_, response) => {
      response.writeHead(302, { location: `${away.url}/` }).end();
    });
    await using opened = open(start.url);
    const headers = { authorization: "Bearer secret", cookie: "a=b", "x-plain": "1" };
    const response = await opened.http.get("/", { redirect: "follow", headers });
    expect(response.status).toBe(200);
    expect(home.seen).toHaveLength(2);
    for (const { headers } of home.seen) {
      expect(headers.authorization).toBeUndefined();
      expect(headers.cookie).toBeUndefined();
      expect(headers["x-plain"]).toBe("1");
    }
  });

  test("is followed by a prepared request, too, with its varying headers and its body", async () => {
    await using at = await redirecting();
    await using opened = open(at.server.url);
    const order = opened.http.prepare({
      method: "POST",
      url: "/307/there",
      vary: ["x-key"],
      contentType: "text/x",
      redirect: "follow",
    });
    expect(await order.send("hello", ["k1"])).toMatchObject({ status: 200, redirects: 1 });
    expect(at.seen[1]).toMatchObject({
      method: "POST",
      url: "/there",
      body: "hello",
      headers: { "x-key": "k1", "content-type": "text/x" },
    });
  });

  test("that wants a stream sent again is handed back", async () => {
    await using at = await redirecting();
    await using opened = open(at.server.url);
    async function* body() {
      yield Buffer.from("once");
    }
    const response = await opened.http.post("/307/there", { body: body(), redirect: "follow" });
    expect(response).toMatchObject({ status: 307, redirects: 0 });
  });
});
