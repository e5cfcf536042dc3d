/** Plants a bug by name into the parts of a chat. */
import type { EmbeddedParts } from "../server/parts/embedded.ts";
import type { ChatParts } from "../server/parts/parts.ts";
import type { RealParts } from "../server/parts/real.ts";
import { bugs } from "./bugs.ts";

/** The right parts, of which one is now wrong. Throws for a name that is none. */
export function plantBug(name: string, parts: EmbeddedParts | RealParts): ChatParts {
  const bug = bugs.find((candidate) => candidate.name === name);
  if (bug === undefined) {
    const names = bugs.map((candidate) => candidate.name).join(", ");
    throw new Error(`--bug must be one of ${names}, got "${name}"`);
  }
  const { store, search, shelf, ways, attachArchive } = parts;
  return { store, search, shelf, ways, attachArchive, ...bug.plant(parts) };
}
