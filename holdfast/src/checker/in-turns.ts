/** Which of many witnesses are shown where a finding is of several kinds. */
import { NONE } from "./invariants/code-map.ts";

/** The first of each list, then the second of each: so that a few witnesses show every kind. NONE is left out. */
export function inTurns(lists: readonly (readonly number[])[]): number[] {
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, i) => lists.map((list) => list[i] ?? NONE))
    .flat()
    .filter((row) => row !== NONE);
}
