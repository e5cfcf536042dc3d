/**
 * What a count of successes says about their probability: the exact interval of Clopper and Pearson (1934). Its lower
 * end is the probability under which so many successes or more would be seen in half of what is left of the confidence.
 */

/** `confidence` of both sides together, 0.95 unless told. */
export function clopperPearson(
  successes: number,
  trials: number,
  confidence = 0.95,
): { low: number; high: number } {
  const tail = (1 - confidence) / 2;
  const atLeast = (p: number): number => 1 - binomialUpTo(successes - 1, trials, p);
  const atMost = (p: number): number => binomialUpTo(successes, trials, p);
  return {
    low: successes === 0 ? 0 : solve((p) => atLeast(p) - tail),
    high: successes === trials ? 1 : solve((p) => tail - atMost(p)),
  };
}

/** P(X <= k) of a binomial X: terms by logarithms, so that none overflows. */
function binomialUpTo(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  let sum = 0;
  let logChoose = 0;
  for (let i = 0; i <= k; i++) {
    sum += Math.exp(logChoose + i * Math.log(p) + (n - i) * Math.log1p(-p));
    logChoose += Math.log((n - i) / (i + 1));
  }
  return Math.min(1, sum);
}

/** Where a rising function of [0, 1] crosses zero; 60 halvings are more than a double holds. */
function solve(rising: (p: number) => number): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
