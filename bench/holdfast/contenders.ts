/** Holdfast in the closed loop, by the two scripts that the goals speak of. */
import { words } from "../harness/words.ts";
import type { Contender } from "../peers/contender.ts";
import { holdfastRun, lackingHoldfast } from "./command.ts";

export const lean: Contender = closedLoop("Holdfast, lean script", "lean.load.ts");
export const everyday: Contender = closedLoop("Holdfast, everyday script", "everyday.load.ts");

function closedLoop(name: string, file: string): Contender {
  return {
    name,
    lacking: lackingHoldfast(),
    command: ({ origin, connections, seconds }) =>
      holdfastRun(file, words`--target ${origin} --vus ${connections} --duration ${seconds}s`),
  };
}
