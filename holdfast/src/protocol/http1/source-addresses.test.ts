import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import { SOURCE_HOSTS, SOURCE_PORT_MAX, SOURCE_PORT_MIN } from "./limits.ts";
import { SourceAddresses } from "./source-addresses.ts";
import { open, serve } from "./testing/fixture.ts";

function problem(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}

test("the kernel chooses where connections come from, until it has no port left for this machine's own addresses", () => {
  const sources = new SourceAddresses(seededRandom(1));
  expect(sources.take("127.0.0.1")).toBeUndefined();
  expect(sources.mayHelp("127.0.0.1", problem("ECONNREFUSED"))).toBe(false);
  expect(sources.mayHelp("10.0.0.1", problem("EADDRNOTAVAIL"))).toBe(false);
  expect(sources.take("127.0.0.1")).toBeUndefined();
  expect(sources.mayHelp("127.0.0.1", problem("EADDRNOTAVAIL"))).toBe(true);
  expect(sources.take("10.0.0.1")).toBeUndefined();
});

test("13,750,250 different pairs follow, each with a port and none of them from 127.0.0.1", () => {
  const sources = new SourceAddresses(seededRandom(1));
  sources.mayHelp("127.0.0.1", problem("EADDRNOTAVAIL"));
  const seen = new Set<string>();
  for (let i = 0; i < 200_000; i++) {
    const { localAddress = "", localPort = 0 } = sources.take("127.0.0.1") ?? {};
    const host = Number(localAddress.split(".")[3]);
    if (host < 2 || host > 1 + SOURCE_HOSTS) throw new Error(localAddress);
    if (localPort < SOURCE_PORT_MIN || localPort > SOURCE_PORT_MAX) throw new Error(`${localPort}`);
    seen.add(`${localAddress}:${localPort}`);
  }
  expect(seen.size).toBe(200_000);
  expect(SOURCE_HOSTS * (SOURCE_PORT_MAX - SOURCE_PORT_MIN + 1)).toBe(13_750_250);
});

test("a request goes out from the pair that was handed out, and from the next one when that is taken", async () => {
  const peers: string[] = [];
  await using server = await serve(({ socket }, response) => {
    peers.push(`${socket.remoteAddress}:${socket.remotePort}`);
    response.end();
  });
  await using client = open(server.url);
  const { sources } = client.http.session.family.shared.addresses;
  sources.mayHelp("127.0.0.1", problem("EADDRNOTAVAIL"));
  const { localAddress = "", localPort = 0 } = sources.take("127.0.0.1") ?? {};
  await using taken = createServer().listen(localPort + 1, localAddress);
  await new Promise((resolve) => taken.once("listening", resolve));
  expect((taken.address() as AddressInfo).port).toBe(localPort + 1);
  expect((await client.http.get("/")).status).toBe(200);
  expect(peers).toEqual([`${localAddress}:${localPort + 2}`]);
});
