/** The leanest request a script can make: laid out once, a unique body and key header, the status checked. */
import { constantVus, loadTest } from "holdfast";
import type { LoadTest, PreparedRequest, Vu } from "holdfast";
import { order } from "./order.ts";

export const lean: LoadTest = loadTest({
  name: "lean",
  target: "http://127.0.0.1:1",
  http: { tls: { rejectUnauthorized: false } },
  scenarios: {
    crowd: {
      executor: constantVus({ vus: 100, duration: "10s" }),
      vuSetup: ({ http }) =>
        http.prepare({
          method: "POST",
          url: "/orders",
          contentType: "application/json",
          vary: ["idempotency-key"],
        }),
      run: buy,
    },
  },
});

async function buy({ check, own, vu }: Vu): Promise<void> {
  const key = vu.iterationInTest.toString(16).padStart(16, "0");
  const body = `{"product":"phone","quantity":1,"key":"${key}"}`;
  const response = await (own as PreparedRequest).send(body, [key], order.on("phone", { id: key }));
  check("is 200", response.status === 200);
}
