/** What charts of two quantities say beside their axes, as marks for Plot. */
import * as Plot from "@observablehq/plot";
import type { Axis } from "./axis.ts";
import { MARK_COLOURS } from "./tokens.ts";

/** Ticks of an axis and their texts, as the marks of grids and axes take them. */
export function tickOptions(
  { ticks, tickText }: Pick<Axis, "ticks" | "tickText">,
): { ticks: number[] | number; text?: (value: number) => string } {
  return {
    ticks: typeof ticks === "number" ? ticks : [...ticks],
    ...(tickText ? { text: tickText } : {}),
  };
}

/** Names at the ends of the axes: y's above the frame, beginning `left` px before it; x's below its right end. */
export function axisNames(
  { x, y }: { readonly x: string; readonly y: string },
  { fontSize, left }: { readonly fontSize: number; readonly left: number },
): Plot.Markish[] {
  const title = { fill: MARK_COLOURS.muted!.light, fontSize } as const;
  return [
    Plot.text([y], {
      ...title,
      frameAnchor: "top-left",
      textAnchor: "start",
      lineAnchor: "bottom",
      dx: -left,
      dy: -fontSize * 1.2,
    }),
    Plot.text([x], {
      ...title,
      frameAnchor: "bottom-right",
      textAnchor: "end",
      lineAnchor: "top",
      dy: fontSize * 2.4,
    }),
  ];
}
