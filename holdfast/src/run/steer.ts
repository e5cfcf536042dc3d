/** What `holdfast control` may do to a run, carried out on the cells that all engine threads share. */
import { setControlledVus, setPaused } from "../engine/shared-cells.ts";
import type { SharedCells } from "../engine/shared-cells.ts";
import type { TestPlan } from "../scenario/plan.ts";
import type { ControlCommand } from "./control.ts";

/** Carries one command out; answers in words what was done. */
export function steer(
  command: ControlCommand,
  plan: TestPlan,
  shared: SharedCells,
  stop: () => void,
): string {
  switch (command.do) {
    case "vus":
      return steerVus(command.vus, plan, shared);
    case "pause":
      setPaused(shared, true);
      return "paused: running iterations go on, no new ones start";
    case "resume":
      setPaused(shared, false);
      return "resumed";
    case "stop":
      stop();
      return "stopping: running iterations may finish";
  }
}

function steerVus(vus: number, plan: TestPlan, shared: SharedCells): string {
  const steered = plan.scenarios.filter(
    ({ executor }) => executor.kind === "externally-controlled",
  );
  if (steered.length === 0) {
    return "--vus needs a scenario with the executor externally-controlled, got none in this run";
  }
  const said = steered.map(({ name }) => {
    const set = setControlledVus(shared, plan, name, vus);
    return `${name}: ${set} VUs${set < vus ? ", its maxVus" : ""}`;
  });
  return said.join("; ");
}
