/** `--scenario` over several load tests: those that have none of the named scenarios are left out. */
import { got, HoldfastError } from "../base/errors.ts";
import type { LoadedTest } from "./import-script.ts";
import type { RunOptions } from "./prepare-run.ts";

export interface SelectedTest {
  loaded: LoadedTest;
  /** With those of the named scenarios that are its own. */
  options: RunOptions;
}

/** In their order. Throws when a name is in none of them; one test alone is left to its plan, which says the same. */
export function selectTests(tests: readonly LoadedTest[], options: RunOptions): SelectedTest[] {
  const wanted = options.overrides.scenarios ?? [];
  if (tests.length === 1 || wanted.length === 0)
    return tests.map((loaded) => ({ loaded, options }));
  const all = new Set(tests.flatMap(scenariosOf));
  for (const name of wanted) {
    if (all.has(name)) continue;
    const expected = [...all].join(", ");
    throw new HoldfastError(`--scenario must be one of ${expected}, got ${got(name)}`, {
      code: "HF_SCENARIO_UNKNOWN",
    });
  }
  return tests.flatMap((loaded) => {
    const scenarios = scenariosOf(loaded).filter((name) => wanted.includes(name));
    if (scenarios.length === 0) return [];
    return [{ loaded, options: { ...options, overrides: { ...options.overrides, scenarios } } }];
  });
}

/** The test is not checked yet: nothing is taken for granted. */
function scenariosOf({ test }: LoadedTest): string[] {
  return Object.keys((test as Partial<LoadedTest["test"]>).scenarios ?? {});
}
