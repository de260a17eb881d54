/** The lines of text above a figure's frame: title, dataset and network, legend. Marks, so that the SVG holds all of it. */
import * as Plot from "@observablehq/plot";
import type { Figure, FigureContext, Series } from "./figure.ts";
import { frameTop, type Layout, TEXT_INSET } from "./layout.ts";
import { estimateWidth, fit } from "./text_width.ts";

/** `dropped` is the number of values that the scale cannot show; the reader is told. */
export function heading(
  figure: Figure,
  context: FigureContext,
  dropped: number,
  layout: Layout,
): Plot.Markish[] {
  const { title, subtitle, legend, fontSize } = layout;
  const titleSize = fontSize * 1.25;
  return [
    line(layout, title, figure.title, { fontSize: titleSize, fontWeight: 600 }),
    ...(subtitle > 0
      ? [line(layout, title + subtitle, `${context.dataset}, ${context.network}`, { fillOpacity: 0.7 })]
      : []),
    ...legendLine(layout, title + subtitle + legend, figure.series, dropped),
  ];
}

interface TextStyle {
  readonly fontSize?: number;
  readonly fontWeight?: number;
  readonly fillOpacity?: number;
}

/** One line of text whose lower edge is `bottom` px below the top of the picture, `indent` px from the left inset. */
function line(layout: Layout, bottom: number, text: string, style: TextStyle = {}, indent = 0): Plot.Markish {
  const { fontSize = layout.fontSize } = style;
  return Plot.text([fit(text, layout.width - 2 * TEXT_INSET - indent, fontSize)], {
    ...style,
    fontSize,
    frameAnchor: "top-left",
    textAnchor: "start",
    lineAnchor: "bottom",
    dx: TEXT_INSET - layout.left + indent,
    dy: bottom - frameTop(layout),
  });
}

function legendLine(
  layout: Layout,
  bottom: number,
  series: readonly Series[],
  dropped: number,
): Plot.Markish[] {
  const { fontSize } = layout;
  const marks: Plot.Markish[] = [];
  let indent = 0;
  for (const { label, colour } of series) {
    marks.push(
      Plot.dot([0], {
        frameAnchor: "top-left",
        dx: TEXT_INSET - layout.left + indent + 4,
        dy: bottom - frameTop(layout) - fontSize * 0.52,
        r: fontSize * 0.3,
        fill: colour,
      }),
      line(layout, bottom, label, {}, indent + fontSize),
    );
    indent += fontSize * 2.5 + estimateWidth(label, fontSize);
  }
  if (dropped > 0) marks.push(line(layout, bottom, droppedNote(dropped), { fillOpacity: 0.7 }, indent));
  return marks;
}

function droppedNote(dropped: number): string {
  return `${dropped} ${dropped === 1 ? "value" : "values"} ≤ 0 not drawn`;
}
