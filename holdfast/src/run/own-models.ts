/**
 * The author's own models are code, and a run stores plain data: they are taken from the test at hand or, when a run is
 * judged again, from the script whose path the run keeps.
 */
import { messageOf } from "../base/errors.ts";
import { textOf } from "../history/history.ts";
import type { Manifest } from "../history/manifest.ts";
import type { Invariant } from "../record/invariant.ts";
import type { OwnModel } from "../record/own-model.ts";
import type { LoadTest } from "../scenario/load-test.ts";
import { importTest } from "./import-script.ts";

/** Finds the model of a stored invariant by its name; throws where the script or the model is no longer there. */
export type ModelFinder = (invariant: Invariant) => OwnModel;

/** `test` is the run's own test where it is at hand. Loads the script only when some invariant needs it. */
export async function ownModelsOf(
  { invariants, run }: Pick<Manifest, "invariants" | "run">,
  test?: LoadTest,
): Promise<ModelFinder> {
  const needed = invariants.some(({ options }) => options["own"] === true);
  let found = test;
  const script = textOf(run["script"] ?? "a script that it does not name");
  let why = "";
  if (needed && found === undefined) {
    try {
      found = await importTest(script, textOf(run["test"] ?? ""));
    } catch (error) {
      why = `the model is in ${script}, which could not be loaded: ${messageOf(error)}`;
    }
  }
  return ({ name }) => {
    if (found === undefined) throw new Error(why);
    const model = found.invariants?.find((invariant) => invariant.name === name)?.model;
    if (model !== undefined) return model;
    throw new Error(`the model is in ${script}, which no longer has the invariant "${name}"`);
  };
}
