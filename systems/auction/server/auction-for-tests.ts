/** For tests: a whole auction, and the requests one sends to it. */
import { WebSocket } from "ws";
import { until } from "../../servers/until.ts";
import { startAuction, type Auction, type AuctionOptions } from "./auction.ts";

export interface TestAuction extends AsyncDisposable {
  readonly url: string;
  readonly broadcastUrl: string;
  readonly pidOf: Auction["pidOf"];
  readonly open: (itemId: string, rest?: object) => Promise<Answer>;
  readonly bid: (itemId: string, amount: unknown, rest?: object) => Promise<Answer>;
  readonly close: (itemId: string) => Promise<Answer>;
  readonly get: (path: string) => Promise<Answer>;
  readonly health: (part: "api" | "broadcast" | "archiver") => Promise<Answer["body"]>;
  /** Waits until outbox and stream are empty. */
  readonly drained: () => Promise<void>;
  /** Numbers and amounts of an item's archived bids, by number. */
  readonly archive: (
    itemId: string,
  ) => Promise<readonly (readonly [seq: number, amount: number])[]>;
  readonly watch: (itemId: string, after?: number) => Promise<TestWatcher>;
}

export interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- the shape of each body is what the tests are about
  readonly body: any;
}

/** What a watcher was told, as `bid 7` or `state 0`. */
export interface TestWatcher extends AsyncDisposable {
  readonly seen: string[];
  /** Number of the last thing it was told. */
  readonly seq: number;
  readonly isOpen: boolean;
}

export async function startTestAuction(
  options: Partial<AuctionOptions> = {},
): Promise<TestAuction> {
  const auction = await startAuction({
    parts: "embedded",
    port: 0,
    bug: undefined,
    crashAtBid: 0,
    databaseAwayAtBid: 0,
    folder: undefined,
    log: () => undefined,
    ...options,
  });
  return clientOf(auction);
}

/** The same requests to an auction that runs elsewhere. */
export function clientOf(
  auction: Pick<Auction, "url" | "broadcastUrl" | "archiverUrl"> & Partial<Auction>,
): TestAuction {
  const { url, broadcastUrl, archiverUrl } = auction;
  const urls = { api: url, broadcast: broadcastUrl, archiver: archiverUrl };
  const health: TestAuction["health"] = async (part) => (await send(`${urls[part]}/health`)).body;
  return {
    url,
    broadcastUrl,
    pidOf: (part) => auction.pidOf?.(part),
    open: (itemId, rest = {}) => post(`${url}/items`, { itemId, startPrice: 100, ...rest }),
    bid: (itemId, amount, rest = {}) =>
      post(`${url}/items/${itemId}/bids`, { bidderId: "anna", amount, ...rest }),
    close: (itemId) => post(`${url}/items/${itemId}/close`, {}),
    get: (path) => send(`${url}${path}`),
    health,
    drained: () =>
      until("outbox and stream have drained", async () => {
        const { outbox } = await health("api");
        return outbox.waiting === 0 && (await health("archiver")).waiting === 0;
      }),
    archive: async (itemId) => {
      const { bids } = (await send(`${url}/items/${itemId}/bids?limit=10000`)).body;
      const rows = bids as { seq: number; amount: number }[];
      return rows.map(({ seq, amount }) => [seq, amount] as const).toSorted((a, b) => a[0] - b[0]);
    },
    watch: (itemId, after) => watch(`${broadcastUrl}/ws/items/${itemId}`, after),
    [Symbol.asyncDispose]: async () => auction[Symbol.asyncDispose]?.(),
  };
}

/** Resolves when it is let in; rejects with the status when it is not. */
async function watch(url: string, after: number | undefined): Promise<TestWatcher> {
  const socket = new WebSocket(after === undefined ? url : `${url}?after=${after}`);
  const seen: string[] = [];
  let last = after ?? -1;
  socket.on("message", (message: Buffer) => {
    const { kind, seq } = JSON.parse(String(message)) as { kind: string; seq: number };
    seen.push(`${kind} ${seq}`);
    last = seq;
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve).once("error", reject);
  });
  socket.on("error", () => undefined);
  return {
    seen,
    get seq() {
      return last;
    },
    get isOpen() {
      return socket.readyState === WebSocket.OPEN;
    },
    async [Symbol.asyncDispose]() {
      socket.terminate();
    },
  };
}

function post(url: string, body: unknown): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  return send(url, { method: "POST", headers, body: JSON.stringify(body) });
}

async function send(url: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(url, init);
  return { status: answer.status, body: await answer.json() };
}
