/** Texts beside curves, moved apart so that none covers another: an initializer for Plot, as its own dodge is. */
import * as Plot from "@observablehq/plot";

/** `options` of a text mark with y; neighbours come to lie at least `gap` px apart, in the order of their values. */
export function spreadY(options: Plot.TextOptions, gap: number): Plot.TextOptions {
  return Plot.initializer<Plot.TextOptions>(
    options,
    (_data, facets, channels, scales, dimensions) => {
      const scale = scales.y as unknown as (value: unknown) => number;
      const y = Array.from(channels.y!.value as ArrayLike<unknown>, scale);
      const { marginTop, height, marginBottom } = dimensions;
      for (const facet of facets) placeApart(y, facet, gap, [marginTop, height - marginBottom]);
      return { data: _data, facets, channels: { y: { value: y } } };
    },
  );
}

/** Pushes down what is too near to its upper neighbour, then up what has left the frame at the bottom. */
function placeApart(
  y: number[],
  facet: ArrayLike<number>,
  gap: number,
  [top, bottom]: [number, number],
): void {
  const order = Array.from(facet).sort((a, b) => y[a]! - y[b]!);
  let least = top;
  for (const i of order) {
    y[i] = Math.max(y[i]!, least);
    least = y[i]! + gap;
  }
  let most = bottom;
  for (const i of order.toReversed()) {
    y[i] = Math.min(y[i]!, most);
    most = y[i]! - gap;
  }
}
