/** Starts an engine thread. In a file of its own with next to nothing to load, so that it can be the first that a command does. */
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";

/**
 * A young generation of 16 MB lets a busy thread collect about ten times a second, each time in a fraction of a
 * millisecond. Four times as much would be no faster (the caches are smaller than either), and a hundred thousand
 * sleepers would take a hundred megabytes more. V8 reads it when a thread is made, so that the main thread, which makes
 * little garbage, keeps its own small one.
 */
const YOUNG_GENERATION = "--min-semi-space-size=16 --max-semi-space-size=16";

// A worker is named by a URL, which no compiler rewrites: the published package holds .js files.
const THREAD_MODULE: URL = new URL(
  import.meta.url.endsWith(".ts") ? "./engine-thread.ts" : "./engine-thread.js",
  import.meta.url,
);

/** Boots on another core; it waits for its task. */
export function bootThread(): Worker {
  setFlagsFromString(YOUNG_GENERATION);
  return new Worker(THREAD_MODULE);
}
