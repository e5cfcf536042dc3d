/** Limits of time, waiting, and giving up. No test looks at how long anything took, only at what it ended as. */
import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock-simulated.ts";
import { Deadlines, type Expiring } from "./deadlines.ts";
import { Fifo } from "./fifo.ts";
import { deadPort, open, serve, serveRaw, until } from "./testing/fixture.ts";

const OK = "HTTP/1.1 200 OK\r\n";
const write = { definition: { name: "write", statuses: {} }, key: "k" };

describe("a request that takes too long", () => {
  test("for its headers is unknown, and its connection is not used again", async () => {
    await using server = await serveRaw(({ socket, connection }) => {
      if (connection > 1) socket.write(`${OK}content-length: 0\r\n\r\n`);
    });
    await using opened = open(server.url, { timeout: { headers: "30ms" } });
    const response = await opened.http.post("/slow", { operation: write });
    expect(response.error).toMatchObject({
      code: "HF_TIMEOUT_HEADERS",
      number: 1051,
      definite: false,
    });
    expect(response.error?.message).toContain("POST");
    expect(opened.recorder.log).toMatchObject([{ outcome: "unknown", completions: 1 }]);
    expect((await opened.http.get("/")).status).toBe(200);
    expect(server.connections).toBe(2);
  });

  test("for half a status line is the same", async () => {
    await using server = await serveRaw(({ socket }) => socket.write("HTTP/1.1 20"));
    await using opened = open(server.url, { timeout: { headers: "30ms" } });
    expect((await opened.http.get("/")).error?.code).toBe("HF_TIMEOUT_HEADERS");
  });

  test("for the rest of a 2xx's body happened, and is HF_TIMEOUT_BODY", async () => {
    await using server = await serveRaw(({ socket }) => {
      socket.write(`${OK}content-length: 10\r\n\r\nhalf`);
    });
    await using opened = open(server.url, { timeout: { body: "30ms" } });
    const response = await opened.http.post("/", { operation: write });
    expect(response).toMatchObject({ status: 0, error: { code: "HF_TIMEOUT_BODY" } });
    expect(opened.recorder.log).toMatchObject([{ outcome: "ok", status: 200, result: undefined }]);
  });

  test("as a whole is HF_TIMEOUT, though each part came in its own time", async () => {
    await using server = await serveRaw(({ socket }) => {
      socket.write(`${OK}transfer-encoding: chunked\r\n\r\n`);
      const drip = setInterval(() => socket.write("1\r\nx\r\n"), 5);
      socket.on("close", () => clearInterval(drip));
    });
    await using opened = open(server.url, { timeout: { body: "10s" } });
    const response = await opened.http.get("/", { timeout: "60ms" });
    expect(response.error).toMatchObject({ code: "HF_TIMEOUT", number: 1050 });
  });

  test("to connect never was sent", async () => {
    // A server that accepts TCP but never speaks TLS holds the handshake for ever.
    await using server = await serveRaw(() => undefined);
    await using opened = open(`https://127.0.0.1:${server.port}`, { timeout: { connect: "30ms" } });
    const response = await opened.http.post("/", { operation: write });
    expect(response.error).toMatchObject({ code: "HF_TLS_TIMEOUT", definite: true });
    expect(opened.recorder.log).toMatchObject([{ outcome: "failed", completions: 1 }]);
  });

  test("in the queue never was sent, and the others go on", async () => {
    await using server = await serveRaw(({ socket, text }) => {
      if (!text.includes("/block")) socket.write(`${OK}content-length: 2\r\n\r\nok`);
      else setTimeout(() => socket.write(`${OK}content-length: 2\r\n\r\nok`), 80);
    });
    await using opened = open(server.url, { connectionsMax: 1 });
    const { http, recorder } = opened;
    const blocking = http.get("/block");
    const late = http.post("/late", { timeout: "20ms", operation: write });
    const patient = http.get("/patient");
    expect((await late).error).toMatchObject({ code: "HF_TIMEOUT_UNSENT", definite: true });
    expect((await blocking).text()).toBe("ok");
    expect((await patient).text()).toBe("ok");
    expect(recorder.log).toMatchObject([{ outcome: "failed", completions: 1 }]);
    expect(recorder.exchanges.at(-1)?.timings.blockedMs).toBeGreaterThan(0);
    expect(server.connections).toBe(1);
  });
});

describe("a request that is given up", () => {
  test("by its signal while it waits for the answer is unknown", async () => {
    await using server = await serveRaw(({ socket, connection }) => {
      if (connection > 1) socket.write(`${OK}content-length: 0\r\n\r\n`);
      else controller.abort();
    });
    const controller = new AbortController();
    await using opened = open(server.url);
    const { signal } = controller;
    const response = await opened.http.post("/", { signal, operation: write });
    expect(response.error).toMatchObject({ code: "HF_ABORTED", definite: false });
    expect(opened.recorder.log).toMatchObject([{ outcome: "unknown", completions: 1 }]);
    expect((await opened.http.get("/")).status).toBe(200);
  });

  test("before it was sent certainly did not happen", async () => {
    await using server = await serveRaw(() => undefined);
    await using opened = open(server.url);
    const signal = AbortSignal.abort();
    const response = await opened.http.post("/", { signal, operation: write });
    expect(response.error).toMatchObject({ code: "HF_ABORTED_UNSENT", definite: true });
    expect(opened.recorder.log).toMatchObject([{ outcome: "failed" }]);
  });

  test("between two hops of a redirect ends the second", async () => {
    const controller = new AbortController();
    await using server = await serveRaw(({ socket, text }) => {
      if (text.includes("/first"))
        socket.write("HTTP/1.1 302 F\r\nlocation: /second\r\ncontent-length: 0\r\n\r\n");
      else controller.abort();
    });
    await using opened = open(server.url);
    const { signal } = controller;
    const response = await opened.http.get("/first", { signal, redirect: "follow" });
    expect(response).toMatchObject({ error: { code: "HF_ABORTED" }, redirects: 1 });
  });

  test("by closing its client is unknown, and everything waiting failed", async () => {
    await using server = await serveRaw(() => undefined);
    await using opened = open(server.url, { connectionsMax: 1 });
    const sent = opened.http.post("/", { operation: write });
    const waiting = opened.http.post("/", { operation: write });
    await until(() => server.connections === 1 && opened.recorder.log.length > 0);
    await opened.http.close();
    expect((await sent).error?.code).toBe("HF_ABORTED");
    expect((await waiting).error?.code).toBe("HF_ABORTED_UNSENT");
    expect(opened.recorder.log.map(({ outcome }) => outcome)).toEqual(["unknown", "failed"]);
    expect((await opened.http.get("/")).error?.code).toBe("HF_ABORTED_UNSENT");
  });

  test("by closing the transport ends every client's connections", async () => {
    await using server = await serveRaw(() => undefined);
    await using opened = open(server.url);
    const sent = opened.http.get("/");
    await until(() => server.connections === 1);
    await opened.transport.close();
    expect((await sent).error?.definite).toBeDefined();
  });
});

describe("a pool", () => {
  const slow = () =>
    serve((request, response) => {
      setTimeout(() => response.end(request.url), 5);
    });

  test("of one virtual user opens at most connectionsMax, first come first served", async () => {
    await using server = await slow();
    await using opened = open(server.url, { connectionsMax: 3 });
    const order: string[] = [];
    const paths = Array.from({ length: 12 }, (_, i) => `/${i}`);
    await Promise.all(
      paths.map(async (path) => {
        order.push((await opened.http.get(path)).text());
      }),
    );
    expect([...order].sort()).toEqual([...paths].sort());
    expect(order.slice(0, 3).sort()).toEqual(["/0", "/1", "/2"]);
    expect(order.slice(9).sort()).toEqual(["/10", "/11", "/9"]);
    expect(server.connections).toBe(3);
  });

  test("that is shared serves 20 virtual users with 2 connections", async () => {
    await using server = await slow();
    await using opened = open(server.url, { pool: "shared", connectionsMax: 2 });
    const { transport, actor } = opened;
    const clients = Array.from({ length: 20 }, () => transport.client({ ...actor }));
    const texts = await Promise.all(clients.map(async (c) => (await c.get("/x")).text()));
    expect(texts).toEqual(Array.from({ length: 20 }, () => "/x"));
    expect(server.connections).toBe(2);
  });

  test("gives every one of 5 requests its own failure when nobody listens", async () => {
    await using opened = open(`http://127.0.0.1:${await deadPort()}`, { connectionsMax: 2 });
    const responses = await Promise.all(Array.from({ length: 5 }, () => opened.http.get("/")));
    expect(responses.map(({ error }) => error?.code)).toEqual(
      Array.from({ length: 5 }, () => "HF_TCP_REFUSED"),
    );
  });

  test("goes on with those who wait when a connection breaks", async () => {
    await using server = await serveRaw(({ socket, text }) => {
      if (text.includes("/bad")) socket.destroy();
      else socket.write(`${OK}content-length: 2\r\n\r\nok`);
    });
    await using opened = open(server.url, { connectionsMax: 1 });
    const paths = ["/a", "/bad", "/b", "/bad", "/c"];
    const all = await Promise.all(paths.map((path) => opened.http.post(path)));
    expect(all.map(({ status }) => status)).toEqual([200, 0, 200, 0, 200]);
  });

  test("does not use a connection that its server is about to close by its own word", async () => {
    await using server = await serveRaw(({ socket, nth }) => {
      const hint = nth === 2 ? "timeout=5, max=0" : "timeout=5, max=9";
      socket.write(`${OK}keep-alive: ${hint}\r\ncontent-length: 0\r\n\r\n`);
    });
    await using opened = open(server.url);
    for (let i = 0; i < 4; i++) await opened.http.get("/");
    expect(server.connections).toBe(2);
  });

  test("closes a connection after a request that says so", async () => {
    await using server = await slow();
    await using opened = open(server.url);
    const headers = { Connection: "close" };
    await opened.http.get("/", { headers });
    await opened.http.get("/", { headers });
    expect(server.connections).toBe(2);
  });
});

describe("deadlines", () => {
  class Entry implements Expiring {
    deadlineIndex = -1;
    readonly expired: number[] = [];
    deadlineNs: number;
    constructor(deadlineNs: number) {
      this.deadlineNs = deadlineNs;
    }
    expire(nowNs: number): void {
      this.expired.push(nowNs);
      this.deadlineNs = Number.POSITIVE_INFINITY;
    }
  }

  test("ring for each entry once, at its own time, however they are moved", async () => {
    const clock = new SimulatedClock();
    const deadlines = new Deadlines(clock);
    const [first, second, gone] = [new Entry(50), new Entry(20), new Entry(30)];
    for (const entry of [first, second, gone]) deadlines.add(entry);
    deadlines.remove(gone);
    second.deadlineNs = 70;
    first.deadlineNs = 10;
    deadlines.tighten(10);
    await clock.run(new Promise<void>((resolve) => clock.at(1000, resolve)));
    expect([first.expired, second.expired, gone.expired]).toEqual([[10], [70], []]);
  });

  test("of entries that move away ring no more often than their first times say", async () => {
    const clock = new SimulatedClock();
    let rings = 0;
    const counting = {
      nowNs: () => clock.nowNs(),
      at: (atNs: number, wake: () => void) =>
        clock.at(atNs, () => {
          rings += 1;
          wake();
        }),
      soon: clock.soon.bind(clock),
      busyWaitUntil: clock.busyWaitUntil.bind(clock),
    };
    const deadlines = new Deadlines(counting);
    const entry = new Entry(100);
    deadlines.add(entry);
    const request = (atNs: number): void => {
      entry.deadlineNs = atNs + 100;
      deadlines.tighten(entry.deadlineNs);
      if (atNs < 1000) clock.at(atNs + 1, () => request(atNs + 1));
      else entry.deadlineNs = Number.POSITIVE_INFINITY;
    };
    request(0);
    await clock.run(new Promise<void>((resolve) => clock.at(5000, resolve)));
    expect(entry.expired).toEqual([]);
    expect(rings).toBeLessThan(15);
  });
});

test("a queue keeps its order over 1,000 items while half are let go", () => {
  const queue = new Fifo<number>();
  const out: number[] = [];
  for (let i = 0; i < 1000; i++) {
    queue.push(i);
    if (i % 3 === 0) out.push(queue.shift() as number);
    if (i === 500) queue.keep((item) => item % 2 === 0);
  }
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) out.push(item);
  expect(out).toEqual([...out].sort((a, b) => a - b));
  expect(new Set(out).size).toBe(out.length);
  expect(queue.first).toBeUndefined();
});
