/** All that an author may import. */
export * from "./scenario/executors.ts";
export * from "./scenario/invariants/auction.ts";
export * from "./scenario/invariants/state.ts";
export * from "./scenario/invariants/money.ts";
export * from "./scenario/invariants/stock.ts";
export { operation } from "./scenario/operation.ts";
export type { OperationKind, OperationOptions } from "./scenario/operation.ts";
export { loadTest } from "./scenario/load-test.ts";
export type * from "./scenario/load-test.ts";
export * from "./scenario/metrics.ts";
export * from "./scenario/data.ts";
export type * from "./scenario/vu.ts";
export type { Hold, Race, RaceFigures, RaceOptions, RaceOutcome, Racer } from "./scenario/race.ts";
export { defineSystem } from "./scenario/system.ts";
export type * from "./scenario/system.ts";
export type * from "./protocol/http.ts";
export type * from "./protocol/socketio.ts";
export type * from "./protocol/websocket.ts";
