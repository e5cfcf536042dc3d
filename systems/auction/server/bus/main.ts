/** The embedded bus as a process. It listens on a socket file; its port is 0. */
import { rmSync } from "node:fs";
import { socketPathIn } from "../places.ts";
import { runProcess } from "../run-process.ts";
import { startHub } from "./hub.ts";

await runProcess(async ({ places }, building) => {
  if (places.parts === "real") throw new Error("real parts have a bus of their own");
  // Also when whoever started us was killed and cannot clean up: it is the hub that ends last.
  building.defer(() => rmSync(places.temporary, { recursive: true, force: true }));
  const socketPath = socketPathIn(places);
  // Left by a hub that was killed.
  rmSync(socketPath, { force: true });
  building.use(await startHub(socketPath, `${places.folder}/bus.sqlite`));
  return 0;
});
