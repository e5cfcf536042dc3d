import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { until } from "../../../servers/until.ts";
import { SocketWatcher } from "./socket-watcher.ts";

interface Pair {
  readonly watcher: SocketWatcher;
  readonly client: WebSocket;
  readonly received: string[];
  dropped: boolean;
}

/** Watchers, each with the client at its other end. */
async function withPairs(count: number, work: (pairs: Pair[]) => Promise<void>): Promise<void> {
  await using building = new AsyncDisposableStack();
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  building.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const made: SocketWatcher[] = [];
  const pairs: Pair[] = [];
  server.on("upgrade", (request, stream, head) => {
    sockets.handleUpgrade(request, stream, head, (socket) => {
      socket.on("error", () => undefined);
      const index = made.length;
      const onDrop = (): void => {
        (pairs[index] as Pair).dropped = true;
      };
      made.push(new SocketWatcher(socket, stream, onDrop));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  for (let i = 0; i < count; i++) {
    const client = new WebSocket(`ws://127.0.0.1:${port}`);
    building.defer(() => client.terminate());
    const received: string[] = [];
    client.on("message", (data: Buffer) => received.push(data.toString("utf8")));
    client.on("error", () => undefined);
    await new Promise((resolve) => client.once("open", resolve));
    pairs.push({ watcher: made[i] as SocketWatcher, client, received, dropped: false });
  }
  await work(pairs);
}

test("texts of 0 to 200,000 bytes arrive whole and in order at somebody else's client", () =>
  withPairs(1, async ([pair]) => {
    const { watcher, received } = pair as Pair;
    const lengths = [0, 1, 125, 126, 127, 65_535, 65_536, 200_000];
    const texts = lengths.map((length) => "é".repeat(length / 2) + "x".repeat(length % 2));
    for (const text of texts) watcher.send(Buffer.from(text));
    await until("all have arrived", () => received.length === texts.length);
    expect(received).toEqual(texts);
  }));

test("a watcher that does not read is dropped, and the two beside it get every message", () =>
  withPairs(3, async (pairs) => {
    const [slow, ...quick] = pairs as [Pair, ...Pair[]];
    slow.client.pause();
    const message = Buffer.from("x".repeat(100_000));
    let sent = 0;
    await until("it is dropped", () => {
      for (const { watcher } of pairs) watcher.send(message);
      sent += 1;
      return slow.dropped;
    });
    await until("the others have it all", () =>
      quick.every(({ received }) => received.length === sent),
    );
    expect(quick.map(({ dropped }) => dropped)).toEqual([false, false]);
    slow.client.resume();
    await until("it hears of its end", () => slow.client.readyState === WebSocket.CLOSED);
  }));
