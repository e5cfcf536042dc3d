/** The flash sale as Holdfast starts it: `holdfast serve systems/flash-sale`. */
import type { SystemDefinition } from "holdfast";
import { bugs } from "./bugs/bugs.ts";

export const flashSaleSystem: SystemDefinition = {
  name: "flash-sale",
  entry: new URL("./server/main.ts", import.meta.url),
  parts: ["embedded", "real"],
  port: 3000,
  bugs: bugs.map(({ name, invariant, says, suite }) => ({
    name,
    invariant,
    says,
    recommended: { suite },
  })),
};
