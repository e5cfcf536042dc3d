/** What a part script prints: one JSON array on standard output, nothing else. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
}

export function report(figures: readonly Figure[]): void {
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

/** Nanoseconds per turn of `act`, after a tenth of the turns to warm up. */
export function nsPerTurn(turns: number, act: (turn: number) => void): number {
  for (let turn = 0; turn < turns / 10; turn++) act(turn);
  const startMs = performance.now();
  for (let turn = 0; turn < turns; turn++) act(turn);
  return ((performance.now() - startMs) * 1e6) / turns;
}
