/** Moves what is in SQLite's write-ahead log into the database, from a thread that may wait for the disk. */
import { DatabaseSync } from "node:sqlite";
import { workerData } from "node:worker_threads";
import { CHECKPOINT_EVERY_MS } from "../limits.ts";

const database = new DatabaseSync(workerData as string);
database.exec("PRAGMA synchronous = NORMAL");
const checkpoint = database.prepare("PRAGMA wal_checkpoint(PASSIVE)");
setInterval(() => checkpoint.get(), CHECKPOINT_EVERY_MS);
