/** What test files import instead of vitest in a campaign: tests are kept, to be run one by one as often as needed. */
import { expect } from "vitest";

export { expect };

type Body = () => unknown;
type Declare = (name: string, body: Body) => void;
type Each = (
  rows: readonly unknown[],
) => (name: string, body: (...row: never[]) => unknown) => void;

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

const group: Declare = (name, body) => {
  groups.push(name);
  body();
  groups.pop();
};

const single: Declare = (name, run) => {
  const full = [...groups, name].join(" > ");
  const same = tests.filter((test) => test.file === file && test.name.startsWith(full)).length;
  tests.push({ file, name: same === 0 ? full : `${full} #${same}`, run });
};

const each =
  (declare: Declare): Each =>
  (rows) =>
  (name, body) => {
    for (const row of rows) {
      const cells = Array.isArray(row) ? row : [row];
      declare(name.replace("%s", String(cells[0])), () => body(...(cells as never[])));
    }
  };

type Declared = Declare & { readonly each: Each };

export const describe: Declared = Object.assign(group, { each: each(group) });
export const test: Declared = Object.assign(single, { each: each(single) });

/** Only to renew what is on record, which no campaign does. */
export const afterAll = (_body: Body): void => undefined;
