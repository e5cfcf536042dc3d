/** The search index in a thread of its own: SQLite answers at once or not at all, and the chat must not wait for it. */
import { parentPort } from "node:worker_threads";
import type { Asked, Told } from "./search-messages.ts";
import { TwoSegments } from "./two-segments.ts";

const segments = new TwoSegments();

parentPort?.on("message", (asked: Asked) => {
  try {
    parentPort?.postMessage({ id: asked.id, answer: answer(asked) } satisfies Told);
  } catch (error) {
    parentPort?.postMessage({ id: asked.id, error: String(error) } satisfies Told);
  }
});

function answer(asked: Asked): unknown {
  switch (asked.kind) {
    case "add":
      return segments.live.add(asked.messages);
    case "change":
      return segments.live.change(asked.before, asked.after);
    case "forget":
      return segments.live.forget(asked.channelId);
    case "attach":
      return segments.attach(asked.path);
    case "messages":
      return segments.messages();
    case "search":
      return segments.search(asked.request);
    case "suggest":
      return segments.suggest(asked.beginning, asked.limit);
  }
}
