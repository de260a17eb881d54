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
  const places = new Map<number, { first: number; last: number }>();
  for (const [place, value] of values.toSorted((a, b) => a - b).entries()) {
    const found = places.get(value);
    if (found) found.last = place;
    else places.set(value, { first: place, last: place });
  }
  const mean = (values.length - 1) / 2;
  return values.map((value) => {
    const { first, last } = places.get(value)!;
    return (first + last) / 2 - mean;
  });
}
