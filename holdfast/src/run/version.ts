/** Which Holdfast this is. */
import { createRequire } from "node:module";

/** By the name of the package, which means the same in its source and as it is published. */
export function holdfastVersion(): string {
  const manifest = createRequire(import.meta.url)("holdfast/package.json") as { version: string };
  return manifest.version;
}
