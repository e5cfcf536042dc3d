import { describe, expect, test } from "vitest";
import type { HistoryFacts } from "../../history/history.ts";
import { historyOf } from "../../history/history.ts";
import type { Operation } from "../../record/operation.ts";
import type { Value } from "../../record/value.ts";
import { operation } from "../../scenario/operation.ts";
import type { InOrderOptions } from "../../scenario/invariants/delivery.ts";
import { inOrder } from "../../scenario/invariants/delivery.ts";
import { judge } from "../judge.ts";
import { exampleHistory } from "../testing/example-history.ts";

const post = operation("post");
const received = operation("received");
const joins = operation("join");
const log = operation("log");

/** Lines as in exampleHistory; `=` and JSON at the end of a line is the value. The process is that of the same id. */
function verdictOf(
  lines: string,
  options: Partial<InOrderOptions> = {},
  facts: Partial<HistoryFacts> = {},
): string {
  const operations = lines
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line): Omit<Operation, "index"> => {
      const [plain = "", json] = line.split(" = ");
      const row = exampleHistory(plain).operation(0);
      const value = json === undefined ? row.value : (JSON.parse(json) as Value);
      const process = row.name === "post" ? 1 : (row.id?.charCodeAt(0) ?? 0);
      return { ...row, value, process };
    });
  const [finding] = judge(historyOf(operations, { auditComplete: true, ...facts }), [
    inOrder({ cause: post, receipt: received, ...options }),
  ]);
  return `${finding?.verdict}: ${finding?.sentence}`;
}

describe("by number", () => {
  const valid = `
    post r k-1 0..10 ok 1
    post r k-2 20..30 ok 2
    post r k-3 40..50 ok 3
    received r ann 11..11 ok 1
    received r ann 31..31 ok 2
    received r ann 51..51 ok 3
    received r bob 60..70 ok = {"from":1,"to":3}
    received r cat 60..70 ok = [2,3]`;

  test("passes when 3 receivers see numbers rise without a gap, from wherever they begin", () => {
    expect(verdictOf(valid)).toBe("pass: 8 receipts in 3 streams of 1 room, all in one order");
  });

  test("fails when one comes after a higher one, or again", () => {
    const late = valid.replace("31..31 ok 2", "71..71 ok 2");
    expect(verdictOf(late)).toBe("fail: r: ann received number 2 at 0.071 s, after number 3");
    expect(verdictOf(`${valid}\nreceived r ann 90..90 ok 3`)).toBe(
      "fail: r: ann received number 3 at 0.090 s, again",
    );
    expect(verdictOf(valid.replace("[2,3]", "[3,2,3]"))).toBe(
      "fail: r: cat received number 2 at 0.070 s, after number 3, and so 1 other",
    );
  });

  test("receipts of one process and instant are in order as recorded, overlapping ones in none", () => {
    const tied = valid.replace("31..31", "51..51");
    expect(verdictOf(tied)).toMatch(/^pass/);
    expect(verdictOf(`${valid}\nreceived r dan 80..80 ok 2\nreceived r dan 80..80 ok 1`)).toMatch(
      /^fail: r: dan received number 1 at 0.080 s, after number 2/,
    );
    expect(verdictOf(`${valid}\nreceived r dan 80..85 ok 2\nreceived r dan 81..90 ok 1`)).toMatch(
      /^pass/,
    );
  });

  test("fails over a gap, unless numbers count more than the room", () => {
    const gap = valid.replace("received r ann 31..31 ok 2", "");
    expect(verdictOf(gap)).toBe("fail: r: ann received numbers 1 to 3 but for number 2");
    expect(verdictOf(gap, { gaps: true })).toMatch(/^pass/);
    expect(verdictOf(`${valid}\nreceived r ann 80..80 ok 7`)).toBe(
      "fail: r: ann received numbers 1 to 7 but for number 4 and 2 more",
    );
  });

  test("a sender need not receive its own message, but everybody else's", () => {
    const from = (name: string): string =>
      valid
        .replace("received r ann 31..31 ok 2", "")
        .replaceAll(/(post .*)$/gm, `$1 = {"from":"${name}"}`);
    expect(verdictOf(from("ann"))).toMatch(/^pass/);
    expect(verdictOf(from("bob"))).toBe("fail: r: ann received numbers 1 to 3 but for number 2");
  });

  test("a number of nobody known may be the receiver's own message of unknown outcome", () => {
    const lines = `
      post r k-1 0..10 ok 1 = {"from":"bob"}
      post r k-2 20..30 unknown = {"from":"ann"}
      post r k-3 40..50 ok 3 = {"from":"bob"}
      received r ann 60..60 ok = [1,3]
      received r bob 60..60 ok = [1,2,3]`;
    expect(verdictOf(lines)).toMatch(/^pass/);
    expect(verdictOf(lines.replaceAll(/ = \{.*\}/g, ""))).toBe(
      "fail: r: ann received numbers 1 to 3 but for number 2",
    );
  });

  test("what came before a receiver began, or after it ended, is no gap beside its own messages", () => {
    const mixed = ["bob", "bob", "ann", "bob", "bob"]
      .map((name, i) => `post r k-${i} ${20 * i}..${20 * i + 10} ok ${i + 1} = {"from":"${name}"}`)
      .join("\n");
    expect(verdictOf(`${mixed}\nreceived r ann 95..95 ok = [2,4]`)).toMatch(/^pass: 2 receipts/);
    expect(verdictOf(`${mixed}\nreceived r ann 95..95 ok = [1,4]`)).toBe(
      "fail: r: ann received numbers 1 to 4 but for number 2",
    );
  });

  test("a new join begins anew", () => {
    const again = `${valid}
      join r ann 0..1 ok
      join r ann 80..85 ok
      received r ann 90..90 ok 2
      received r ann 91..91 ok 3`;
    expect(verdictOf(again, { joins })).toMatch(/^pass: 10 receipts in 4 streams/);
    expect(verdictOf(`${again}\njoin r eve 0..1 ok`, { joins })).toMatch(/in 4 streams of 1 room/);
    expect(verdictOf(again)).toMatch(/^fail: r: ann received number 2 at 0.090 s, after number 3/);
    expect(verdictOf(again.replace("91..91 ok 3", "91..91 ok 1"), { joins })).toMatch(
      /^fail: r: ann received number 1 at 0.091 s, after number 2/,
    );
  });

  test("one number for two messages, and numbers against the order of sending, fail", () => {
    expect(verdictOf(valid.replace("ok 3", "ok 2"))).toMatch(
      /number 2 was given to two messages: k-2 and k-3/,
    );
    const swapped = valid.replace("ok 1", "ok 9").replace("ok 2", "ok 1").replace("ok 9", "ok 2");
    expect(verdictOf(swapped)).toBe(
      "fail: r: k-1 was acknowledged at 0.010 s as number 2, and k-2 was sent from 0.020 s on and " +
        "became number 1",
    );
    expect(verdictOf(swapped.replace("20..30", "10..30"))).toMatch(/^pass/);
  });

  test("only in real time is the order of different senders kept, too", () => {
    const two = `
      post r a 0..10 ok 2
      post r b 20..30 ok 1
      received r ann 40..40 ok = [1,2]`;
    const [finding] = judge(historyOf([...rowsOf(two)].map((row, i) => ({ ...row, process: i }))), [
      inOrder({ cause: post, receipt: received }),
    ]);
    expect(finding?.verdict).toBe("pass");
    expect(verdictOf(two, { keeps: "real-time" })).toMatch(/^fail: r: a was acknowledged at 0.010/);
  });
});

test("the operations that prove it are shown", () => {
  const lines = `
    post r k-1 0..1 ok 1
    post r k-2 2..3 ok 2
    received r ann 11..11 ok 2
    received r ann 31..31 ok 1`;
  const [finding] = judge(historyOf(rowsOf(lines)), [inOrder({ cause: post, receipt: received })]);
  expect(finding?.witnesses.map(({ name, result }) => [name, result])).toEqual([
    ["received", 2],
    ["received", 1],
  ]);
});

describe("by name", () => {
  const posted = `
    post r m-5 0..10 ok
    post r m-6 0..10 ok
    post r m-7 0..10 ok`;

  test("passes when all that is told fits into one order", () => {
    const agreeing = `${posted}
      received r ann 20..20 ok m-5
      received r ann 21..21 ok m-6
      received r bob 20..20 ok m-6
      received r bob 21..21 ok m-7
      received r cat 30..30 ok = ["m-5","m-7"]`;
    expect(verdictOf(agreeing)).toBe("pass: 6 receipts in 3 streams of 1 room, all in one order");
  });

  test("fails when two receivers saw two messages in opposite orders", () => {
    const opposite = `${posted}
      received r ann 20..20 ok m-5
      received r ann 21..21 ok m-6
      received r bob 20..20 ok m-6
      received r bob 21..21 ok m-7
      received r bob 22..22 ok m-5`;
    expect(verdictOf(opposite)).toMatch(
      /^fail: r: (m-5 came before m-6 for ann, m-6 came before m-5 for bob|m-6 came before m-5 for bob, m-5 came before m-6 for ann)$/,
    );
  });

  test("fails when three agree in pairs and not together", () => {
    const round = `${posted}
      received r ann 20..20 ok = ["m-5","m-6"]
      received r bob 20..20 ok = ["m-6","m-7"]
      received r cat 20..20 ok = ["m-7","m-5"]`;
    expect(verdictOf(round)).toMatch(
      /^fail: r: m-\d came before m-\d for \w+, m-\d came before m-\d for \w+, m-\d came before m-\d for/,
    );
  });

  test("fails against the order of one sender", () => {
    const sender = `
      post r m-1 0..10 ok
      post r m-2 20..30 ok
      received r ann 40..40 ok = ["m-2","m-1"]`;
    expect(verdictOf(sender)).toMatch(/m-1 came before m-2 from their sender/);
    expect(verdictOf(sender.replace("20..30", "10..30"))).toMatch(/^pass/);
  });

  test("two logs of a room begin alike", () => {
    const logs = (bob: string): string => `${posted}
      log r ann 30..40 ok = ["m-5","m-6","m-7"]
      log r bob 30..40 ok = ${bob}`;
    expect(verdictOf(logs('["m-5","m-6"]'), { log })).toMatch(/^pass: .* 5 log entries as well/);
    expect(verdictOf(logs('["m-5","m-7"]'), { log })).toBe(
      "fail: r: entry 2 of the log is m-7 for bob, and m-6 for ann",
    );
    expect(verdictOf(logs('["m-6"]'), { log })).toBe(
      "fail: r: entry 1 of the log is m-6 for bob, and m-5 for ann",
    );
  });
});

test("of two rooms that one is told whose proof was complete first", () => {
  const posted = "post r m-5 0..1 ok\npost r m-6 0..1 ok";
  const proofs = [
    "post r a 0..1 ok 1\npost r b 2..100 ok 1",
    "post r a 0..100 ok 1\npost r b 1..2 ok 1",
    `${posted}\nlog r ann 2..100 ok = ["m-5","m-6"]\nlog r bob 2..3 ok = ["m-6"]`,
    `${posted}\nreceived r ann 2..3 ok = ["m-5","m-6"]\nreceived r bob 2..100 ok = ["m-6","m-5"]`,
  ];
  const first = (proof: string, otherMs: number): string => {
    const other = `post q k-1 0..1 ok 1
      post q k-2 2..3 ok 2
      received q eve 20..20 ok 2
      received q eve ${otherMs}..${otherMs} ok 1`;
    return verdictOf(`${other}\n${proof}`, { log }).slice(0, "fail: q".length);
  };
  for (const proof of proofs) {
    expect([first(proof, 99), first(proof, 101)]).toEqual(["fail: q", "fail: r"]);
  }
});

test("numbers that are too large to be counted leave no gap, and a log that cannot be read is none", () => {
  const far = "post r a 0..1 ok 1\nreceived r ann 2..2 ok 1\nreceived r ann 3..3 ok 1e300";
  expect(verdictOf(far)).toMatch(/^pass/);
  const logs = `post r m-5 0..1 ok
    post r m-6 0..1 ok
    log r ann 2..3 ok = ["m-5","m-6"]
    log r bob 2..3 ok = ["m-6",null]`;
  expect(verdictOf(logs, { log })).toMatch(/^unknown: 1 receipt did not say/);
});

test("over nothing, unknowns, unreadable receipts and lost records it is unknown", () => {
  expect(verdictOf("")).toMatch(/^unknown: no post took place/);
  expect(verdictOf("post r m 0..1 unknown\nreceived r ann 5..5 ok m")).toMatch(
    /^unknown: no post was acknowledged/,
  );
  const odd = "post r m 0..1 ok 1\nreceived r ann 5..5 ok = [1,null]\nreceived r ann 6..6 ok 2";
  expect(verdictOf(odd)).toMatch(/^unknown: 1 receipt did not say/);
  const broken = "post r m 0..1 ok 1\nreceived r ann 5..5 ok 2\nreceived r ann 6..6 ok 1";
  expect(verdictOf(broken)).toMatch(/^fail/);
  expect(verdictOf(broken, {}, { lostRecords: 1 })).toMatch(/^unknown: .*could explain it/);
  expect(verdictOf(broken, {}, { finished: false, trustedUntilNs: 5_500_000 })).toMatch(
    /^unknown: the run did not end/,
  );
});

function rowsOf(lines: string): Operation[] {
  return lines
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [plain = "", json] = line.split(" = ");
      const row = exampleHistory(plain).operation(0);
      return json === undefined ? row : { ...row, value: JSON.parse(json) as Value };
    });
}
