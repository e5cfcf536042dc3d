import { describe, expect, test } from "vitest";
import type { HistoryFacts } from "../../history/history.ts";
import { historyOf, SAID_RULE } from "../../history/history.ts";
import type { Operation } from "../../record/operation.ts";
import type { Value } from "../../record/value.ts";
import { operation } from "../../scenario/operation.ts";
import type { DeliveredOnceOptions } from "../../scenario/invariants/delivery.ts";
import { deliveredOnce } from "../../scenario/invariants/delivery.ts";
import { judge } from "../judge.ts";
import { exampleHistory } from "../testing/example-history.ts";

const post = operation("post");
const received = operation("received");
const joins = operation("join");
const leaves = operation("leave");
const inbox = operation("inbox");
const base: DeliveredOnceOptions = { cause: post, receipt: received, joins, leaves };

function verdictOf(
  lines: string,
  options: Partial<DeliveredOnceOptions> = {},
  facts: Partial<HistoryFacts> = {},
): string {
  const history = exampleHistory(lines, facts);
  const [finding] = judge(history, [deliveredOnce({ ...base, ...options })]);
  return `${finding?.verdict}: ${finding?.sentence}`;
}

const room = `
  join r ann 0..10 ok
  join r bob 0..20 ok
  post r m-1 100..110 ok
  received r ann 120..120 ok m-1
  received r bob 130..130 ok m-1
  leave r ann 9000..9010 ok
  leave r bob 9000..9010 ok`;

describe("in a room", () => {
  test("passes when 1 message reaches both of 2 members", () => {
    expect(verdictOf(room)).toBe(
      "pass: 1 message received 2 times, each once and by the right ones, 2 deliveries owed and made",
    );
  });

  test("a member who stayed and has no receipt has lost the message", () => {
    const lost = room.replace("received r bob 130..130 ok m-1", "");
    expect(verdictOf(lost)).toBe("fail: r: bob never received m-1, certain at 5.110 s");
  });

  test("a member who left within 5 s of the acknowledgement is owed nothing", () => {
    const lines = room
      .replace("received r bob 130..130 ok m-1", "")
      .replace("leave r bob 9000", "leave r bob 5110");
    expect(verdictOf(lines)).toMatch(/^pass: 1 message received 1 time, .* 1 delivery owed/);
    expect(verdictOf(lines, { within: "4s" })).toMatch(/^fail: r: bob never received m-1/);
  });

  test("a second receipt is a duplicate, and fails", () => {
    expect(verdictOf(`${room}\nreceived r bob 140..140 ok m-1`)).toBe(
      "fail: r: bob received m-1 twice, at 0.130 s and 0.140 s",
    );
  });

  test("of several faults the earliest is shown, of several kinds one each, and the earliest room", () => {
    const twice = `${room.replace("received r bob 130..130 ok m-1", "")}
      post r m-2 200..210 ok
      received r ann 230..230 ok m-2
      received r ann 250..250 ok m-2
      received r ann 240..240 ok m-1
      received r bob 220..220 ok m-2
      join s eve 0..1 ok
      post s m-3 0..10 ok
      received s eve 900..900 ok m-3
      received s eve 1000..1000 ok m-3`;
    expect(verdictOf(twice)).toBe(
      "fail: r: bob never received m-1, certain at 5.110 s; ann received m-1 twice, at 0.120 s and " +
        "0.240 s, and so 1 other; also on s",
    );
  });

  test("the operations that prove it are shown: both receipts, and the message that was sent", () => {
    const history = exampleHistory(`${room}\nreceived r bob 140..140 ok m-1`);
    const [finding] = judge(history, [deliveredOnce(base)]);
    expect(finding?.witnesses.map(({ name, id, invokedMs }) => [name, id, invokedMs])).toEqual([
      ["post", "m-1", 100],
      ["received", "bob", 130],
      ["received", "bob", 140],
    ]);
  });

  test("a receipt of nobody, or of nothing, is no pass", () => {
    const unsaid = /^unknown: 1 receipt did not say who received what/;
    expect(verdictOf(`${room}\nreceived r - 140..140 ok m-1`)).toMatch(unsaid);
    expect(verdictOf(`${room}\nreceived r ann 140..140 ok`)).toMatch(unsaid);
    expect(verdictOf(`${room}\nreceived r ann 140..140 unknown`)).toMatch(/^pass/);
  });

  test("one who never joined, or had left before it was sent, must not have it", () => {
    expect(verdictOf(`${room}\nreceived r eve 140..140 ok m-1`)).toBe(
      "fail: r: eve received m-1 at 0.140 s, and was not in the room",
    );
    const left = "join r eve 0..5 ok\nleave r eve 10..99 ok\nreceived r eve 140..140 ok m-1";
    expect(verdictOf(`${room}\n${left}`)).toMatch(/^fail: r: eve received m-1/);
    expect(verdictOf(`${room}\n${left.replace("..99", "..100")}`)).toMatch(/^pass/);
    expect(verdictOf(`${room}\n${left.replace("..99 ok", "..99 unknown")}`)).toMatch(/^pass/);
  });

  test("a message that was refused, or that nobody sent, must not arrive", () => {
    const refused = `${room}\npost r m-2 100..110 rejected\nreceived r ann 150..150 ok m-2`;
    expect(verdictOf(refused)).toBe("fail: r: ann received m-2 at 0.150 s, which was refused");
    const phantom = `${room}\nreceived r ann 150..150 ok m-3`;
    expect(verdictOf(phantom)).toBe("fail: r: ann received m-3 at 0.150 s, which nobody sent");
    expect(verdictOf(phantom, { foreign: true })).toMatch(/^pass/);
  });

  test("a message must not arrive before it is sent", () => {
    const early = room.replace("received r ann 120..120", "received r ann 99..99");
    expect(verdictOf(early)).toBe(
      "fail: r: ann received m-1 at 0.099 s, before it was sent at 0.100 s",
    );
    expect(verdictOf(early.replace("99..99", "99..100"))).toMatch(/^pass/);
    expect(verdictOf(`${early}\naudit post r m-1 -`)).toMatch(/^fail: .* before it was sent/);
  });

  test("an unknown outcome claims nothing until somebody receives it, and then it is owed to all", () => {
    const unknown = `${room}\npost r m-2 200..210 unknown`;
    expect(verdictOf(unknown)).toMatch(/^pass: 1 message received 2 times/);
    const seen = `${unknown}\nreceived r ann 300..300 ok m-2`;
    expect(verdictOf(seen)).toBe("fail: r: bob never received m-2, certain at 5.300 s");
    expect(verdictOf(`${seen}\nreceived r bob 8000..8000 ok m-2`)).toBe(
      "pass: 2 messages received 4 times, each once and by the right ones, 4 deliveries owed and made, " +
        "1 of unknown outcome resolved by a receipt",
    );
  });

  test("only where a limit is stated is a late receipt a fault", () => {
    const late = room.replace("bob 130..130", "bob 900..900");
    expect(verdictOf(late)).toMatch(/^pass/);
    const later = room.replace("bob 130..130", "bob 7000..7000");
    expect(verdictOf(later)).toMatch(/^pass/);
    expect(verdictOf(later, { within: "5s" })).toMatch(/^fail: r: bob received m-1 at 7.000 s/);
    expect(verdictOf(late, { within: "500ms" })).toBe(
      "fail: r: bob received m-1 at 0.900 s, acknowledged at 0.110 s",
    );
  });

  test("a sender that the message names needs no copy, unless it is promised one", () => {
    const history = (from: Value): string => {
      const operations = [...rowsOf(room.replace("received r ann 120..120 ok m-1", ""))].map(
        (row) => (row.name === "post" ? { ...row, value: { from } } : row),
      );
      const [finding] = judge(historyOf(operations), [deliveredOnce(base)]);
      return `${finding?.verdict}`;
    };
    expect(history("ann")).toBe("pass");
    expect(history("bob")).toBe("fail");
  });

  test("a sender that an addressed message names may have a copy, and must where it is promised one", () => {
    const told = (who: readonly string[], more = {}): string => {
      const receipts = who.map((id, i) => `received o ${id} ${120 + i}..${120 + i} ok m-1`);
      const lines = `post o m-1 100..110 ok
        ${receipts.join("\n")}
        post o m-9 6000..6010 ok
        ${["ann", "bob"].map((id) => `received o ${id} 6020..6020 ok m-9`).join("\n")}`;
      const operations = [...rowsOf(lines)].map((row) => {
        if (row.name !== "post") return row;
        return { ...row, value: { to: row.id === "m-1" ? "bob" : ["ann", "bob"], from: "ann" } };
      });
      const [finding] = judge(historyOf(operations), [
        deliveredOnce({ cause: base.cause, receipt: base.receipt, ...more }),
      ]);
      return `${finding?.verdict}: ${finding?.sentence}`;
    };
    expect(told(["bob"])).toMatch(/^pass/);
    expect(told(["bob", "ann"])).toMatch(/^pass/);
    expect(told(["bob", "cat"])).toMatch(/^fail: o: cat received m-1/);
    expect(told(["bob", "ann"], { echo: true })).toMatch(/^pass/);
    expect(told(["bob"], { echo: true })).toMatch(/^fail: o: ann never received m-1/);
  });

  test("what is not live is not lost where the inbox has it", () => {
    const offline = room.replace("received r bob 130..130 ok m-1", "");
    expect(verdictOf(`${offline}\ninbox r bob 8000..8010 ok m-1`, { inbox })).toMatch(/^pass/);
    expect(verdictOf(`${offline}\ninbox r bob 8000..8010 ok m-0`, { inbox, foreign: true })).toBe(
      "fail: r: bob never received m-1, certain at 5.110 s",
    );
  });

  test("an inbox owes nothing that is certain only after its reader left", () => {
    const left = (toMs: number): string =>
      verdictOf(
        `join r ann 0..10 ok
         post r m-1 100..300 ok
         leave r ann ${toMs}..${toMs + 10} ok
         inbox r ann 9000..9010 ok m-0`,
        { inbox, foreign: true },
      );
    expect(left(200)).not.toMatch(/^fail/);
    expect(left(301)).toMatch(/^fail: r: ann never received m-1/);
  });

  test("a receiver without a leave listened until it last received anything", () => {
    const alone = `
      join r ann 0..10 ok
      post r m-1 100..110 ok
      post r m-2 6000..6010 ok
      received r ann 6020..6020 ok m-2`;
    expect(verdictOf(alone, {})).toBe("fail: r: ann never received m-1, certain at 5.110 s");
    const elsewhere = alone.replace(
      "received r ann 6020..6020 ok m-2",
      "received s ann 6020..6020 ok m-3",
    );
    expect(verdictOf(`${elsewhere}\njoin s ann 0..1 ok\npost s m-3 6000..6010 ok`)).toMatch(
      /^unknown: nobody is known to have stayed/,
    );
    expect(verdictOf(alone.replace("received r ann 6020..6020 ok m-2", ""))).toBe(
      "unknown: nobody is known to have stayed 5.00 s after a message (seen: 2 messages received " +
        "no times, each once and by the right ones, no deliveries owed and made)",
    );
  });
});

describe("to those whom a message names", () => {
  const order = (to: Value): Operation[] =>
    rowsOf(`
      post o1 h-1 100..110 ok
      received o1 ann 120..120 ok h-1
      received o2 ann 9000..9000 ok h-2
      post o2 h-2 8000..8010 ok`).map((row) => (row.name === "post" ? { ...row, value: to } : row));
  const judged = (operations: readonly Operation[]): string => {
    const [finding] = judge(historyOf(operations), [
      deliveredOnce({ cause: post, receipt: received }),
    ]);
    return `${finding?.verdict}: ${finding?.sentence}`;
  };

  test("passes for the one named, however it is named", () => {
    for (const to of ["ann", ["ann"], { to: "ann" }, { to: ["ann"], text: "bob" }]) {
      expect(judged(order(to))).toMatch(/^pass: 2 messages received 2 times/);
    }
  });

  test("fails for another, and for one named who was listening and got none", () => {
    expect(judged(order("bob"))).toMatch(
      /^fail: o1: ann received h-1 at 0\.120 s, which was for somebody else/,
    );
    const rows = order(["ann", "bob"]);
    const bob = rowsOf("received o3 bob 7000..7000 ok h-3\npost o3 h-3 6990..6995 ok");
    expect(judged([...rows, ...bob])).toMatch(
      /^fail: o1: bob never received h-1, certain at 5.110/,
    );
  });
});

test("a message of unknown outcome is owed to all whom it names, once one of them has it", () => {
  const rows = rowsOf(`
    post o1 h-1 100..110 unknown
    received o1 ann 120..120 ok h-1
    post o2 h-2 8000..8010 ok
    received o2 ann 9000..9000 ok h-2
    received o2 bob 9000..9000 ok h-2`);
  const named = rows.map((row) => (row.name === "post" ? { ...row, value: ["ann", "bob"] } : row));
  const judged = (operations: readonly Operation[]): string => {
    const rule = deliveredOnce({ cause: post, receipt: received });
    const [finding] = judge(historyOf(operations), [rule]);
    return `${finding?.verdict}: ${finding?.sentence}`;
  };
  expect(judged(named)).toBe("fail: o1: bob never received h-1, certain at 5.120 s");
  expect(judged(named.filter(({ key, name }) => key === "o2" || name === "post"))).toMatch(
    /^unknown: nobody is known to have stayed/,
  );
});

describe("by names that the system gives", () => {
  const named = (result: Value, receipts: readonly Value[]): string => {
    const rows = rowsOf(`
      join r ann 0..1 ok
      post r k-1 10..20 ok given
      post r k-2 30..40 unknown
      leave r ann 9000..9001 ok`).map((row) => (row.result === "given" ? { ...row, result } : row));
    const received = receipts.map((value) => ({
      ...(rowsOf("received r ann 50..50 ok")[0] as Operation),
      value,
    }));
    const [finding] = judge(historyOf([...rows, ...received]), [deliveredOnce(base)]);
    return `${finding?.verdict}: ${finding?.sentence}`;
  };

  test("a text, a number and the id of the request are one message", () => {
    const both = { id: "m-7", seq: 7 };
    for (const name of ["k-1", "m-7", 7, both, { seq: 7 }, [{ id: "m-7" }]]) {
      expect(named(both, [name])).toMatch(/^pass: 1 message received 1 time/);
      expect(named(both, [name, "m-7"])).toMatch(/^fail: r: ann received m-7 twice/);
    }
  });

  test("a name that the system gave to one and a test to another is of neither", () => {
    const lines = `${room}\npost r k-1 200..210 ok m-8\npost r m-8 200..210 ok m-9`;
    expect(verdictOf(lines)).toMatch(/^unknown: .*2 messages shared a name with another/);
  });

  test("one more name may be that of the message of unknown outcome, and two more may not", () => {
    expect(named("m-7", ["m-7", "m-8"])).toMatch(/^pass: 2 messages received 2 times/);
    expect(named("m-7", ["m-7", "m-8", "m-9"])).toMatch(/which nobody sent$/);
    expect(named(7, ["k-1", "m-8"])).toMatch(/^fail: r: ann received m-8 at 0.050 s, which nobody/);
  });

  test("what the audit lists was sent, though its answer never came", () => {
    const audited = `${room}
      post r m-2 200..210 unknown
      audit post r m-2 -
      post r m-3 200..210 rejected
      audit post r m-3 -
      received r ann 300..300 ok m-3`;
    expect(verdictOf(audited)).toMatch(/^pass: 3 messages received 3 times/);
    expect(verdictOf(audited.replace("300..300", "199..199"))).toMatch(/^pass/);
  });
});

describe("by number", () => {
  const numbered = (receipts: readonly [string, Value][]): string => {
    const rows = rowsOf(`
      join r ann 0..1 ok
      join r bob 0..1 ok
      post r k-1 10..20 ok 1
      post r k-2 30..40 ok 2
      post r k-3 50..60 unknown
      leave r ann 9000..9001 ok
      leave r bob 9000..9001 ok
      received r ann 100..110 ok
      received r bob 100..110 ok`);
    const values = new Map(receipts);
    const operations = rows
      .filter((row) => row.name !== "received" || values.has(row.id ?? ""))
      .map((row) => (row.name === "received" ? { ...row, value: values.get(row.id ?? "") } : row));
    const [finding] = judge(historyOf(operations), [deliveredOnce(base)]);
    return `${finding?.verdict}: ${finding?.sentence}`;
  };

  test("a run of numbers stands for as many receipts", () => {
    expect(
      numbered([
        ["ann", { from: 1, to: 2 }],
        ["bob", [1, 2]],
      ]),
    ).toBe(
      "pass: 2 messages received 4 times, each once and by the right ones, 4 deliveries owed and made",
    );
  });

  test("the message of unknown outcome may be the third, but there is no fourth", () => {
    expect(
      numbered([
        ["ann", { from: 1, to: 3 }],
        ["bob", { from: 1, to: 3 }],
      ]),
    ).toMatch(/^pass: 3/);
    expect(
      numbered([
        ["ann", { from: 1, to: 3 }],
        ["bob", { from: 1, to: 2 }],
      ]),
    ).toBe("fail: r: bob never received number 3, certain at 5.110 s");
    expect(
      numbered([
        ["ann", { from: 1, to: 4 }],
        ["bob", { from: 1, to: 4 }],
      ]),
    ).toBe("fail: r: ann received number 4 at 0.110 s, which nobody sent");
  });

  test("a number that was another message's stays so, though a receipt has it beside a name", () => {
    const odd: Value = { id: "k-1", seq: 2 };
    expect(
      numbered([
        ["ann", [odd, 2]],
        ["bob", [1, 2]],
      ]),
    ).toMatch(/^pass: 2 messages received 4 times/);
  });

  test("a run that overlaps another is a duplicate of each number in both", () => {
    expect(
      numbered([
        ["ann", [{ from: 1, to: 2 }, 2]],
        ["bob", [1, 2]],
      ]),
    ).toBe("fail: r: ann received k-2 twice, at 0.110 s and 0.110 s");
  });

  test("two messages of one number cannot be judged", () => {
    const lines = `${room}\npost r m-8 200..210 ok 7\npost r m-9 200..210 ok 7`;
    const shared = /^unknown: 2 messages shared a name with another/;
    expect(verdictOf(lines)).toMatch(shared);
    const listed = Array.from({ length: 2 }, () => "inbox r ann 8000..8010 ok 7");
    expect(verdictOf(`${lines}\n${listed.join("\n")}`, { inbox })).toMatch(shared);
  });

  test("a receipt that says nothing readable is no pass", () => {
    expect(
      numbered([
        ["ann", { from: 2, to: 1 }],
        ["bob", [1, 2]],
      ]),
    ).toMatch(/^fail: r: ann never/);
    for (const odd of [true, null, { from: 1.5, to: 3 }, { from: 1, to: 2_000_000 }]) {
      const receipts: [string, Value][] = [
        ["ann", [1, 2, odd]],
        ["bob", [1, 2]],
      ];
      expect(numbered(receipts)).toMatch(/^unknown: 1 receipt did not say who received what/);
    }
  });
});

describe("over what is missing", () => {
  test("lost records, an early end and an empty history are unknown", () => {
    const phantom = `${room}\nreceived r ann 150..150 ok m-3`;
    expect(verdictOf(phantom, {}, { lostRecords: 1 })).toMatch(
      /^unknown: r: ann received m-3.*lost/,
    );
    const cut = { finished: false, trustedUntilNs: 149_000_000 };
    expect(verdictOf(phantom, {}, cut)).not.toMatch(/^fail/);
    const refused = `${room}\npost r m-2 100..110 rejected\nreceived r ann 150..150 ok m-2`;
    expect(verdictOf(refused, {}, cut)).not.toMatch(/^fail/);
    expect(verdictOf(refused, {}, { ...cut, trustedUntilNs: 150_000_000 })).toMatch(/^fail/);
    expect(verdictOf(room.replace("received r bob 130..130 ok m-1", ""), {}, cut)).not.toMatch(
      /^fail/,
    );
    expect(verdictOf("")).toBe(
      "unknown: no post took place (seen: no messages received no times, each once and by the " +
        "right ones, no deliveries owed and made)",
    );
    expect(verdictOf("post r m-1 0..1 unknown")).toMatch(/^unknown: no post was acknowledged/);
  });
});

function rowsOf(lines: string): Operation[] {
  const history = exampleHistory(lines);
  return Array.from({ length: history.size }, (_, row) => {
    const operation = history.operation(row);
    return { ...operation, rule: SAID_RULE[operation.outcome] };
  });
}
