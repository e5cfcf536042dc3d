/** The chat as Holdfast starts it: `holdfast serve systems/chat`. */
import type { SystemDefinition } from "holdfast";
import { bugs } from "./bugs/bugs.ts";

export const chatSystem: SystemDefinition = {
  name: "chat",
  entry: new URL("./server/main.ts", import.meta.url),
  parts: ["embedded", "real"],
  port: 3200,
  bugs: bugs.map(({ name, invariant, says, suite }) => ({
    name,
    invariant,
    says,
    recommended: { suite },
  })),
};
