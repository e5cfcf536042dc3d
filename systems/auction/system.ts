/** The auction as Holdfast starts it: `holdfast serve systems/auction`. */
import type { SystemDefinition } from "holdfast";
import { bugs } from "./bugs/bugs.ts";

export const auctionSystem: SystemDefinition = {
  name: "auction",
  entry: new URL("./server/main.ts", import.meta.url),
  parts: ["embedded", "real"],
  port: 8080,
  bugs: bugs.map(({ name, invariant, says, suite }) => ({
    name,
    invariant,
    says,
    recommended: { suite },
  })),
};
