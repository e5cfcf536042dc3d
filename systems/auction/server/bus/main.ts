/** The embedded bus as a process. It listens on a socket file; its port is 0. */
import { rmSync } from "node:fs";
import { runProcess } from "../run-process.ts";
import { startHub } from "./hub.ts";

await runProcess(async ({ places }, building) => {
  if (places.parts === "real") throw new Error("real parts have a bus of their own");
  // Left by a hub that was killed.
  rmSync(places.socketPath, { force: true });
  building.use(await startHub(places.socketPath, `${places.folder}/bus.sqlite`));
  return 0;
});
