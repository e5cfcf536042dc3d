import { expect, test } from "vitest";
import { exampleHistory } from "../testing/example-history.ts";
import { MessageTable } from "./message-table.ts";

test("no more messages are kept of a room than may be, those that are known are found all the same", () => {
  const receipts = ["m-1", "m-2", "m-1", "m-3"].map(
    (name, i) => `received r ann ${i}..${i} ok ${name}`,
  );
  const history = exampleHistory(receipts.join("\n"));
  const table = new MessageTable(history, { messagesMax: 2 });
  table.load([], true);
  const find = (row: number): number => table.find(history.columns.result[row] as number, row);
  expect([0, 1, 2].map(find)).toEqual([0, 1, 0]);
  expect(() => find(3)).toThrow("more than 2 messages");
});
