/** Holdfast's sockets without executors and run around them: each one a virtual user that watches. */
import { monotonicNs, systemClock } from "../../holdfast/src/base/clock.ts";
import { seededRandom } from "../../holdfast/src/base/random.ts";
import { ReceiptBook } from "../../holdfast/src/engine/receipts.ts";
import { Sleepers } from "../../holdfast/src/engine/sleepers.ts";
import { HistoryRecorder } from "../../holdfast/src/history/history-recorder.ts";
import { MetricRegistry } from "../../holdfast/src/metrics/registry.ts";
import { openHttp } from "../../holdfast/src/protocol/http1/transport.ts";
import { openSockets } from "../../holdfast/src/protocol/sockets.ts";
import type { Actor } from "../../holdfast/src/record/recorder.ts";
import { operation } from "../../holdfast/src/scenario/operation.ts";

const news = operation("news");
const tags = { scenario: "watchers" };

export function openWatchers(
  receipts: "rows" | "runs",
): (url: string, name: string) => Promise<void> {
  const clock = systemClock(monotonicNs());
  const operations: HistoryRecorder = new HistoryRecorder({
    thread: 0,
    threads: 1,
    onBlock: () => queueMicrotask(() => operations.blockSettled()),
  });
  const recorder = { clock, metrics: new MetricRegistry(), operations };
  const random = seededRandom(1);
  const transport = openHttp({ recorder, baseUrl: undefined, options: {}, random });
  const sockets = openSockets(recorder);
  const book = new ReceiptBook(recorder, new Sleepers(clock));
  return async (url, name) => {
    const process = operations.newProcess();
    const actor: Actor = { process, intendedNs: Number.NaN, phase: "load", tags };
    const socket = await sockets.sockets(transport.client(actor)).ws.connect(url);
    if (!socket.isOpen) throw new Error(socket.error?.message ?? "not open");
    if (receipts === "runs") {
      const got = book.keep(actor, news, name);
      socket.onMessage((message) => {
        got.add("7", message.json<{ seq: number }>().seq, message.receivedNs);
      });
    } else {
      const start = news.on("7", { id: name });
      socket.onMessage((message) => socket.record(message, start));
    }
  };
}
