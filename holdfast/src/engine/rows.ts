/**
 * Hands out the rows of the test's data sources. A shared source goes round by the iteration's number; a unique claim
 * takes the next number of a counter that all threads share, so that no row is given twice over the whole run.
 */
import type { Claim } from "../scenario/data.ts";
import type { LoadTest } from "../scenario/load-test.ts";
import type { TestPlan } from "../scenario/plan.ts";
import { claimRow } from "./shared-cells.ts";
import type { SharedCells } from "./shared-cells.ts";

/** The rows of each data source, by its name, as `loadRows` read them. */
export type LoadedRows = Readonly<Record<string, readonly unknown[]>>;

/** Thrown into the script when no row is left: ends the iteration, and stops the scenario. Not the script's fault. */
export class OutOfRows extends Error {
  constructor(source: string, count: number, claim: Claim) {
    super(`data.${source} has ${count} rows, claimed ${claim}: all are taken`);
    this.name = "OutOfRows";
  }
}

/** Who claims: a virtual user in an iteration. */
export interface Claimant {
  readonly iteration: number;
  readonly iterationInTest: number;
}

interface Source {
  readonly name: string;
  readonly claim: Claim;
  readonly rows: readonly unknown[];
}

/** All sources of a thread. */
export class RowSources {
  readonly #sources: readonly Source[];
  readonly #shared: SharedCells;
  readonly #plan: TestPlan;

  constructor(test: LoadTest, plan: TestPlan, rows: LoadedRows, shared: SharedCells) {
    this.#plan = plan;
    this.#shared = shared;
    this.#sources = plan.sources.map((name) => ({
      name,
      claim: test.data?.[name]?.claim ?? "shared",
      rows: rows[name] ?? [],
    }));
  }

  /** What one virtual user sees as `rows`: each row is claimed when it is first looked at. */
  for(claimant: Claimant): Readonly<Record<string, unknown>> {
    const view = {};
    this.#sources.forEach((source, index) => {
      let claimed: unknown;
      let claimedIn = -1;
      const get = (): unknown => {
        const iteration = source.claim === "unique per VU" ? 0 : claimant.iteration;
        if (claimedIn !== iteration) {
          claimed = this.#claim(source, index, claimant);
          claimedIn = iteration;
        }
        return claimed;
      };
      Object.defineProperty(view, source.name, { get, enumerable: true });
    });
    return view;
  }

  #claim(source: Source, index: number, claimant: Claimant): unknown {
    const { rows, claim, name } = source;
    const number =
      claim === "shared"
        ? claimant.iterationInTest % rows.length
        : claimRow(this.#shared, this.#plan, index);
    if (number < rows.length) return rows[number];
    throw new OutOfRows(name, rows.length, claim);
  }
}
