/**
 * V8's own switches, turned while it runs, for the whole process. Code that was compiled ahead, Node's and ours, is taken
 * only under the flags it was compiled with; so each is turned when it is needed and turned back after that. A command
 * that starts with them all takes a third longer to its first request.
 */
import { setFlagsFromString } from "node:v8";

/** The flag, and the flag that undoes it. */
export type FlagPair = readonly [on: string, off: string];

/** Turned on here and back when it is disposed of. Not nested: whoever is first to turn one back has it off for all. */
export function turnFlags(pairs: readonly FlagPair[]): Disposable {
  for (const [on] of pairs) setFlagsFromString(on);
  return {
    [Symbol.dispose]() {
      for (const [, off] of pairs) setFlagsFromString(off);
    },
  };
}
