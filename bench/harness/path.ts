/** What this machine has: other tools are measured where they are found, and skipped by name where they are not. */
import { accessSync, constants } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";

/** Where Debian puts daemons; not on the PATH of every user. */
const ALSO = ["/usr/sbin", "/sbin"];

/** The whole path of a command, or undefined. */
export function findOnPath(command: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...ALSO];
  return folders.map((folder) => join(folder, command)).find(isExecutable);
}

export function isOnPath(command: string): boolean {
  return findOnPath(command) !== undefined;
}

/** Why a contender that needs these commands cannot be measured; undefined when all are here. */
export function lacking(...commands: readonly string[]): string | undefined {
  const absent = commands.filter((command) => !isOnPath(command));
  return absent.length === 0 ? undefined : `${absent.join(", ")} is not on PATH`;
}

/** A file of an installed npm package, or undefined. */
export function findInPackage(file: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(file);
  } catch {
    return undefined;
  }
}

/** Why a contender that needs this file of a package cannot be measured; undefined when it is here. */
export function lackingPackage(file: string): string | undefined {
  const name = file.split("/")[0];
  return findInPackage(file) === undefined ? `npm package ${name} is not installed` : undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
