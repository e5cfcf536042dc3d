/** An executor's level over time as straight lines: what the engine follows and a report draws. */
import type { ExecutorShape } from "./executor-shape.ts";

/** From one level to another in a straight line; times since the scenario's start. */
export interface Level {
  readonly fromNs: number;
  readonly toNs: number;
  readonly from: number;
  readonly to: number;
}

/** Without gaps, from 0 on. A stage that takes no time is a jump between two lines. */
export function levelsOf(shape: ExecutorShape): readonly Level[] {
  if ("maxDurationNs" in shape) return [flat(shape.vus, shape.maxDurationNs)];
  if ("durationNs" in shape) return [flat(shape.vus, shape.durationNs)];
  const levels: Level[] = [];
  let fromNs = 0;
  let from = shape.start;
  for (const { durationNs, target } of shape.stages) {
    const toNs = fromNs + durationNs;
    if (durationNs > 0) levels.push({ fromNs, toNs, from, to: target });
    fromNs = toNs;
    from = target;
  }
  return levels;
}

function flat(level: number, durationNs: number): Level {
  return { fromNs: 0, toNs: durationNs, from: level, to: level };
}
