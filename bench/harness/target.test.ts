import { expect, test } from "vitest";
import { parseStubStatus } from "./target.ts";

test("the third number of nginx's stub_status page is the count of requests", () => {
  const page = `Active connections: 101
server accepts handled requests
 102 102 31070465
Reading: 0 Writing: 1 Waiting: 100
`;
  expect(parseStubStatus(page)).toBe(31_070_465);
});

test("another page is an error that shows its beginning", () => {
  expect(() => parseStubStatus("<html>404")).toThrow("not a stub_status page: <html>404");
});
