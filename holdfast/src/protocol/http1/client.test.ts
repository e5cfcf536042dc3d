import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OperationDefinition } from "../../record/operation.ts";
import type { HttpResponse } from "../http.ts";
import { deadPort, open, serve, type TestServer } from "./testing/fixture.ts";

let server: TestServer;
beforeAll(async () => {
  server = await serve((request, response) => {
    const { method, url = "", headers, body } = request;
    if (url === "/chunked") {
      response.write("first, ");
      response.write("second");
      response.end();
      return;
    }
    const status = Number(/status=(\d+)/.exec(url)?.[1] ?? 200);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ method, url, headers, body: body.toString("utf8") }));
  });
});
afterAll(() => server[Symbol.asyncDispose]());

interface Echo {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

describe("a client against Node's own server", () => {
  test("a GET is answered with status, headers, text and JSON", async () => {
    await using opened = open(server.url);
    const { http } = opened;
    const response = await http.get("/hello?a=1");
    expect(response.error).toBeUndefined();
    expect(response.status).toBe(200);
    expect(response.ok).toBe(true);
    expect(response.header("Content-Type")).toBe("application/json");
    expect(response.json<Echo>()).toMatchObject({ method: "GET", url: "/hello?a=1", body: "" });
    expect(response.url).toBe(`${server.url}/hello?a=1`);
  });

  test("100 requests one after another of one virtual user use 1 connection", async () => {
    await using opened = open(server.url);
    const { http } = opened;
    const before = server.connections;
    for (let i = 0; i < 100; i++) {
      const response = await http.post("/order", { json: { i }, headers: { "x-key": `k${i}` } });
      const echo = response.json<Echo>();
      expect(echo.body).toBe(`{"i":${i}}`);
      expect(echo.headers["x-key"]).toBe(`k${i}`);
      expect(echo.headers["content-type"]).toBe("application/json");
    }
    expect(server.connections - before).toBe(1);
  });

  test("a chunked body is put together", async () => {
    await using opened = open(server.url);
    const { http } = opened;
    expect((await http.get("/chunked")).text()).toBe("first, second");
  });

  test("text beyond ASCII arrives and returns as UTF-8", async () => {
    await using opened = open(server.url);
    const { http } = opened;
    const body = "größer – 漢字 🙂";
    const response = await http.post("/echo", { body });
    expect(response.json<Echo>().body).toBe(body);
  });

  test("a prepared request sends its varying headers and body", async () => {
    await using opened = open(server.url);
    const { http } = opened;
    const order = http.prepare({ method: "POST", url: "/order", vary: ["x-key"] });
    const echo = (await order.send('{"a":1}', ["k1"])).json<Echo>();
    expect(echo).toMatchObject({ method: "POST", url: "/order", body: '{"a":1}' });
    expect(echo.headers["x-key"]).toBe("k1");
  });

  test("every exchange is counted with k6's tags and with times that add up", async () => {
    await using opened = open(server.url);
    const { http, recorder } = opened;
    await http.get("/a?x=1", { name: "a" });
    await http.get("/a?status=404");
    expect(recorder.exchanges.map(({ tags }) => tags)).toEqual([
      { scenario: "test", name: "a", method: "GET", status: "200", expected_response: "true" },
      {
        scenario: "test",
        name: "/a",
        method: "GET",
        status: "404",
        expected_response: "false",
        error_code: "1404",
      },
    ]);
    for (const { timings } of recorder.exchanges) {
      const { sendingMs, waitingMs, receivingMs, durationMs } = timings;
      expect(sendingMs + waitingMs + receivingMs).toBeCloseTo(durationMs, 6);
      expect(timings.serviceMs).toBeNaN();
    }
    expect(recorder.exchanges.map(({ timings }) => timings.failed)).toEqual([false, true]);
    expect(recorder.exchanges[0]?.timings.connectingMs).toBeGreaterThan(0);
    expect(recorder.exchanges[1]?.timings.connectingMs).toBe(0);
  });

  test("an operation is recorded with outcome, rule and result", async () => {
    await using opened = open(server.url);
    const { http, recorder } = opened;
    const definition: OperationDefinition = {
      name: "order",
      statuses: { rejected: [409] },
      result: (response: HttpResponse) => response.json<Echo>().url,
    };
    const operation = { definition, key: "phone", id: "k1" };
    await http.post("/order", { json: {}, operation });
    await http.post("/order?status=409", { json: {}, operation });
    await http.post("/order?status=500", { json: {}, operation });
    expect(recorder.log.map((entry) => [entry.outcome, entry.status, entry.result])).toEqual([
      ["ok", 200, "/order"],
      ["rejected", 409, "/order?status=409"],
      ["unknown", 500, undefined],
    ]);
    expect(recorder.log.every((entry) => entry.invokeNs < entry.returnNs)).toBe(true);
  });

  test("after an unknown outcome the virtual user acts as a new process", async () => {
    await using opened = open(server.url);
    const { http, recorder, actor } = opened;
    const operation = { definition: { name: "order", statuses: {} }, key: "" };
    await http.post("/order?status=500", { operation });
    expect(actor.process).not.toBe(1);
    await http.post("/order", { operation });
    expect(recorder.log.map((entry) => entry.process)).toEqual([1, actor.process]);
  });

  test("the first request of an iteration counts from its intended start, the next from its own", async () => {
    await using opened = open(server.url);
    const { http, recorder, actor } = opened;
    actor.intendedNs = recorder.clock.nowNs() - 5e9;
    await http.get("/a");
    await http.get("/a");
    const [first, second] = recorder.exchanges;
    expect(first?.timings.durationMs).toBeGreaterThan(5000);
    expect(first?.timings.serviceMs).toBeLessThan(5000);
    expect(second?.timings.durationMs).toBeLessThan(5000);
    expect(second?.timings.serviceMs).toBeNaN();
    expect(actor.intendedNs).toBeNaN();
  });

  test("nobody listening is status 0 with a definite error, and the operation failed", async () => {
    await using opened = open(server.url);
    const { recorder, http } = opened;
    const operation = { definition: { name: "order", statuses: {} }, key: "" };
    const response = await http.get(`http://127.0.0.1:${await deadPort()}/`, { operation });
    expect(response.status).toBe(0);
    expect(response.error).toMatchObject({ code: "HF_TCP_REFUSED", number: 1212, definite: true });
    expect(recorder.log.map(({ outcome, completions }) => [outcome, completions])).toEqual([
      ["failed", 1],
    ]);
    expect(recorder.exchanges[0]?.tags).toMatchObject({ status: "0", error_code: "1212" });
  });
});
