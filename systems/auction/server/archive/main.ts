/** The archiver as a process, with a small server that says how it is. */
import Fastify from "fastify";
import { plantedSettle } from "../../bugs/planted.ts";
import { openArchive, openBus } from "../places.ts";
import { listen, runProcess } from "../run-process.ts";
import { runArchiver } from "./archiver.ts";

await runProcess(async (task, building, log) => {
  const { places, port, bug } = task;
  const bus = await openBus(places, building);
  const store = await openArchive(places, building);
  const stopping = new AbortController();
  let lastProblem = "";
  const archiver = runArchiver(
    {
      feed: bus.feed,
      store,
      settle: plantedSettle(bug, store),
      crashAtBid: task.crashAtBid,
      awayAtBid: task.databaseAwayAtBid,
      report: (event) => {
        const problem = event.kind === "failed" ? String(event.error) : "";
        if (event.kind === "crashed") log("the archiver crashed, as planned; it begins again");
        if (problem !== "" && problem !== lastProblem) log(`the archiver waits: ${problem}`);
        lastProblem = problem;
      },
    },
    stopping.signal,
  );
  building.defer(async () => {
    stopping.abort();
    await archiver;
  });

  const app = Fastify({ forceCloseConnections: true });
  app.get("/health", async (_request, reply) => {
    const [waiting, database] = await Promise.allSettled([bus.feed.waiting(), store.ping()]);
    return reply.send({
      status: "ok",
      pid: process.pid,
      bus: bus.isUp ? "up" : "away",
      database: database.status === "fulfilled" ? "up" : "away",
      waiting: waiting.status === "fulfilled" ? waiting.value : null,
    });
  });
  return listen(app, port, building);
});
