/** The script people really write: JSON, a UUID, an object of headers, the answer read as JSON, two named checks. */
import { constantVus, loadTest } from "holdfast";
import type { LoadTest, Vu } from "holdfast";
import { order } from "./buy.ts";

export const everyday: LoadTest = loadTest({
  name: "everyday",
  target: "http://127.0.0.1",
  http: { tls: { rejectUnauthorized: false } },
  scenarios: {
    crowd: { executor: constantVus({ vus: 100, duration: "10s" }), run: buy },
  },
});

async function buy({ http, check, random }: Vu): Promise<void> {
  const key = random.uuid();
  const response = await http.post("/orders", {
    json: { product: "phone", quantity: 1, key },
    headers: { "idempotency-key": key },
    operation: order.on("phone", { id: key }),
  });
  check("is 200", response.status === 200);
  check("is taken", response.json<{ state: string }>().state === "taken");
}
