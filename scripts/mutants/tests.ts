/** What test files import instead of vitest in a campaign: tests are kept, to be run one by one as often as needed. */
import { expect } from "vitest";

export { expect };

type Body = () => unknown;
type Declare = (name: string, body: Body) => void;
type Each = (rows: readonly unknown[]) => (name: string, body: (...row: never[]) => unknown) => void;

export interface Test {
  readonly file: string;
  /** With the names of the groups around it. */
  readonly name: string;
  readonly run: Body;
}

export const tests: Test[] = [];
const groups: string[] = [];
let file = "";

export async function collect(url: string, path: string): Promise<void> {
  file = path;
  await import(url);
}

export const describe: Declare = (name, body) => {
  groups.push(name);
  body();
  groups.pop();
};

const declare: Declare = (name, run) => {
  const full = [...groups, name].join(" > ");
  const same = tests.filter((test) => test.file === file && test.name.startsWith(full)).length;
  tests.push({ file, name: same === 0 ? full : `${full} #${same}`, run });
};

const each: Each = (rows) => (name, body) => {
  for (const row of rows) {
    declare(name, () => body(...((Array.isArray(row) ? row : [row]) as never[])));
  }
};

export const test: Declare & { readonly each: Each } = Object.assign(declare, { each });
