/** All seven figures in one picture, the eighth place taken by the first and last values. */
import * as Plot from "@observablehq/plot";
import type { Measurement } from "../record.ts";
import { chart } from "./chart.ts";
import type { FigureContext } from "./figure.ts";
import { FIGURES } from "./figures.ts";
import { grid } from "./grid.ts";
import { LAYOUTS, TEXT_INSET } from "./layout.ts";
import { renderSvg } from "./render.ts";
import { summarise } from "./summary.ts";
import { TERMINAL_ACCURACY } from "./terminal.ts";

/** A standalone SVG; `rows` ascend by epoch and are not empty. */
export function overview(rows: readonly Measurement[], context: FigureContext): string {
  const { width, height } = LAYOUTS.panel;
  const panels = FIGURES.map((figure) => renderSvg(chart(figure, rows, context, LAYOUTS.panel)));
  return grid([...panels, renderSvg(summaryPanel(rows))], {
    title: `Neural collapse of ${context.network} on ${context.dataset}`,
    subtitle: subtitleOf(rows, context),
    columns: 4,
    width,
    height,
  });
}

function subtitleOf(rows: readonly Measurement[], { terminalStart }: FigureContext): string {
  const checkpoints = rows.length === 1
    ? `One checkpoint, epoch ${rows[0]!.epoch}.`
    : `${rows.length} checkpoints, epochs ${rows[0]!.epoch} to ${rows.at(-1)!.epoch}.`;
  const phase = terminalStart === null
    ? `Training accuracy has not reached ${TERMINAL_ACCURACY} %.`
    : `Dashed: start of the terminal phase, training accuracy ≥ ${TERMINAL_ACCURACY} % (epoch ${terminalStart}).`;
  return `${checkpoints} ${phase}`;
}

/** The table of first and last values, drawn as text. */
function summaryPanel(rows: readonly Measurement[]): Plot.PlotOptions {
  const { width, height, fontSize } = LAYOUTS.panel;
  const first = rows[0]!;
  const last = rows.at(-1)!;
  const lines = [
    { quantity: "", first: `epoch ${first.epoch}`, last: `epoch ${last.epoch}`, change: "change" },
    ...summarise(first, last),
  ].map((line, position) => ({ ...line, position }));
  const column = (text: string, x: number, style: Plot.TextOptions = {}) =>
    Plot.text(lines, {
      text,
      y: "position",
      frameAnchor: "left",
      textAnchor: "end",
      dx: x,
      fontVariant: "tabular-nums",
      ...style,
    });
  return {
    width,
    height,
    marginTop: 36,
    marginBottom: 24,
    marginLeft: TEXT_INSET,
    marginRight: TEXT_INSET,
    style: { fontSize: `${fontSize}px` },
    ariaLabel: "First and last values",
    x: { axis: null },
    y: { axis: null, domain: [0, lines.length - 1], reverse: true },
    marks: [
      Plot.ruleY([0.5], { stroke: "currentColor", strokeOpacity: 0.3 }),
      column("quantity", 0, { textAnchor: "start" }),
      column("first", 200),
      column("last", 276),
      column("change", width - 2 * TEXT_INSET, { fillOpacity: 0.7 }),
    ],
  };
}
