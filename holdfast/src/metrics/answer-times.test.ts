import { expect, test } from "vitest";
import { answerTimes, reportedP99Ms } from "./answer-times.ts";
import type { MetricResult } from "./summary.ts";

function trend(count: number, p99: number): MetricResult {
  const rest = { min: 0, mean: p99, p50: p99, p90: p99, p95: p99, p999: p99, max: p99 };
  return { type: "trend", unit: "ms", count, p99, ...rest };
}

test.each([
  ["1,000 requests, and nothing else", { http_req_duration: trend(1_000, 12) }, 12],
  [
    "a fan-out: 5,000 requests of 4 ms, 1,000,000 messages of 310 ms",
    { http_req_duration: trend(5_000, 4), ws_message_latency: trend(1_000_000, 310) },
    310,
  ],
  [
    "10 slow messages of 9 s beside 100,000 requests of 20 ms",
    { http_req_duration: trend(100_000, 20), ws_message_latency: trend(10, 9_000) },
    20,
  ],
  [
    "as many questions as requests: the slower of the two",
    { http_req_duration: trend(1_000, 50), ws_answer_duration: trend(1_000, 30) },
    50,
  ],
  ["nothing", {}, null],
])("the latency that a run is about: %s", (_, metrics, p99Ms) => {
  expect(reportedP99Ms(metrics)).toBe(p99Ms);
});

test("requests speak for the target before questions, questions before messages", () => {
  const [request, question, message] = [trend(1, 1), trend(2, 2), trend(3, 3)];
  expect(answerTimes({ ws_message_latency: message })).toBe(message);
  expect(answerTimes({ ws_message_latency: message, ws_answer_duration: question })).toBe(question);
  expect(answerTimes({ ws_answer_duration: question, http_req_duration: request })).toBe(request);
  expect(answerTimes({})).toBeUndefined();
});
