/**
 * The parts of a script that run once, in the main thread: `setup` before the load, `audit` after it has drained,
 * `teardown` at the end. Their requests and sockets are counted in no metric; what `audit` observes goes into the history.
 */
import type { Clock } from "../base/clock.ts";
import { sleepUntil } from "../base/clock.ts";
import { ScriptError } from "../base/errors.ts";
import type { Random } from "../base/random.ts";
import { durationNs } from "../base/units.ts";
import type { Phase } from "../record/operation.ts";
import { RULE } from "../record/outcome.ts";
import type { MetricSink, OperationLog, Recorder } from "../record/recorder.ts";
import type { LoadTest } from "../scenario/load-test.ts";
import type { AuditContext, SetupContext } from "../scenario/vu.ts";
import type { Target } from "./open-target.ts";

export interface StepsHost {
  test: LoadTest;
  target: Target;
  clock: Clock;
  random: Random;
  operations: OperationLog;
  env: Readonly<Record<string, string>>;
  log(text: string): void;
}

/** What `setup` returned. */
export async function runSetup(host: StepsHost): Promise<unknown> {
  const { setup } = host.test;
  return setup === undefined ? undefined : step(host, "setup", (context) => setup(context));
}

export async function runAudit(host: StepsHost, data: unknown): Promise<void> {
  const { audit } = host.test;
  if (audit === undefined) return;
  const process = host.operations.newProcess();
  await step(host, "audit", async (context) => {
    const observe: AuditContext["observe"] = (start, result) => {
      const nowNs = host.clock.nowNs();
      const slot = host.operations.invoke(start, process, "audit", nowNs);
      host.operations.complete(slot, host.clock.nowNs(), RULE.saidOk, 0, result);
    };
    await audit({ ...context, data, observe });
  });
}

export async function runTeardown(host: StepsHost, data: unknown): Promise<void> {
  const { teardown } = host.test;
  if (teardown === undefined) return;
  await step(host, "teardown", (context) => teardown({ ...context, data }));
}

async function step<T>(
  host: StepsHost,
  name: "setup" | "audit" | "teardown",
  run: (context: SetupContext) => T,
): Promise<Awaited<T>> {
  // Loaded when there is something to do: a test without these steps need not wait for them.
  const [{ openHttp }, { openSockets }] = await Promise.all([
    import("../protocol/http1/transport.ts"),
    import("../protocol/sockets.ts"),
  ]);
  const phase: Phase = name === "setup" ? "setup" : "audit";
  const { clock, operations } = host;
  const recorder: Recorder = { clock, metrics: NO_METRICS, operations };
  await using transport = openHttp({
    recorder,
    baseUrl: host.target.url,
    options: host.test.http ?? {},
    random: host.random.fork(name),
  });
  await using http = transport.client({
    process: host.operations.newProcess(),
    intendedNs: Number.NaN,
    phase,
    tags: {},
  });
  await using socketTransport = openSockets(recorder);
  await using sockets = socketTransport.sockets(http);
  try {
    return await run({
      http,
      ws: sockets.ws,
      io: sockets.io,
      sse: sockets.sse,
      target: host.target.url,
      systemInfo: host.target.info,
      random: host.random.fork(`${name} script`),
      env: host.env,
      sleep: (time) => sleepUntil(host.clock, host.clock.nowNs() + durationNs(time)),
      log: (text) => host.log(text),
    });
  } catch (error) {
    throw new ScriptError(name, error);
  }
}

const NO_METRICS: MetricSink = {
  series: () => 0,
  metric: () => 0,
  add: () => undefined,
  http: () => undefined,
};
