import type { EmbeddedParts } from "../server/parts/embedded.ts";
import type { ChatParts } from "../server/parts/parts.ts";
import type { RealParts } from "../server/parts/real.ts";
export interface Bug {
  readonly name: string;
  readonly invariant: string;
  readonly says: string;
  readonly suite: string;
  plant(parts: EmbeddedParts | RealParts): Partial<ChatParts>;
}
export const bugs: readonly Bug[] = [];
