/** For who has just let go of hundreds of megabytes and is about to ask for as many again. */
import { runInNewContext } from "node:vm";
import { turnFlags } from "./v8-flags.ts";

let collect: (() => void) | undefined;

/**
 * Collects garbage now. Typed arrays lie outside of V8's heap, and it may let gigabytes of dead ones stand before it
 * looks for them. Takes as long as what is alive is large; never in the path of a request.
 */
export function collectGarbage(): void {
  if (collect === undefined) {
    using _exposed = turnFlags([["--expose-gc", "--no-expose-gc"]]);
    collect = runInNewContext("gc") as () => void;
  }
  collect();
}
