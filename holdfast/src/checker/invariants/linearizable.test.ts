import { describe, expect, test } from "vitest";
import type { Invariant } from "../../record/invariant.ts";
import { operation } from "../../scenario/operation.ts";
import { defineModel, linearizable } from "../../scenario/invariants/models.ts";
import type { Finding } from "../finding.ts";
import { judge } from "../judge.ts";
import type { JudgeOptions } from "../judge.ts";
import { exampleHistory } from "../testing/example-history.ts";

const take = operation("take");
const put = operation("put");

function only(lines: string, invariant: Invariant, options: JudgeOptions = {}): Finding {
  return judge(exampleHistory(lines), [invariant], options)[0] as Finding;
}

const words = { write: operation("set"), read: operation("get") };
const register = linearizable(words, { model: "register", initial: 0 });

/** A shelf of two that is taken from and put on, in the author's own words. */
const shelf = defineModel({
  name: "shelf",
  init: { left: 2 },
  step: ({ left }, { name, outcome }) => {
    if (name === "put") return { left: left + 1 };
    if (outcome === "rejected") return left === 0 ? { left } : undefined;
    return left > 0 ? { left: left - 1 } : undefined;
  },
  reads: ({ name, outcome }) => name === "take" && outcome === "rejected",
});
const ownShelf = linearizable({ take, put }, { model: shelf });

describe("linearizable as a named model", () => {
  const fresh = `
    set lamp - 0..10 ok x7
    get lamp - 5..15 ok 0
    get lamp - 20..30 ok 7`;

  test("holds where reads fit an order, over keys and with what was at once", () => {
    expect(only(fresh, register)).toMatchObject({
      verdict: "pass",
      sentence: "3 operations on 1 key fit the model register, up to 2 at once on a key",
    });
  });

  test("names the stale read of its broken twin", () => {
    const stale = only(`${fresh}\nget lamp - 40..50 ok 0`, register);
    expect(stale).toMatchObject({ verdict: "fail", key: "lamp", count: 1 });
    expect(stale.sentence).toMatch(/^lamp: read → 0 /);
    expect(stale.witnesses.map(({ name }) => name)).toContain("get");
  });

  test("takes an unknown write as one that may explain, and a failed one as none", () => {
    const late = `${fresh}\nset lamp - 31..32 unknown x9\nget lamp - 40..50 ok 9`;
    expect(only(late, register).verdict).toBe("pass");
    const never = `${fresh}\nset lamp - 31..32 failed x9\nget lamp - 40..50 ok 9`;
    expect(only(never, register).verdict).toBe("fail");
  });

  test("is unknown where nothing raced, where records are lost, and where a value is none of the model's", () => {
    expect(only("set lamp - 0..10 ok x7\nget lamp - 20..30 ok 7", register)).toMatchObject({
      verdict: "unknown",
      sentence: expect.stringMatching(/^no two operations ever overlapped on one key/) as string,
    });
    const lost = judge(exampleHistory(`${fresh}\nget lamp - 40..50 ok 0`, { lostRecords: 1 }), [
      register,
    ]);
    expect(lost[0]?.verdict).toBe("unknown");
    const counted = linearizable(words, { model: "counter" });
    expect(only(fresh, counted)).toMatchObject({
      verdict: "unknown",
      sentence: expect.stringContaining(
        "1 key with operations that the model does not know",
      ) as string,
    });
  });

  test("says what is wrong with initial, and with a model that nobody knows", () => {
    const bad = linearizable({ take, put }, { model: "stock" });
    expect(only("take a - 0..1 ok", bad).sentence).toBe(
      "it could not be decided: initial must be the number of units at the start",
    );
    const other = { ...register, options: { ...register.options, model: "tree" } };
    expect(only(fresh, other).sentence).toContain('nobody here knows the model "tree"');
  });

  test("judges one key alone, and is unknown over nothing", () => {
    const two = `${fresh}\nset desk - 0..10 ok x1\nget desk - 20..30 ok 0`;
    expect(only(two, register).key).toBe("desk");
    expect(only(two, register, { key: "lamp" }).verdict).toBe("pass");
    expect(only("", register).sentence).toMatch(/^no set took place/);
    expect(() => linearizable({}, { model: "register" })).toThrow("at least one");
  });
});

describe("linearizable as the author's own model", () => {
  const race = `
    take a - 0..10 ok
    take a - 5..15 ok
    take a - 6..20 rejected`;

  test("is decided by its step, with rejections as evidence where the step makes them so", () => {
    expect(only(race, ownShelf)).toMatchObject({
      verdict: "pass",
      sentence: "3 operations on 1 key fit the model shelf, up to 3 at once on a key",
    });
    expect(only(`${race}\ntake a - 30..40 ok`, ownShelf)).toMatchObject({
      verdict: "fail",
      key: "a",
    });
    expect(only(`${race}\nput a - 21..22 unknown\ntake a - 30..40 ok`, ownShelf).verdict).toBe(
      "pass",
    );
    expect(only("take a - 0..10 rejected\ntake a - 0..10 ok", ownShelf).verdict).toBe("fail");
  });

  test("is unknown where the model is not at hand, throws, or reads and changes at once", () => {
    const { model: _, ...stored } = ownShelf;
    expect(only(race, stored)).toMatchObject({
      verdict: "unknown",
      sentence: "it could not be decided: its model is the author's own and is not at hand",
    });
    expect(only(race, stored, { ownModel: () => shelf }).verdict).toBe("pass");
    const broken = defineModel({ init: 0, step: () => JSON.parse("{") as number });
    expect(only(race, linearizable({ take }, { model: broken })).verdict).toBe("unknown");
    const liar = defineModel({ init: 0, step: (left) => left + 1, reads: () => true });
    expect(only(race, linearizable({ take }, { model: liar })).sentence).toContain("reads()");
  });

  test("cannot spoil an earlier state by changing it in place", () => {
    const careless = defineModel({
      init: { ids: [] as number[] },
      step: (state, { value }) => {
        if (state.ids.includes(value as number)) return undefined;
        state.ids.push(value as number);
        return state;
      },
    });
    const invariant = linearizable({ take }, { model: careless });
    expect(
      only("take a - 0..9 ok x1\ntake a - 0..9 ok x2\ntake a - 0..9 ok x3", invariant).verdict,
    ).toBe("pass");
    expect(only("take a - 0..9 ok x1\ntake a - 0..9 ok x1", invariant).verdict).toBe("fail");
  });
});
