/**
 * A client that holds many sockets and takes what comes: Holdfast's, the `ws` package's, or Node's own.
 *
 *     node --conditions=holdfast-source websocket/client.ts KIND PORT COUNT
 *
 * Prints `connected MS` when the last one is open, then listens until it is ended.
 */
import { SOCKETS_PENDING } from "../limits.ts";

type Connect = (url: string, name: string) => Promise<void>;

const [kind = "", port = "", count = ""] = process.argv.slice(2);
const KINDS: Record<string, () => Promise<Connect>> = {
  rows: () => holdfast("rows"),
  runs: () => holdfast("runs"),
  ws: wsPackage,
  builtin: () => Promise.resolve(builtin),
};

process.on("SIGTERM", () => process.exit());
const connect = await (KINDS[kind] ?? wsPackage)();
const startNs = process.hrtime.bigint();
let next = 0;
await Promise.all(
  Array.from({ length: SOCKETS_PENDING }, async () => {
    while (next < Number(count)) await connect(`ws://127.0.0.1:${port}/items/7`, `w${next++}`);
  }),
);
process.stdout.write(`connected ${Number(process.hrtime.bigint() - startNs) / 1e6}\n`);
setInterval(() => undefined, 60_000);

/** Every message is counted, and recorded in the history: as a row of its own, or in runs of numbers. */
async function holdfast(receipts: "rows" | "runs"): Promise<Connect> {
  const { openWatchers } = await import("./watchers.ts");
  return openWatchers(receipts);
}

async function wsPackage(): Promise<Connect> {
  const { WebSocket } = await import("ws");
  let heard = 0;
  return async (url) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.on("message", (data: Buffer) => (heard += data.length));
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
  };
}

let builtinHeard = 0;

async function builtin(url: string): Promise<void> {
  const socket = new WebSocket(url);
  socket.addEventListener("message", ({ data }) => (builtinHeard += String(data).length));
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", reject);
  });
}
