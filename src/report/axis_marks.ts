/** What charts of two quantities say beside their axes, as marks for Plot. */
import * as Plot from "@observablehq/plot";
import type { Axis } from "./axis.ts";
import { MARK_COLOURS } from "./tokens.ts";

const FAINT = MARK_COLOURS.faint!.light;

/** Ticks of an axis and their texts, as the marks of grids and axes take them. */
export function tickOptions(
  { ticks, tickText }: Pick<Axis, "ticks" | "tickText">,
): { ticks: number[] | number; text?: (value: number) => string } {
  return {
    ticks: typeof ticks === "number" ? ticks : [...ticks],
    ...(tickText ? { text: tickText } : {}),
  };
}

/** The line under a chart: whole as far as was trained, dashed from there to the last epoch planned; `named` says so in words. */
export function epochLine(
  bottom: number,
  [from, to]: readonly [number, number],
  { trained = to, named, fontSize }: { trained: number | undefined; named: boolean; fontSize: number },
): Plot.Markish[] {
  const end = Math.min(to, Math.max(from, trained));
  const line = (x1: number, x2: number, dash: Plot.RuleYOptions) =>
    x1 < x2 ? [Plot.ruleY([bottom], { x1, x2, stroke: FAINT, ...dash })] : [];
  return [
    ...line(from, end, {}),
    ...line(end, to, { strokeDasharray: "2,4" }),
    ...(named && to - end > (to - from) / 3
      ? [Plot.text(["not yet trained"], {
        x: [to],
        frameAnchor: "bottom",
        textAnchor: "end",
        lineAnchor: "bottom",
        dy: -4,
        fontSize: fontSize * 0.92,
        fill: FAINT,
      })]
      : []),
  ];
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
