/** The command line as a table: every command and option, its default and what it says. Help and parsing come from here. */
import type { ExitCode } from "../base/errors.ts";
import { DEFAULT_ISOLATION, ISOLATION_LEVELS } from "../record/isolation.ts";
import type { CliHost } from "./host.ts";
import * as read from "./option-values.ts";

export interface CommandSpec {
  /** Name and arguments, in commander's notation. */
  usage: string;
  says: string;
  example: string;
  options: readonly OptionRow[];
  load(): Promise<CommandAction>;
}

export type CommandAction = (
  host: CliHost,
  args: readonly string[],
  options: Record<string, unknown>,
) => Promise<ExitCode>;

interface OptionRow {
  flags: string;
  says: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- each row's previous value is of its own type
  read?: (text: string, previous: any) => unknown;
  /** The default, as help shows it. */
  shown?: string;
}

export const PROFILES = [
  "smoke",
  "load",
  "stress",
  "spike",
  "soak",
  "scalability",
  "breakpoint",
] as const;
export const HISTORY_MODELS = [
  "register",
  "cas-register",
  "kv",
  "fifo-queue",
  "set",
  "stock",
  "counter",
  "bank",
  "auction",
  "unique",
  "list-append",
] as const;
export const FORMATS = ["html", "markdown", "json", "junit"] as const;
const PARTS = ["embedded", "real"] as const;

const json: OptionRow = { flags: "--json", says: "the result as JSON on standard output" };
const parts: OptionRow = {
  flags: "--parts <parts>",
  says: "what a reference system stands on: embedded (in-process parts) or real (servers)",
  read: read.oneOf("--parts", PARTS),
  shown: "embedded",
};

export const COMMANDS: readonly CommandSpec[] = [
  {
    usage: "run [path...]",
    says: "Run load tests: a .load.ts file, or a folder that has load/ (all its suites, one after another). Default: this folder.",
    example: "holdfast run systems/flash-sale --bug check-then-decrement",
    load: async () => (await import("./run-command.ts")).runCommand,
    options: [
      {
        flags: "--scenario <name>",
        says: "only this scenario (repeatable); of several tests, those that have it",
        read: read.repeatable,
        shown: "all",
      },
      {
        flags: "--profile <name>",
        says: `another shape of the same test: ${PROFILES.join(", ")}`,
        read: read.oneOf("--profile", PROFILES),
        shown: "the test's own",
      },
      {
        flags: "--target <url>",
        says: "your system, instead of the one the test names",
        read: read.url("--target"),
      },
      parts,
      { flags: "--bug <name>", says: "plant a bug in the reference system", shown: "none" },
      {
        flags: "--vus <n>",
        says: "virtual users, overriding the scenario: of a ramp the peak",
        read: read.wholeNumber("--vus", 1),
      },
      {
        flags: "--duration <time>",
        says: "how long, overriding the scenario: of a ramp all stages together",
        read: read.duration("--duration"),
      },
      {
        flags: "--iterations <n>",
        says: "how many iterations, overriding the scenario; for executors that count them",
        read: read.wholeNumber("--iterations", 1),
      },
      {
        flags: "--rate <rate>",
        says: "arrival rate such as 200/s, overriding the scenario; for executors that have one",
        read: read.rate("--rate"),
      },
      {
        flags: "--threads <n>",
        says: "engine threads, at most 64; the load is split between them exactly",
        read: read.wholeNumber("--threads", 1, 64),
        shown: "1",
      },
      {
        flags: "--env <key=value>",
        says: "a value for the test's setup, as `env` (repeatable)",
        read: read.keyValue("--env"),
      },
      { flags: "--seed <seed>", says: "the seed of all chance, to replay a run", shown: "drawn" },
      {
        flags: "--out <dir>",
        says: "where runs are stored",
        shown: ".holdfast/runs",
      },
      { flags: "--quiet", says: "nothing but the verdict" },
      json,
      {
        flags: "--stop-on-violation",
        says: "end the load as soon as an invariant is certainly violated",
      },
      { flags: "--no-history", says: "keep no history: invariants cannot be judged then" },
      {
        flags: "--no-raw",
        says: "keep no request and no answer as it was; proofs cannot show them",
      },
    ],
  },
  {
    usage: "serve <path>",
    says: "Start a reference system and keep it up until Ctrl-C.",
    example: "holdfast serve systems/flash-sale --port 3000",
    load: async () => (await import("./serve-command.ts")).serveCommand,
    options: [
      parts,
      {
        flags: "--port <n>",
        says: "its port; 0 is any free one",
        read: read.wholeNumber("--port", 0, 65535),
        shown: "the system's own",
      },
      { flags: "--bug <name>", says: "plant a bug in it", shown: "none" },
      { flags: "--bugs", says: "list its planted bugs instead of starting it" },
      { flags: "--json", says: "the list as JSON" },
    ],
  },
  {
    usage: "check <run...>",
    says: "Judge stored runs again, or histories in JSON Lines (with --model).",
    example: "holdfast check latest",
    load: async () => (await import("./check-command.ts")).checkCommand,
    options: [
      {
        flags: "--model <name>",
        says: `what a JSON Lines history is a history of: ${HISTORY_MODELS.join(", ")}`,
        read: read.oneOf("--model", HISTORY_MODELS),
      },
      {
        flags: "--initial <value>",
        says: "the first value of each object of a JSON Lines history, as JSON",
        shown: "the model's",
      },
      { flags: "--key <key>", says: "judge this key alone", shown: "all" },
      {
        flags: "--raw",
        says: "print the requests and answers of a run's witnesses, where they were kept",
      },
      {
        flags: "--isolation <level>",
        says: `of the transactions of a list-append history: ${ISOLATION_LEVELS.join(", ")}`,
        read: read.oneOf("--isolation", ISOLATION_LEVELS),
        shown: DEFAULT_ISOLATION,
      },
      json,
    ],
  },
  {
    usage: "report <run>",
    says: "A stored run's report, on standard output.",
    example: "holdfast report latest --format markdown",
    load: async () => (await import("./report-command.ts")).reportCommand,
    options: [
      {
        flags: "--format <format>",
        says: FORMATS.join(" | "),
        read: read.oneOf("--format", FORMATS),
        shown: "html",
      },
    ],
  },
  {
    usage: "runs",
    says: "The stored runs, newest first.",
    example: "holdfast runs",
    load: async () => (await import("./runs-command.ts")).runsCommand,
    options: [json],
  },
  {
    usage: "sql <run> <query>",
    says: "Ask a stored run's history in SQL: table `operations`. Needs the optional @duckdb/node-api.",
    example: 'holdfast sql latest "select outcome, count(*) from operations group by outcome"',
    load: async () => (await import("./sql-command.ts")).sqlCommand,
    options: [
      json,
      {
        flags: "--parquet <file>",
        says: "write the answer to a Parquet file instead of printing it",
      },
    ],
  },
  {
    usage: "control <run>",
    says: "Steer a run that is under way: its externally-controlled scenarios, or all of it.",
    example: "holdfast control latest --vus 50",
    load: async () => (await import("./control-command.ts")).controlCommand,
    options: [
      {
        flags: "--vus <n>",
        says: "active virtual users from now on",
        read: read.wholeNumber("--vus", 0),
      },
      { flags: "--pause", says: "start no new iterations until --resume" },
      { flags: "--resume", says: "go on after --pause" },
      { flags: "--stop", says: "end the run now, as Ctrl-C would" },
    ],
  },
  {
    usage: "doctor",
    says: "What this machine has and lacks: Node, open-file limit, servers, ports, cores.",
    example: "holdfast doctor",
    load: async () => (await import("./doctor-command.ts")).doctorCommand,
    options: [json],
  },
  {
    usage: "init",
    says: "A first load test for your own system, in this folder.",
    example: "holdfast init",
    load: async () => (await import("./init-command.ts")).initCommand,
    options: [],
  },
];
