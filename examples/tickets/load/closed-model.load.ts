/** Twenty fans who buy as fast as they are answered. */
import {
  acknowledgedIsStored,
  constantVus,
  honestSoldOut,
  loadTest,
  noOversell,
  stockAgrees,
  uniqueResults,
} from "holdfast";
import type { LoadTest } from "holdfast";
import { buy, readBack, SEATS, seatsLeft, shop } from "../shop.ts";

export const fans: LoadTest = loadTest({
  name: "fans",
  system: shop,
  scenarios: {
    fans: {
      executor: constantVus({ vus: 20, duration: "5s" }),
      async run({ http, check, random }) {
        const key = random.uuid();
        const answer = await http.post("/concerts/opening/tickets", {
          headers: { "idempotency-key": key },
          operation: buy.on("opening", { id: key }),
        });
        check("is 201 or 409", answer.status === 201 || answer.status === 409);
      },
    },
  },
  thresholds: { http_req_duration: ["p(99)<250"], checks: ["rate==1"] },
  invariants: [
    noOversell(buy, { stock: SEATS }),
    honestSoldOut(buy, { stock: SEATS }),
    uniqueResults(buy),
    acknowledgedIsStored(buy),
    stockAgrees(buy, { stock: SEATS, reads: seatsLeft }),
  ],
  audit: (context) => readBack(context, ["opening"]),
});
