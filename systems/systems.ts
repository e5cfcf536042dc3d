/** All reference systems, written out. */
import type { SystemDefinition } from "holdfast";
import { auctionSystem } from "./auction/system.ts";
import { chatSystem } from "./chat/system.ts";
import { flashSaleSystem } from "./flash-sale/system.ts";

export const SYSTEMS: readonly SystemDefinition[] = [flashSaleSystem, auctionSystem, chatSystem];
