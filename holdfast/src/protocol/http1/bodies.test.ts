import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { open, serve, serveRaw } from "./testing/fixture.ts";

const echo = () =>
  serve((request, response) => {
    response.setHeader("x-type", request.headers["content-type"] ?? "none");
    response.setHeader("x-length", request.headers["content-length"] ?? "none");
    response.setHeader("x-coding", request.headers["transfer-encoding"] ?? "none");
    response.end(request.body);
  });

describe("a request's body", () => {
  test("as a form is percent-encoded", async () => {
    await using server = await echo();
    await using opened = open(server.url);
    const form = { a: "1 & 2", "b=": true, c: 3, ü: "ß" };
    const response = await opened.http.post("/", { form });
    expect(response.text()).toBe("a=1+%26+2&b%3D=true&c=3&%C3%BC=%C3%9F");
    expect(response.header("x-type")).toBe("application/x-www-form-urlencoded");
  });

  test("as bytes arrives byte for byte", async () => {
    await using server = await echo();
    await using opened = open(server.url);
    const body = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7) & 255);
    const response = await opened.http.put("/", { body });
    expect(Buffer.from(response.bytes()).equals(body)).toBe(true);
    expect(response.header("x-length")).toBe("100000");
  });

  test("as a stream arrives in chunks, empty parts left out", async () => {
    await using server = await echo();
    await using opened = open(server.url);
    async function* body() {
      for (const part of ["one ", "", "two ", "three"]) yield Buffer.from(part);
    }
    const response = await opened.http.post("/", { body: body() });
    expect(response.text()).toBe("one two three");
    expect(response.header("x-coding")).toBe("chunked");
    expect(server.connections).toBe(1);
    expect((await opened.http.post("/", { body: "again" })).text()).toBe("again");
    expect(server.connections).toBe(1);
  });

  test("of 20 MB as a stream is sent no faster than it is taken", async () => {
    await using server = await serve((request, response) => {
      response.end(String(request.body.length));
    });
    await using opened = open(server.url);
    async function* body() {
      for (let i = 0; i < 20; i++) yield Buffer.alloc(1_000_000, i);
    }
    expect((await opened.http.post("/", { body: body() })).text()).toBe("20000000");
    const { timings } = opened.recorder.exchanges[0] ?? { timings: undefined };
    expect(timings?.sendingMs).toBeGreaterThan(0);
    expect(timings?.bytesSent).toBeGreaterThan(20_000_000);
  });

  test("as a stream that throws is the author's own error, and an unknown outcome", async () => {
    await using server = await echo();
    await using opened = open(server.url);
    async function* body() {
      yield Buffer.from("half");
      throw new Error("my file is gone");
    }
    const operation = { definition: { name: "upload", statuses: {} }, key: "" };
    const promise = opened.http.post("/", { body: body(), operation });
    await expect(promise).rejects.toThrow("my file is gone");
    expect(opened.recorder.log).toMatchObject([{ outcome: "unknown", completions: 1 }]);
    expect((await opened.http.post("/", { body: "next" })).text()).toBe("next");
  });

  test("as a form with files has one part for each, and says its length where it is known", async () => {
    await using server = await echo();
    await using opened = open(server.url);
    async function* lines() {
      yield Buffer.from("line 1\n");
      yield Buffer.from("line 2\n");
    }
    const text = { name: "title", value: "größer" };
    const file = {
      name: "file",
      value: Buffer.from("abc"),
      filename: 'a".txt',
      contentType: "text/plain",
    };
    const known = await opened.http.post("/", { multipart: [text, file] });
    const type = known.header("x-type") ?? "";
    const form = await new Response(known.bytes(), {
      headers: { "content-type": type },
    }).formData();
    expect(form.get("title")).toBe("größer");
    const read = form.get("file") as File;
    expect([read.name, read.type, await read.text()]).toEqual(['a".txt', "text/plain", "abc"]);
    expect(known.header("x-length")).toBe(String(known.bytes().length));
    const stream = { name: "log", value: lines(), filename: "log" };
    const streamed = await opened.http.post("/", { multipart: [stream, text] });
    expect(streamed.header("x-coding")).toBe("chunked");
    const headers = { "content-type": streamed.header("x-type") ?? "" };
    const second = await new Response(streamed.bytes(), { headers }).formData();
    expect(await (second.get("log") as File).text()).toBe("line 1\nline 2\n");
    expect((second.get("log") as File).type).toBe("application/octet-stream");
  });

  test("as a form larger than 1 MiB is streamed with its length", async () => {
    await using server = await echo();
    await using opened = open(server.url);
    const value = Buffer.alloc(2_000_000, "x");
    const response = await opened.http.post("/", {
      multipart: [{ name: "big", value, filename: "b" }],
    });
    expect(response.header("x-coding")).toBe("none");
    expect(response.bytes().length).toBe(Number(response.header("x-length")));
  });

  test("that is missing is announced as length 0 where one is expected", async () => {
    await using server = await echo();
    await using opened = open(server.url);
    expect((await opened.http.post("/")).header("x-length")).toBe("0");
    expect((await opened.http.delete("/")).header("x-length")).toBe("none");
  });

  test("with text beyond ASCII goes with a header beyond ASCII, each in its own coding", async () => {
    await using server = await serve((request, response) => {
      response.end(`${request.headers["x-name"] as string} ${request.body.toString("utf8")}`);
    });
    await using opened = open(server.url);
    const response = await opened.http.post("/", { body: "ö漢", headers: { "x-name": "Jürgen" } });
    expect(response.text()).toBe("Jürgen ö漢");
  });
});

describe("an answer's body", () => {
  const text = "compress me, ".repeat(200);
  const rows: [string, Buffer][] = [
    ["gzip", gzipSync(text)],
    ["x-gzip", gzipSync(text)],
    ["br", brotliCompressSync(text)],
    ["deflate", deflateSync(text)],
    ["Deflate", deflateRawSync(text)],
    ["identity", Buffer.from(text)],
    ["gzip, br", brotliCompressSync(gzipSync(text))],
  ];
  for (const [coding, bytes] of rows) {
    test(`in ${coding} is decoded`, async () => {
      await using server = await serve((_, response) => {
        response.setHeader("content-encoding", coding).end(bytes);
      });
      await using opened = open(server.url);
      const response = await opened.http.get("/");
      expect(response.error).toBeUndefined();
      expect(response.text()).toBe(text);
      expect(opened.recorder.exchanges[0]?.timings.bytesReceived).toBeGreaterThan(bytes.length);
    });
  }

  test("that unfolds from 20 kB to 20 MB is stopped at the limit of 1 MB", async () => {
    await using server = await serve((_, response) => {
      response.setHeader("content-encoding", "gzip").end(gzipSync(Buffer.alloc(20_000_000)));
    });
    await using opened = open(server.url, { responseBytesMax: 1_000_000 });
    const { error } = await opened.http.get("/");
    expect(error).toMatchObject({ code: "HF_ANSWER_SIZE" });
    expect(error?.message).toContain("1000000");
  });

  test("that is cut off within its coding is an error", async () => {
    await using server = await serve((_, response) => {
      response.setHeader("content-encoding", "gzip").end(gzipSync(text).subarray(0, 20));
    });
    await using opened = open(server.url);
    expect((await opened.http.get("/")).error?.code).toBe("HF_ANSWER_ENCODING");
  });

  test("stays right while other answers arrive in the same buffer", async () => {
    await using server = await serve((request, response) => {
      const size = Number(request.url?.slice(1));
      response.end(String(size % 10).repeat(size));
    });
    await using opened = open(server.url, { connectionsMax: 6 });
    const sizes = [1, 42, 5_000, 70_003, 200_004, 17, 65_535, 65_536];
    const responses = await Promise.all(sizes.map((size) => opened.http.get(`/${size}`)));
    for (const [i, response] of responses.entries()) {
      const size = sizes[i] as number;
      expect(response.text()).toBe(String(size % 10).repeat(size));
    }
  });

  test("is thrown away when nobody wants it", async () => {
    await using server = await serve((_, response) => void response.end("x".repeat(100_000)));
    await using opened = open(server.url);
    const response = await opened.http.get("/", { keepBody: false });
    expect([response.status, response.text(), response.header("content-length")]).toEqual([
      200,
      "",
      "100000",
    ]);
  });

  test("is read as UTF-8 without its byte order mark, however it was framed", async () => {
    const body = Buffer.from('\ufeff{"ok":"größer"}').toString("latin1");
    await using server = await serveRaw(({ socket, text: request }) => {
      const chunked = `transfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
      const whole = `content-length: ${body.length}\r\n\r\n${body}`;
      socket.write(`HTTP/1.1 200 OK\r\n${request.includes("/c") ? chunked : whole}`, "latin1");
    });
    await using opened = open(server.url);
    for (const path of ["/c", "/l"]) {
      expect((await opened.http.get(path)).json()).toEqual({ ok: "größer" });
    }
  });

  test("that is no JSON says so with its first bytes", async () => {
    await using server = await serve((_, response) => void response.end("<html>oops"));
    await using opened = open(server.url);
    const response = await opened.http.get("/page");
    expect(() => response.json()).toThrow(/\/page is no JSON \(status 200\): "<html>oops"/);
  });
});
