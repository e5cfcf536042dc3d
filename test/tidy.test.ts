/**
 * Architecture as a test: who may import whom, and what a linter cannot say. The table below is the one in
 * ARCHITECTURE.md; a row that nobody uses fails, too, so that the table never says more than the code does.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SOURCE = join(ROOT, "holdfast/src");

/** Besides `base` and `record`, which everybody may import. `(types)` means `import type` only. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  base: [],
  record: [],
  scenario: ["protocol (types)"],
  protocol: [],
  metrics: [],
  history: [],
  probe: [],
  engine: ["scenario"],
  checker: ["history"],
  verdict: ["metrics", "checker"],
  report: ["verdict", "checker (types)"],
  run: [
    "scenario",
    "engine",
    "protocol",
    "metrics",
    "history",
    "checker",
    "verdict",
    "report",
    "probe",
  ],
  cli: ["run"],
};

/** Packages that have one home and no other. */
const ONE_HOME: Record<string, string> = {
  "@duckdb/node-api": "history",
  "@duckdb/node-bindings": "history",
  commander: "cli",
  "@nats-io/transport-node": "cluster",
};

const LINES_MAX = 500;
const BANNED = [
  {
    pattern: /\bTODO\b|\bFIXME\b|\bXXX\b/,
    instead: "finish it, or write down what is missing in the docs",
  },
  { pattern: /\b(?:util|helper|manager)s?\.ts$/m, instead: "a name that says what is in it" },
  { pattern: /^\s*enum\s|^export enum\s/m, instead: "a union of words" },
  { pattern: /@ts-ignore/, instead: "@ts-expect-error with a reason" },
] as const;

interface Import {
  file: string;
  from: string;
  typeOnly: boolean;
}

const files = sourceFiles(SOURCE);
const imports = files.flatMap(importsOf);

describe("the tree", () => {
  test("every folder of holdfast/src has a row in the table", () => {
    const folders = readdirSync(SOURCE).filter((name) =>
      statSync(join(SOURCE, name)).isDirectory(),
    );
    expect(folders.filter((folder) => MAY_IMPORT[folder] === undefined)).toEqual([]);
  });

  test("no folder imports what the table forbids", () => {
    expect(imports.map(breach).filter((line) => line !== undefined)).toEqual([]);
  });

  test("no row of the table is unused", () => {
    const used = new Set(imports.map((i) => `${folderOf(i.file)} > ${folderOf(i.from)}`));
    const rows = Object.entries(MAY_IMPORT).flatMap(([folder, targets]) =>
      targets.map((target) => `${folder} > ${target.replace(" (types)", "")}`),
    );
    expect(rows.filter((row) => !used.has(row))).toEqual([]);
  });

  test("a package with one home is imported nowhere else", () => {
    const strays = files.flatMap((file) =>
      packagesOf(file)
        .filter((name) => ONE_HOME[name] !== undefined && ONE_HOME[name] !== folderOf(file))
        .map((name) => `${show(file)} imports ${name}`),
    );
    expect(strays).toEqual([]);
  });

  test("systems, examples and end-to-end tests use holdfast by its public name only", () => {
    const outside = ["systems", "examples", "test"].flatMap((folder) =>
      sourceFiles(join(ROOT, folder)),
    );
    const strays = outside.filter((file) =>
      /from "[^"]*holdfast\/src/.test(readFileSync(file, "utf8")),
    );
    expect(strays.map(show)).toEqual([]);
  });
});

describe("every file", () => {
  const all = ["holdfast/src", "systems", "bench", "test", "examples"].flatMap((folder) =>
    sourceFiles(join(ROOT, folder)),
  );

  test(`has at most ${LINES_MAX} lines, tests aside`, () => {
    const long = all
      .filter((file) => !file.endsWith(".test.ts"))
      .map((file) => ({ file: show(file), lines: readFileSync(file, "utf8").split("\n").length }))
      .filter(({ lines }) => lines > LINES_MAX);
    expect(long).toEqual([]);
  });

  test("is free of what the house style bans", () => {
    const found = all
      .filter((file) => !file.endsWith("tidy.test.ts"))
      .flatMap((file) => {
        const text = readFileSync(file, "utf8");
        return BANNED.filter(({ pattern }) => pattern.test(text)).map(
          ({ pattern, instead }) => `${show(file)}: ${pattern} (rather ${instead})`,
        );
      });
    expect(found).toEqual([]);
  });

  test("has a name in kebab-case", () => {
    const odd = all.filter(
      (file) => !/^[a-z0-9]+(?:[-.][a-z0-9]+)*$/.test(file.split(sep).at(-1) ?? ""),
    );
    expect(odd.map(show)).toEqual([]);
  });
});

function breach({ file, from, typeOnly }: Import): string | undefined {
  const here = folderOf(file);
  const there = folderOf(from);
  if (here === there || here === "index.ts" || file.endsWith(".test.ts")) return undefined;
  const allowed = MAY_IMPORT[here] ?? [];
  if (here !== "base" && (there === "base" || there === "record")) return undefined;
  if (here === "record" && there === "base") return undefined;
  if (allowed.includes(there)) return undefined;
  if (typeOnly && allowed.includes(`${there} (types)`)) return undefined;
  return `${show(file)} imports ${show(from)}`;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, "utf8");
  const found = [
    ...text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+"(\.[^"]+)"/gm),
    ...text.matchAll(/^import\s+()"(\.[^"]+)"/gm),
    ...text.matchAll(/\bimport\(()\s*"(\.[^"]+)"/g),
  ];
  return found.map((match) => ({
    file,
    from: join(dirname(file), match[2] ?? ""),
    typeOnly: match[1] !== undefined && match[1] !== "",
  }));
}

function packagesOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const names = [...text.matchAll(/(?:from|import)\s*\(?\s*"([^."][^"]*)"/g)].map(
    (m) => m[1] ?? "",
  );
  return names.map((name) =>
    name
      .split("/")
      .slice(0, name.startsWith("@") ? 2 : 1)
      .join("/"),
  );
}

function folderOf(file: string): string {
  return relative(SOURCE, file).split(sep)[0] ?? "";
}

function sourceFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.split(sep).includes("node_modules"))
    .map((name) => join(folder, name));
}

function show(file: string): string {
  return relative(ROOT, file);
}
