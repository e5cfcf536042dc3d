// k6 at a fixed rate of arrivals, for the arrival and freeze suites. Prints its latencies, in ms.
import exec from "k6/execution";
import http from "k6/http";

export const options = {
  discardResponseBodies: true,
  summaryTrendStats: ["p(50)", "p(90)", "p(99)", "max"],
  scenarios: {
    arrivals: {
      executor: "constant-arrival-rate",
      rate: Number(__ENV.RATE),
      timeUnit: "1s",
      duration: `${__ENV.SECONDS}s`,
      preAllocatedVUs: Number(__ENV.CONNECTIONS),
      maxVUs: Number(__ENV.CONNECTIONS),
      exec: "buy",
    },
  },
};

export function buy() {
  const key = exec.scenario.iterationInTest.toString(16).padStart(16, "0");
  const body = `{"product":"phone","quantity":1,"key":"${key}"}`;
  const headers = { "content-type": "application/json", "idempotency-key": key };
  http.post(`${__ENV.ORIGIN}/orders`, body, { headers });
}

export function handleSummary(data) {
  return {
    stdout: JSON.stringify(latencyOf(data.metrics.http_req_duration.values)),
  };
}

function latencyOf(values) {
  return { p50: values["p(50)"], p90: values["p(90)"], p99: values["p(99)"], max: values.max };
}
