import type { FlashSaleParts } from "./parts.ts";

export interface RealParts extends FlashSaleParts, AsyncDisposable {
  readonly kind: "real";
}

export async function openRealParts(_log: (line: string) => void): Promise<RealParts> {
  throw new Error("not here yet");
}
