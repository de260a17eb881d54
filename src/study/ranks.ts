/** Spearman's rank correlation; ties share the mean of their ranks. Libraries at hand give ties ranks by position. */

/** NaN where one of the two does not vary. */
export function rankCorrelation(xs: readonly number[], ys: readonly number[]): number {
  const [a, b] = [deviations(xs), deviations(ys)];
  const product = (p: readonly number[], q: readonly number[]) => p.reduce((sum, x, i) => sum + x * q[i]!, 0);
  const rho = product(a, b) / Math.sqrt(product(a, a) * product(b, b));
  return Math.max(-1, Math.min(1, rho));
}

/** Ranks from 1 on, minus their mean. */
function deviations(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  const mean = (values.length + 1) / 2;
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1 - mean);
}
