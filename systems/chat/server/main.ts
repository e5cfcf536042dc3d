/**
 * The chat as a process: see run-as-process.ts for its command line. It also reads CHAT_FOLDER (keep the files and the
 * embedded database there), CHAT_CACHE (where archives are kept between runs), and for the real parts DATABASE_URL.
 */
import { runAsProcess } from "../../servers/run-as-process.ts";
import { startChat } from "./chat.ts";

const { env } = process;

await runAsProcess({
  portDefault: 3200,
  start: (line) =>
    startChat({
      ...line,
      folder: env["CHAT_FOLDER"],
      cacheFolder: env["CHAT_CACHE"],
      databaseUrl: env["DATABASE_URL"],
    }),
  ready: ({ url }) => ({ url, pid: process.pid }),
});
