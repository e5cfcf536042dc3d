/**
 * Shapes that load over time takes in the profiles of all systems. Their levels are stated here and not as multiples of a
 * suite's peak: ten times ten thousand sockets is more than one process may open.
 */
export interface Stage<Level> {
  readonly duration: string;
  readonly target: Level;
}

/** Up to each level within `ramp`, and there for `hold`. */
export function plateaus<Level extends number | string>(
  levels: readonly Level[],
  { ramp, hold }: { ramp: string; hold: string },
): Stage<Level>[] {
  return levels.flatMap((target) => [
    { duration: ramp, target },
    { duration: hold, target },
  ]);
}

/** From `usual` to `peak` within two seconds, and back to see whether it recovers: 34 seconds. */
export function spike<Level extends number | string>(usual: Level, peak: Level): Stage<Level>[] {
  return [
    ...plateaus([usual], { ramp: "5s", hold: "5s" }),
    ...plateaus([peak, usual], { ramp: "2s", hold: "10s" }),
  ];
}
