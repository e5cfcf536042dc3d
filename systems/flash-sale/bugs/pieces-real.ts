import type { RealParts } from "../server/parts/real.ts";
import type { Pieces } from "./planted-bug.ts";

export function realPieces(_parts: RealParts): Pieces {
  throw new Error("not here yet");
}
