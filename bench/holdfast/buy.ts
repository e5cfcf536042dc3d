/** The leanest order a script can make, for all load tests of the bench that measure nothing else. */
import { operation } from "holdfast";
import type { Http, OperationKind, PreparedRequest, Vu } from "holdfast";

export const order: OperationKind = operation("order");

/** Laid out once per virtual user. */
export function prepareOrder({ http }: { readonly http: Http }): PreparedRequest {
  return http.prepare({
    method: "POST",
    url: "/orders",
    contentType: "application/json",
    vary: ["idempotency-key"],
  });
}

/** A unique body and key header, the status checked. */
export async function buy({ check, own, vu }: Vu): Promise<void> {
  const key = vu.iterationInTest.toString(16).padStart(16, "0");
  const body = `{"product":"phone","quantity":1,"key":"${key}"}`;
  const response = await (own as PreparedRequest).send(body, [key], order.on("phone", { id: key }));
  check("is 200", response.status === 200);
}
