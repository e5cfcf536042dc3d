import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import type { Head } from "../http1/head.ts";
import { NO_HEAD } from "../http1/head.ts";
import { AnswerMemo } from "./answer-memo.ts";
import { acceptOf, type Agreement } from "./handshake.ts";
import { ANSWER_MEMO_BYTES_MAX } from "./limits.ts";

const FIRST = acceptOf("dGhlIHNhbXBsZSBub25jZQ==");
const SECOND = acceptOf("AAAAAAAAAAAAAAAAAAAAAA==");
const AGREED: Agreement = { protocol: "", deflate: undefined };

test("the next answer is known when only the proof differs, and what stands behind it is left", () => {
  const memo = remembering(answer(FIRST));
  expect(matched(memo, answer(SECOND), SECOND)).toBe(answer(SECOND).length);
  expect(matched(memo, `${answer(SECOND)}\x81\x01a`, SECOND)).toBe(answer(SECOND).length);
  expect(memo.agreement).toBe(AGREED);
});

test("another proof, another line before or behind it, or a part of it is not known", () => {
  const memo = remembering(answer(FIRST));
  expect(matched(memo, answer(FIRST), SECOND)).toBe(0);
  expect(matched(memo, answer(SECOND).replace("101", "200"), SECOND)).toBe(0);
  expect(matched(memo, answer(SECOND, "x-a: 2"), SECOND)).toBe(0);
  expect(matched(memo, answer(SECOND).slice(0, -1), SECOND)).toBe(0);
});

test("the same bytes after another offer are read anew", () => {
  const memo = remembering(answer(FIRST), "sec-websocket-protocol: chat\r\n");
  expect(matched(memo, answer(SECOND), SECOND)).toBe(0);
});

test("an answer with cookies, or a long one, is not remembered", () => {
  const cookies = remembering(answer(FIRST), "", { hasCookies: true });
  expect(matched(cookies, answer(SECOND), SECOND)).toBe(0);
  const filler = "x".repeat(ANSWER_MEMO_BYTES_MAX);
  const long = remembering(answer(FIRST, `x-a: ${filler}`));
  expect(matched(long, answer(SECOND, `x-a: ${filler}`), SECOND)).toBe(0);
});

test("before any answer nothing is known", () => {
  expect(matched(new AnswerMemo(), answer(FIRST), FIRST)).toBe(0);
});

function answer(accept: string, more: string = "x-a: 1"): string {
  return (
    "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n" +
    `sec-websocket-accept: ${accept}\r\n${more}\r\n\r\n`
  );
}

function remembering(text: string, offer: string = "", head: Partial<Head> = {}): AnswerMemo {
  const memo = new AnswerMemo();
  memo.keep({ ...NO_HEAD, status: 101, ...head, text }, offer, FIRST, AGREED);
  return memo;
}

function matched(memo: AnswerMemo, text: string, accept: string): number {
  const bytes = Buffer.from(text, "latin1");
  return memo.match(bytes, bytes.length, "", accept);
}
