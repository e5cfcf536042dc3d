/** What Node's own HTTP client makes of an answer, this client must make of it, too. */
import { request as nodeRequest } from "node:http";
import { buffer } from "node:stream/consumers";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { wellFormedAnswer } from "./testing/answers.ts";
import { open, serveRaw } from "./testing/fixture.ts";

const RUNS = Number(process.env.HOLDFAST_FUZZ_RUNS ?? 150);
const SEED = Number(process.env.HOLDFAST_FUZZ_SEED ?? 20261121);

interface Answer {
  status: number | undefined;
  headers: Record<string, unknown>;
  body: string;
}

function byNode(url: string, method: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = nodeRequest(url, { method, agent: false }, (response) => {
      const distinct = Object.entries(response.headersDistinct);
      const headers = Object.fromEntries(
        distinct.map(([name, values = []]) => [name, values.length === 1 ? values[0] : values]),
      );
      buffer(response).then(
        (body) => resolve({ status: response.statusCode, headers, body: body.toString("latin1") }),
        reject,
      );
    });
    sent.on("error", reject).end();
  });
}

test(`for ${RUNS} generated answers status, headers and body are the same as by node:http`, async () => {
  let bytes: Buffer = Buffer.alloc(0);
  await using server = await serveRaw(({ socket }) => socket.end(bytes));
  await using opened = open(server.url);
  await fc.assert(
    fc.asyncProperty(wellFormedAnswer, async (answer) => {
      bytes = answer.bytes;
      const method = answer.bodiless ? "HEAD" : "GET";
      const expected = await byNode(server.url, method);
      const response = await opened.http.request(method, "/");
      expect({
        status: response.status,
        headers: { ...response.headers },
        body: Buffer.from(response.bytes()).toString("latin1"),
      }).toEqual({ ...expected, headers: { ...expected.headers } });
    }),
    { numRuns: RUNS, seed: SEED },
  );
});
