import { expect, test } from "vitest";
import { linearizable, defineModel } from "../scenario/invariants/models.ts";
import { operation } from "../scenario/operation.ts";
import type { LoadTest } from "../scenario/load-test.ts";
import { ownModelsOf } from "./own-models.ts";

const model = defineModel({ name: "hall", init: 1, step: (left) => left });
const invariant = linearizable({ buy: operation("buy") }, { model });
const stored = { invariants: [invariant], run: { script: "/nowhere/hall.load.ts", test: "hall" } };

test("a model comes from the test at hand, by the name of its invariant", async () => {
  const atHand = { invariants: [invariant] } as unknown as LoadTest;
  expect((await ownModelsOf(stored, atHand))(invariant)).toBe(model);
  const renamed = { invariants: [{ ...invariant, name: "other" }] } as unknown as LoadTest;
  const find = await ownModelsOf(stored, renamed);
  expect(() => find(invariant)).toThrow(
    'the model is in /nowhere/hall.load.ts, which no longer has the invariant "linearizable as hall"',
  );
});

test("a script that is gone is named", async () => {
  const find = await ownModelsOf(stored);
  expect(() => find(invariant)).toThrow(
    /^the model is in \/nowhere\/hall\.load\.ts, which could not be loaded: /,
  );
});

test("no script is loaded where every model has a name", async () => {
  const named = linearizable({ buy: operation("buy") }, { model: "unique" });
  await expect(ownModelsOf({ ...stored, invariants: [named] })).resolves.toBeTypeOf("function");
});
