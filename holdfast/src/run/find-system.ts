/** Finds the system of a path: what `system.ts` in that folder exports. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { HoldfastError, messageOf } from "../base/errors.ts";
import type { SystemDefinition } from "../scenario/system.ts";

/** `path` is the folder of a system, or its `system.ts`. */
export async function findSystem(path: string, cwd: string): Promise<SystemDefinition> {
  const full = resolve(cwd, path);
  const file = full.endsWith(".ts") || full.endsWith(".js") ? full : join(full, "system.ts");
  if (!existsSync(file))
    throw wrong(`${path} must be a folder with a system.ts, got none at ${file}`);
  const exports = await importModule(file);
  const system = Object.values(exports).find(isSystem);
  if (system === undefined) throw wrong(`${file} must export a system (defineSystem), got none`);
  return system;
}

async function importModule(file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    throw wrong(`${file} could not be loaded: ${messageOf(error)}`);
  }
}

function isSystem(value: unknown): value is SystemDefinition {
  const system = value as Partial<SystemDefinition> | null;
  return typeof value === "object" && system?.entry instanceof URL && Array.isArray(system.bugs);
}

function wrong(message: string): HoldfastError {
  return new HoldfastError(message, { code: "HF_SYSTEM_FILE" });
}
