// The script people really write, in k6: JSON, a UUID, a header object, r.json(), named checks.
import { check } from "k6";
import http from "k6/http";

export const options = {
  insecureSkipTLSVerify: true,
  scenarios: {
    crowd: {
      executor: "constant-vus",
      vus: Number(__ENV.CONNECTIONS),
      duration: `${__ENV.SECONDS}s`,
      exec: "buy",
    },
  },
};

export function buy() {
  const key = crypto.randomUUID();
  const body = JSON.stringify({ product: "phone", quantity: 1, key });
  const headers = { "content-type": "application/json", "idempotency-key": key };
  const answer = http.post(`${__ENV.ORIGIN}/orders`, body, { headers });
  check(answer, {
    "is 200": (r) => r.status === 200,
    "is taken": (r) => r.json().state === "taken",
  });
}
