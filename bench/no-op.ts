/** A recorder that keeps nothing and clients that talk to nobody: what is left is the engine's own cost. */
import type { Clock } from "../holdfast/src/base/clock.ts";
import type { Clients } from "../holdfast/src/engine/vu-host.ts";
import type { Recorder } from "../holdfast/src/record/recorder.ts";

export function noRecorder(clock: Clock): Recorder {
  let process = 0;
  return {
    clock,
    metrics: {
      series: () => 0,
      metric: () => 0,
      add: () => undefined,
      http: () => undefined,
    },
    operations: {
      newProcess: () => process++,
      invoke: () => 0,
      complete: () => undefined,
    },
  };
}

export function noClients(): Clients {
  throw new Error("nothing is to be sent here");
}
