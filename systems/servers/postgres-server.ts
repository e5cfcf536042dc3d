/**
 * A private PostgreSQL, with all its safety on (fsync included), reached by a socket in a folder of its own.
 *
 * PostgreSQL refuses to run as root, so as root it runs as `postgres`, or as `nobody` where there is no such user.
 * Making an empty cluster takes a second, so it is made once and copied from then on.
 */
import { spawnSync } from "node:child_process";
import { chownSync, lstatSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPostgres } from "./find-server.ts";
import { KeptServer } from "./kept-server.ts";

export interface PrivatePostgres {
  readonly server: KeptServer;
  /** For `pg`: a host that begins with a slash is the folder of a socket. */
  readonly connection: { readonly host: string; readonly user: string; readonly database: string };
}

type User = { readonly uid: number; readonly gid: number };

const SUPERUSER = "app";

export async function startPostgres(log: (line: string) => void): Promise<PrivatePostgres> {
  const programs = findPostgres();
  const user = userToRunAs();
  const folder = ownFolder("holdfast-postgres-", user);
  const data = join(folder, "data");
  try {
    run("cp", ["-R", emptyCluster(programs, user), data], user);
    const args = ["-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "max_connections=50"];
    const command = {
      name: "postgres",
      path: join(programs, "postgres"),
      args,
      folder,
      ready: /ready to accept connections/,
      stopSignal: "INT",
      user,
    } as const;
    const server = await KeptServer.start(command, log);
    return { server, connection: { host: folder, user: SUPERUSER, database: "postgres" } };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** A cluster nobody has written to, from an earlier start if there was one. */
function emptyCluster(programs: string, user: User | undefined): string {
  const version = /[\d.]+/.exec(run(join(programs, "postgres"), ["--version"], user))?.[0];
  const uid = user?.uid ?? process.getuid?.() ?? 0;
  const cached = join(tmpdir(), `holdfast-postgres-empty-${version}-${uid}`);
  if (isOurs(cached, uid)) return join(cached, "data");
  const folder = ownFolder("holdfast-postgres-init-", user);
  const options = ["-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
  run(join(programs, "initdb"), ["-D", join(folder, "data"), ...options], user);
  try {
    renameSync(folder, cached);
    return join(cached, "data");
  } catch {
    // Another start was quicker, or somebody else's folder is in the way: ours is as good, once.
    return join(folder, "data");
  }
}

/** A folder of that name made by anybody else is not to be trusted. */
function isOurs(folder: string, uid: number): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found !== undefined && found.isDirectory() && found.uid === uid;
}

function ownFolder(prefix: string, user: User | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  return folder;
}

function userToRunAs(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  for (const name of ["postgres", "nobody"]) {
    const [, , uid, gid] = users.find(([candidate]) => candidate === name) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    "postgres does not run as root, and there is no user postgres or nobody to run it as",
  );
}

function run(path: string, args: readonly string[], user: User | undefined): string {
  const { status, stdout, stderr, error } = spawnSync(path, args, {
    cwd: tmpdir(),
    encoding: "utf8",
    ...user,
  });
  if (status === 0) return stdout;
  throw new Error(`${path} ${args[0]} failed: ${error?.message ?? stderr.trim()}`);
}
