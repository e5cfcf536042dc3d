import { describe, expect, test } from "vitest";
import { parseOptions } from "./options.ts";
import { SUITE_NAMES } from "./result.ts";

describe("the bench's options", () => {
  test("are seven rounds of three seconds, stored, unless said otherwise", () => {
    expect(parseOptions(["http"])).toMatchObject({
      suites: ["http"],
      settings: { rounds: 7, windowSeconds: 3, only: "" },
      storing: true,
      compare: false,
    });
  });

  test("`all` is every suite", () => {
    expect(parseOptions(["all"])?.suites).toEqual([...SUITE_NAMES]);
  });

  test.each([
    ["--compare", ["http", "--compare"]],
    ["--only", ["http", "--only", "wrk|lean"]],
  ])("with %s nothing is stored", (_, argv) => {
    expect(parseOptions(argv)?.storing).toBe(false);
  });

  test("no suite, or -h, asks for help", () => {
    expect(parseOptions([])).toBeUndefined();
    expect(parseOptions(["http", "-h"])).toBeUndefined();
  });

  test.each([
    [["htp"], 'the suite must be one of http, tls, .* or all, got "htp"'],
    [["http", "--rounds", "0"], '--rounds must be a number above 0, got "0"'],
    [["http", "--rounds", "1.5"], '--rounds must be a number above 0, got "1.5"'],
    [["http", "--only", "("], '--only must be a regular expression, got "\\("'],
  ])("%j is refused in one line", (argv, message) => {
    expect(() => parseOptions(argv)).toThrow(new RegExp(message));
  });
});
