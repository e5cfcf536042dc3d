/** The Node that runs this: which it is, and how it was started, so that another can be started alike. */

export const NODE_VERSION: string = process.versions.node;

/** Absolute path of its executable. */
export const NODE_PATH: string = process.execPath;

/** The flags it was started with, script and arguments left out. */
export const NODE_FLAGS: readonly string[] = process.execArgv;
