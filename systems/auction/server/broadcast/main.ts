/** The broadcast as a process. */
import { plantedFanOut, plantedResumeAfter } from "../../bugs/planted.ts";
import { openBus } from "../places.ts";
import { listen, runProcess } from "../run-process.ts";
import { createBroadcastApi } from "./broadcast-api.ts";
import { Broadcast } from "./broadcast.ts";

await runProcess(async ({ places, port, bug }, building, log) => {
  const bus = await openBus(places, building);
  const broadcast = building.use(new Broadcast(bus, plantedFanOut(bug)));
  const resumeAfter = plantedResumeAfter(bug);
  const app = createBroadcastApi({ bus, broadcast, resumeAfter, report: log });
  return listen(app, port, building);
});
