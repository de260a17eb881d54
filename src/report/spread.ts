/** Texts beside curves, moved apart so that none covers another: an initializer for Plot, as its own dodge is. */
import * as Plot from "@observablehq/plot";

/** `options` of a text mark with y; neighbours come to lie at least `gap` px apart, in the order of their values. */
export function spreadY(options: Plot.TextOptions, gap: number): Plot.TextOptions {
  return Plot.initializer<Plot.TextOptions>(
    options,
    (_data, facets, channels, scales, dimensions) => {
      const [x, y] = (["x", "y"] as const).map((name) =>
        Array.from(channels[name]!.value as ArrayLike<unknown>, scales[name] as unknown as Scale)
      ) as [number[], number[]];
      const { marginTop, height, marginBottom, width, marginRight } = dimensions;
      for (const facet of facets) {
        // Of curves that end before the frame does: a label at its foot would be struck through by the axis.
        const inside = Array.from(facet).some((i) => x[i]! < width - marginRight - 1);
        placeApart(y, facet, gap, [marginTop, height - marginBottom - (inside ? gap / 2 : 0)]);
      }
      return { data: _data, facets, channels: { y: { value: y } } };
    },
  );
}

type Scale = (value: unknown) => number;

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
