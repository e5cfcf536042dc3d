/** Plants a bug by name into the parts of a flash sale. */
import type { Clock } from "../../ports/clock.ts";
import type { EmbeddedParts } from "../server/parts/embedded.ts";
import type { FlashSaleParts } from "../server/parts/parts.ts";
import type { RealParts } from "../server/parts/real.ts";
import { bugs } from "./bugs.ts";
import { embeddedPieces } from "./pieces-embedded.ts";
import { realPieces } from "./pieces-real.ts";

/** The right parts, of which one is now wrong. Throws for a name that is none. */
export async function plantBug(
  name: string,
  parts: EmbeddedParts | RealParts,
  clock: Clock,
): Promise<FlashSaleParts> {
  const bug = bugs.find((candidate) => candidate.name === name);
  if (bug === undefined) {
    const names = bugs.map((candidate) => candidate.name).join(", ");
    throw new Error(`--bug must be one of ${names}, got "${name}"`);
  }
  const pieces = parts.kind === "embedded" ? embeddedPieces(parts) : realPieces(parts);
  const { log, reservation, store, settle } = parts;
  return { log, reservation, store, settle, ...(await bug.plant(parts, pieces, clock)) };
}
