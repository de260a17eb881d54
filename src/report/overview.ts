/** All seven figures in one picture, the eighth place taken by the first and last values. */
import * as Plot from "@observablehq/plot";
import type { Measurement, TrustRecord } from "../run/tables.ts";
import { chart } from "./chart.ts";
import { DOUBT_WORDS } from "./doubt.ts";
import { figuresOf } from "./figures.ts";
import { grid } from "./grid.ts";
import { LAYOUTS, TEXT_INSET } from "./layout.ts";
import { renderSvg } from "./render.ts";
import { isDoubtful, summarise, type SummaryLine } from "./summary.ts";
import { lastStretch, type RunContext, spanWords, TERMINAL_ACCURACY } from "./terminal.ts";

/** A standalone SVG; `rows` ascend by epoch and are not empty. */
export function overview(
  rows: readonly Measurement[],
  context: RunContext,
  trust: TrustRecord | null = null,
): string {
  const { width, height } = LAYOUTS.panel;
  const figures = figuresOf(rows);
  const lines = summarise({ figures, rows, trust, window: lastStretch(context.phase) });
  const panels = figures.map((figure) => renderSvg(chart(figure, rows, context, LAYOUTS.panel)));
  return grid([...panels, renderSvg(summaryPanel(rows, lines))], {
    title: `Neural collapse of ${context.network} on ${context.dataset}`,
    subtitle: subtitleOf(rows, context),
    columns: 4,
    width,
    height,
  });
}

function subtitleOf(
  rows: readonly Measurement[],
  { terminalStart, phase: { accuracy, breaks } }: RunContext,
): string {
  const checkpoints = rows.length === 1
    ? `One checkpoint, epoch ${rows[0]!.epoch}.`
    : `${rows.length} checkpoints, epochs ${rows[0]!.epoch} to ${rows.at(-1)!.epoch}.`;
  const phase = terminalStart === null
    ? `Training accuracy has not reached ${TERMINAL_ACCURACY} %.`
    : `Dashed: start of the terminal phase, ${accuracy} training accuracy ≥ ${TERMINAL_ACCURACY} % (epoch ${terminalStart}). ${
      breaks.length === 0 ? "" : `Broken at ${breaks.map(spanWords).join(" and ")}.`
    }`;
  return `${checkpoints} ${phase}`.trimEnd();
}

/** The table of first and last values, drawn as text. */
function summaryPanel(rows: readonly Measurement[], summary: readonly SummaryLine[]): Plot.PlotOptions {
  const { width, height, fontSize } = LAYOUTS.panel;
  const first = rows[0]!;
  const last = rows.at(-1)!;
  const lines = [
    {
      quantity: "",
      first: `epoch ${first.epoch}`,
      last: `epoch ${last.epoch}`,
      change: `since ${first.epoch}`,
      phaseChange: "in phase",
    },
    ...summary,
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
      column("first", 178),
      column("last", 238),
      column("change", 294, { fillOpacity: 0.7 }),
      column("phaseChange", width - 2 * TEXT_INSET, { fillOpacity: 0.7 }),
      ...(summary.some(isDoubtful)
        ? [Plot.text([DOUBT_WORDS], {
          frameAnchor: "bottom-left",
          textAnchor: "start",
          dy: 18,
          fontSize: fontSize * 0.8,
          fillOpacity: 0.7,
        })]
        : []),
    ],
  };
}
