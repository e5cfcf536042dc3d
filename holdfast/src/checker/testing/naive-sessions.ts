/** Session guarantees and leaks by their definitions: every pair of operations is looked at. */
import type { Attempt } from "./simulated-sale.ts";

/** The names of the guarantees that a history of `write` and `read` breaks; results are versions, null for nothing. */
export function brokenGuarantees(attempts: readonly Attempt[]): Set<string> {
  const broken = new Set<string>();
  for (const before of attempts) {
    for (const after of attempts) {
      if (before.key !== after.key || before.process !== after.process) continue;
      if (before.phase === "audit" || after.phase === "audit") continue;
      if (before.outcome !== "ok" || after.outcome !== "ok") continue;
      if (before.returnNs >= after.invokeNs) continue;
      if (before.result === undefined || after.result === undefined) continue;
      const old = before.result === null ? -1 : Number(before.result);
      const fresh = after.result === null ? -1 : Number(after.result);
      if (fresh >= old) continue;
      if (after.name === "read") {
        broken.add(before.name === "read" ? "monotonic-reads" : "read-your-writes");
      } else broken.add(before.name === "read" ? "writes-follow-reads" : "monotonic-writes");
    }
  }
  return broken;
}

/** True when somebody read what a member of no such room, at no time of the read, may see. `result` lists owners. */
export function leaks(attempts: readonly Attempt[]): boolean {
  return attempts.some((read) => {
    if (read.name !== "read" || (read.outcome !== "ok" && read.outcome !== "rejected"))
      return false;
    if (read.id === undefined || !Array.isArray(read.result)) return false;
    return (read.result as string[]).some(
      (owner) => owner !== read.id && !mayBeMember(attempts, read, owner),
    );
  });
}

/** Some moment of the read lies after a join could have begun to count, with no leave certain in between. */
function mayBeMember(attempts: readonly Attempt[], read: Attempt, room: string): boolean {
  const moves = attempts.filter(
    ({ key, id, outcome }) =>
      key === room && id === read.id && (outcome === "ok" || outcome === "unknown"),
  );
  return moves.some((join) => {
    if (join.name !== "join" || join.invokeNs > read.returnNs) return false;
    return !moves.some((leave) => {
      const later = join.outcome === "ok" && leave.invokeNs > join.returnNs;
      const over = leave.outcome === "ok" && leave.returnNs < read.invokeNs;
      return leave.name === "leave" && later && over;
    });
  });
}
