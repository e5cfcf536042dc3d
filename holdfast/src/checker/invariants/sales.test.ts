import { expect, test } from "vitest";
import { judge } from "../judge.ts";
import { exampleHistory } from "../testing/example-history.ts";

function sold(lines: string): string {
  const invariant = { kind: "no-oversell", name: "n", operation: "order", options: { stock: 1 } };
  return judge(exampleHistory(lines), [invariant])[0]?.verdict ?? "";
}

/** From where the sales come that are shown. */
function shown(lines: string): string[] | undefined {
  const invariant = { kind: "no-oversell", name: "n", operation: "order", options: { stock: 2 } };
  return judge(exampleHistory(lines), [invariant])[0]?.witnesses.map(({ phase }) => phase);
}

test("rows of the audit without a name are a sale each, those of one name are one sale", () => {
  const overlap = "order phone k1 0..10 failed\norder phone k2 0..10 failed";
  expect(sold(`${overlap}\naudit order phone - -\naudit order phone - -`)).toBe("fail");
  expect(sold(`${overlap}\naudit order phone - o-1\naudit order phone - o-2`)).toBe("fail");
  expect(sold(`${overlap}\naudit order phone - o-1\naudit order phone - o-1`)).not.toBe("fail");
  expect(sold(`${overlap}\naudit order phone x -\naudit order phone x -`)).not.toBe("fail");
});

test("one request with two results is two sales, with the same one again it is one", () => {
  const first = "order phone k1 0..10 ok o-1";
  expect(sold(`${first}\norder phone k1 5..15 ok o-2`)).toBe("fail");
  expect(sold(`${first}\norder phone k1 5..15 ok o-1`)).not.toBe("fail");
  expect(sold(`${first}\naudit order phone k1 o-1\naudit order phone k1 o-2`)).toBe("fail");
});

test("of a request's further sales those are shown that more rows prove, else the answers", () => {
  const answered = `
    order phone k1 0..10 ok o-1
    order phone k1 5..15 ok o-2
    order phone k2 0..10 unknown
    audit order phone k1 o-1
    audit order phone k1 o-2
    audit order phone k2 o-9`;
  expect(shown(answered)).toEqual(["load", "load", "audit"]);
  const more = `${answered}\naudit order phone k1 o-3`;
  expect(shown(more)).toEqual(["load", "audit", "audit", "audit"]);
});
