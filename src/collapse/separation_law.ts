/** The law of data separation (He & Su 2023): the logarithm of the separation fuzziness falls on a line over the layers. */

export interface SeparationLaw {
  /** Layers that the line goes through: those of a fuzziness above zero. */
  readonly layers: number;
  /** Of ln D over the number of the layer, by least squares. */
  readonly slope: number;
  /** exp(slope): what a layer multiplies D by. */
  readonly rate: number;
  /** Pearson's, between ln D and the number of the layer: −1 where the law holds exactly. */
  readonly correlation: number;
}

/** `fuzziness` of each layer, first to last; null where it is not defined. Null where no line is determined. */
export function separationLaw(fuzziness: readonly (number | null)[]): SeparationLaw | null {
  const points = fuzziness.flatMap((value, i) =>
    value !== null && value > 0 ? [{ x: i + 1, y: Math.log(value) }] : []
  );
  const mean = (of: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const xx = mean((point) => (point.x - x) ** 2);
  const yy = mean((point) => (point.y - y) ** 2);
  const xy = mean((point) => (point.x - x) * (point.y - y));
  // Two points are on a line whatever they are.
  if (points.length < 3 || yy === 0) return null;
  const slope = xy / xx;
  return { layers: points.length, slope, rate: Math.exp(slope), correlation: xy / Math.sqrt(xx * yy) };
}
