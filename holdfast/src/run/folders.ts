/** Names of folders that people and other programs rely on. */

/** Where runs are stored, below the folder that Holdfast is called in. */
export const RUNS_FOLDER = ".holdfast/runs";

/** Where a run's folder keeps its history. */
export const HISTORY_FOLDER = "history";
