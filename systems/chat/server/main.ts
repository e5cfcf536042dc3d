/**
 * The chat as a process: `node main.ts --parts embedded --port 3200 [--bug NAME]`. Prints one ready line, and ends on
 * SIGTERM, on SIGINT, and when its standard input closes, so that it never outlives whoever started it.
 *
 * Besides the command line it reads: CHAT_FOLDER (keep the files and the embedded database there), CHAT_CACHE (where
 * archives are kept between runs), and for the real parts DATABASE_URL.
 */
import { parseArgs } from "node:util";
import { startChat, type ChatOptions } from "./chat.ts";
import { toldToEnd } from "../../servers/end-in-time.ts";

const log = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

try {
  const options = readOptions(process.argv.slice(2), process.env);
  const chat = await startChat(options);
  const end = toldToEnd(log);
  const ready = { url: chat.url, pid: process.pid, parts: options.parts, bug: options.bug ?? null };
  process.stdout.write(`${JSON.stringify({ ready })}\n`);
  await end;
  await chat[Symbol.asyncDispose]();
  process.exit(0);
} catch (error) {
  log(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

function readOptions(args: string[], env: NodeJS.ProcessEnv): ChatOptions {
  const { values } = parseArgs({
    args,
    options: {
      parts: { type: "string", default: "embedded" },
      port: { type: "string", default: "3200" },
      bug: { type: "string" },
    },
  });
  const { parts, port, bug } = values;
  if (parts !== "embedded" && parts !== "real") {
    throw new Error(`--parts must be embedded or real, got "${parts}"`);
  }
  const number = Number(port);
  if (port === "" || !Number.isInteger(number) || number < 0 || number > 65_535) {
    throw new Error(`--port must be a whole number from 0 to 65535, got "${port}"`);
  }
  return {
    parts,
    port: number,
    bug,
    folder: env["CHAT_FOLDER"],
    cacheFolder: env["CHAT_CACHE"],
    databaseUrl: env["DATABASE_URL"],
    log,
  };
}
