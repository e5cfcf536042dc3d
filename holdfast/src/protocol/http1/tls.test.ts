import type { ServerOptions } from "node:https";
import { describe, expect, test } from "vitest";
import { ProblemsError } from "../../base/errors.ts";
import { CERTIFICATE, deadPort, KEY, open, serve, serveRaw } from "./testing/fixture.ts";
import type { TLSSocket } from "node:tls";

const own = { cert: CERTIFICATE, key: KEY };

const secure = (options: ServerOptions = {}) =>
  serve(
    (request, response) => {
      const socket = request.socket as TLSSocket & { servername?: string };
      const resumed = socket.isSessionReused();
      const client = socket.getPeerCertificate().subject?.CN ?? "nobody";
      response.end(JSON.stringify({ resumed, client, name: socket.servername || "" }));
    },
    { ...own, ...options },
  );

describe("over TLS", () => {
  test("a certificate that nobody vouches for is refused by default, before anything is sent", async () => {
    await using server = await secure();
    await using opened = open(server.url);
    const operation = { definition: { name: "write", statuses: {} }, key: "" };
    const { error } = await opened.http.post("/", { operation });
    expect(error).toMatchObject({ code: "HF_TLS_UNTRUSTED", number: 1310, definite: true });
    expect(opened.recorder.log).toMatchObject([{ outcome: "failed" }]);
  });

  test("one that is vouched for is good, on a kept connection, with a time for its handshake", async () => {
    await using server = await secure();
    await using opened = open(server.url, { tls: { ca: CERTIFICATE } });
    for (let i = 0; i < 3; i++) expect((await opened.http.get("/")).status).toBe(200);
    expect(server.connections).toBe(1);
    const [first, second] = opened.recorder.exchanges;
    expect(first?.timings.tlsMs).toBeGreaterThan(0);
    expect(first?.timings.connectingMs).toBeGreaterThan(0);
    expect(second?.timings.tlsMs).toBe(0);
  });

  test("verification can be turned off", async () => {
    await using server = await secure();
    await using opened = open(server.url, { tls: { rejectUnauthorized: false } });
    expect((await opened.http.get("/")).status).toBe(200);
  });

  test("a certificate of another host is HF_TLS_HOSTNAME", async () => {
    await using server = await secure();
    await using opened = open(server.url, { tls: { ca: CERTIFICATE, serverName: "shop.test" } });
    const { error } = await opened.http.get("/");
    expect(error).toMatchObject({ code: "HF_TLS_HOSTNAME", number: 1311, definite: true });
  });

  test("the server is told the name it is wanted under, but never an address", async () => {
    await using server = await secure();
    await using opened = open(`https://localhost:${server.port}`, { tls: { ca: CERTIFICATE } });
    expect((await opened.http.get("/")).json()).toMatchObject({ name: "localhost" });
    expect((await opened.http.get(`${server.url}/`)).json()).toMatchObject({ name: "" });
  });

  test("a client certificate is shown", async () => {
    const mutual = { requestCert: true, ca: CERTIFICATE };
    await using server = await secure(mutual);
    await using opened = open(server.url, { tls: { ...own, ca: CERTIFICATE } });
    expect((await opened.http.get("/")).json()).toMatchObject({ client: "localhost" });
  });

  test("a server that wants a client certificate and gets none is an error", async () => {
    const mutual = { requestCert: true, rejectUnauthorized: true, ca: CERTIFICATE };
    await using server = await secure(mutual);
    await using opened = open(server.url, { tls: { ca: CERTIFICATE } });
    const { error, status } = await opened.http.get("/");
    expect(status).toBe(0);
    expect(error?.definite).toBe(false);
  });

  test("the second connection resumes the first one's session", async () => {
    await using server = await secure();
    await using opened = open(server.url, { tls: { ca: CERTIFICATE } });
    const { http } = opened;
    const headers = { connection: "close" };
    expect((await http.get("/", { headers })).json()).toMatchObject({ resumed: false });
    expect((await http.get("/", { headers })).json()).toMatchObject({ resumed: true });
  });

  test("a server that speaks no TLS is HF_TLS", async () => {
    await using server = await serveRaw(() => undefined);
    await using talking = await serve((_, response) => void response.end());
    await using opened = open(`https://127.0.0.1:${talking.port}`);
    expect((await opened.http.get("/")).error).toMatchObject({ code: "HF_TLS", definite: true });
    expect(server.connections).toBe(0);
  });

  test("nobody listening is a matter of TCP", async () => {
    await using opened = open(`https://127.0.0.1:${await deadPort()}`);
    expect((await opened.http.get("/")).error?.code).toBe("HF_TCP_REFUSED");
  });

  test("a body of 300,000 bytes each way arrives whole", async () => {
    await using server = await serve((request, response) => void response.end(request.body), own);
    await using opened = open(server.url, { tls: { ca: CERTIFICATE } });
    const body = "äb".repeat(100_000);
    expect((await opened.http.post("/", { body })).text()).toBe(body);
  });

  test("a certificate that is none is found when the client is opened", () => {
    expect(() => open("https://127.0.0.1", { tls: { cert: "no", key: "no" } })).toThrow(
      ProblemsError,
    );
    expect(() => open("https://127.0.0.1", { tls: { cert: "no", key: "no" } })).toThrow(/tls/);
  });
});
