/** For who has just let go of hundreds of megabytes and is about to ask for as many again. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let collect: (() => void) | undefined;

/**
 * Collects garbage now. Typed arrays lie outside of V8's heap, and it may let gigabytes of dead ones stand before it
 * looks for them. Takes as long as what is alive is large; never in the path of a request.
 */
export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
}
