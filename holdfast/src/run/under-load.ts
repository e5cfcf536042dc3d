/** The load, with everything around it that goes on at the same time: ticks, history, live view, control, signals. */
import { systemClock } from "../base/clock.ts";
import { newSentIds } from "../protocol/websocket/sent-times.ts";
import type { Clock } from "../base/clock.ts";
import { createSharedCells } from "../engine/shared-cells.ts";
import { listenForControl } from "./control.ts";
import type { EngineThreads } from "./engine-threads.ts";
import type { Ledger } from "./ledger.ts";
import { LIVE_MS } from "./limits.ts";
import { runLoad } from "./load.ts";
import type { EarlyEnd, LoadReport } from "./load.ts";
import type { Target } from "./open-target.ts";
import type { RunRecord } from "./run-record.ts";
import { steer } from "./steer.ts";
import type { Frame } from "./story.ts";
import { openTerminal } from "./terminal.ts";
import { every } from "./timers.ts";

export interface LoadParts {
  readonly threads: EngineThreads;
  readonly target: Target;
  /** What `setup` returned. */
  readonly data: unknown;
  readonly record: RunRecord;
  readonly ledger: Ledger;
}

/** `onBegin` is called at the instant that is zero of the returned clock. */
export async function underLoad(
  frame: Frame,
  { threads, target, data, record, ledger }: LoadParts,
  onBegin: () => void,
): Promise<{ load: LoadReport; clock: Clock }> {
  const { loaded, options, prepared, seed, interruption, host } = frame;
  const shared = createSharedCells(prepared.plan);
  const stops = options.stopOnViolation || loaded.test.stopOnViolation === true;
  let end: (why: EarlyEnd) => void = () => undefined;
  await using _control = await listenForControl(frame.folder.path, (command) =>
    steer(command, prepared.plan, shared, () => end({ why: "control" })),
  );
  const live = openTerminal(host.out, options.volume, {
    name: loaded.test.name,
    target: target.url,
    profile: prepared.plan.profile === "own" ? "" : prepared.plan.profile,
    seed,
  });
  let clock = systemClock(0n);
  let stopShowing = (): void => undefined;
  try {
    const load = await runLoad({
      threads,
      vusMax: prepared.plan.vusMax,
      start: { target: target.url, shared, data, sentIds: newSentIds() },
      stopOnException: loaded.test.stopOnException ?? false,
      onBegin(originNs) {
        onBegin();
        clock = systemClock(originNs);
        live.onRunStart();
        stopShowing = every(clock, LIVE_MS, () => {
          record.flush(clock);
          live.onTick(ledger.live(clock));
        });
        return clock;
      },
      onTick: (thread, tick) => ledger.tick(thread, tick),
      onBlock(block, endNow) {
        const settled = ledger.block(block, clock.nowNs());
        const invariant = stops ? ledger.watch.violated() : undefined;
        if (invariant !== undefined) endNow({ why: "violation", invariant });
        return settled;
      },
      listen(endLoad) {
        end = endLoad;
        void target.ended.then((how) => endLoad({ why: "target", how }));
        return interruption.listen(() => endLoad({ why: "interrupt" }));
      },
    });
    return { load, clock };
  } finally {
    stopShowing();
    live.onRunEnd();
  }
}
