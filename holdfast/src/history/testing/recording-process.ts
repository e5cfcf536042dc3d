/**
 * Records until it is killed: the process of the test that kills it. Argument: a folder. After every flush whose blocks
 * are written it says, in one line, how many operations had ended by then.
 */
import { argv, stdout } from "node:process";
import { createHistory } from "../history-files.ts";
import { HistoryRecorder } from "../history-recorder.ts";
import { RULE } from "../../record/outcome.ts";

const folder = argv[2] ?? "";
const definition = { name: "order", statuses: {} };
const invariant = {
  kind: "no-oversell",
  name: "no oversell",
  operation: "order",
  options: { stock: 5 },
};
const start = { run: { seed: "1" }, threads: 1, operations: ["order"], invariants: [invariant] };
const files = await createHistory(folder, start);

const writes = new Set<Promise<void>>();
const recorder: HistoryRecorder = new HistoryRecorder({
  thread: 0,
  threads: 1,
  onBlock: (block) => {
    const write = files.append(block).then(() => recorder.blockSettled());
    writes.add(write);
    void write.then(() => writes.delete(write));
  },
});

let ended = 0;
for (let nowNs = 0; ; nowNs += 1_000_000) {
  const invoke = (): number =>
    recorder.invoke(
      { definition, key: "phone", id: `k${nowNs}` },
      recorder.newProcess(),
      "load",
      nowNs,
    );
  const slots = [invoke(), invoke(), invoke()];
  // One of three stays in flight for good.
  for (const slot of slots.slice(0, 2)) {
    recorder.complete(slot, nowNs + 500_000, RULE.success, 200, `o-${ended}`);
    ended += 1;
  }
  if (nowNs % 50_000_000 !== 0) continue;
  recorder.flush(nowNs + 600_000);
  await Promise.all(writes);
  stdout.write(`${ended}\n`);
}
