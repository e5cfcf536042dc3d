/** What the load tests know of the shop: how to start it, what buying is, and how to read everything back. */
import { defineSystem, operation } from "holdfast";
import type { AuditContext, OperationKind, SystemDefinition } from "holdfast";

export const SEATS = 100;

export const shop: SystemDefinition = defineSystem({
  name: "tickets",
  entry: new URL("./server.ts", import.meta.url),
});

/** 409 is the shop's honest "sold out"; the answer carries the ticket's number. */
export const buy: OperationKind = operation("buy", {
  rejected: [409],
  result: (answer) => answer.json<{ ticket?: string }>().ticket,
});

export const seatsLeft: OperationKind = operation("seats left");

export async function readBack(
  { http, observe }: AuditContext,
  concerts: readonly string[],
): Promise<void> {
  for (const concert of concerts) {
    const answer = await http.get(`/concerts/${concert}/tickets`);
    const { left, tickets } = answer.json<{ left: number; tickets: Record<string, string> }>();
    for (const [key, ticket] of Object.entries(tickets))
      observe(buy.on(concert, { id: key }), ticket);
    observe(seatsLeft.on(concert, { id: "api" }), left);
  }
}
