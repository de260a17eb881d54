/** A figure and its measurements become a specification for Observable Plot: pure, no DOM. */
import * as Plot from "@observablehq/plot";
import type { Measurement } from "../run/tables.ts";
import { type Axis, axisFor, isDrawable } from "./axis.ts";
import type { Figure, FigureContext, Series } from "./figure.ts";
import { heading } from "./heading.ts";
import { frameTop, type Layout, LAYOUTS } from "./layout.ts";

/** Plot options of `figure` over the epochs of `rows` (ascending). A value that is missing or not drawable is a gap. */
export function chart(
  figure: Figure,
  rows: readonly Measurement[],
  context: FigureContext,
  layout: Layout = LAYOUTS.figure,
): Plot.PlotOptions {
  const curves = figure.series.map((series) => ({ series, points: pointsOf(series, figure.scale, rows) }));
  const values = curves.flatMap(({ points }) => points.map((point) => point.value)).filter(Number.isFinite);
  const y = axisFor(figure.scale, values);
  const lastEpoch = Math.max(2, context.terminalStart ?? 0, ...rows.map((row) => row.epoch));
  return {
    width: layout.width,
    height: layout.height,
    marginTop: frameTop(layout),
    marginRight: layout.right,
    marginBottom: layout.bottom,
    marginLeft: layout.left,
    style: { fontSize: `${layout.fontSize}px` },
    ariaLabel: `${figure.title}, ${context.network} on ${context.dataset}`,
    ariaDescription: describe(figure, rows, context),
    x: { domain: [0, lastEpoch] },
    y: { type: figure.scale === "log" ? "log" : "linear", domain: [...y.domain] },
    marks: [
      ...axes(figure, y, lastEpoch, layout),
      ...heading(figure, context, countUndrawable(figure, rows), layout),
      ...terminalPhase(context.terminalStart, lastEpoch, layout),
      ...curves.map(({ series, points }) => curve(series, points)),
      ...(values.length === 0 ? [notMeasured()] : []),
    ],
  };
}

/** How many values of the figure exist but have no place on its scale (zeros on a log axis). */
export function countUndrawable(figure: Figure, rows: readonly Measurement[]): number {
  const values = figure.series.flatMap((series) => rows.map((row) => row.values[series.metric]));
  return values.filter((value) => typeof value === "number" && !isDrawable(figure.scale, value)).length;
}

interface Point {
  readonly epoch: number;
  /** NaN breaks the line. */
  readonly value: number;
}

function pointsOf(series: Series, scale: Figure["scale"], rows: readonly Measurement[]): Point[] {
  return rows.map((row) => {
    const value = row.values[series.metric] ?? NaN;
    return { epoch: row.epoch, value: isDrawable(scale, value) ? value : NaN };
  });
}

function curve(series: Series, points: readonly Point[]): Plot.Markish {
  const drawn = points.filter((point) => !Number.isNaN(point.value));
  const radius = drawn.length === 1 ? 4 : drawn.length > 100 ? 1 : 2;
  return Plot.marks(
    Plot.lineY(points, { x: "epoch", y: "value", stroke: series.colour, strokeWidth: 1.75 }),
    // Dots mark what was measured, and show values whose neighbours are missing.
    Plot.dot(drawn, { x: "epoch", y: "value", fill: series.colour, r: radius, ariaHidden: "true" }),
  );
}

function axes(figure: Figure, y: Axis, lastEpoch: number, layout: Layout): Plot.Markish[] {
  const ticks = Array.isArray(y.ticks) ? [...y.ticks] : y.ticks;
  const quiet = { tickSize: 0, tickPadding: 8, fill: "currentColor" };
  return [
    Plot.gridY({ ticks, stroke: "currentColor", strokeOpacity: 0.1 }),
    Plot.ruleY([y.domain[0]], { stroke: "currentColor", strokeOpacity: 0.5 }),
    Plot.axisY({
      ...quiet,
      ticks,
      // Not `tickFormat`, which on a log scale leaves out the labels it finds too many.
      ...(y.tickText ? { text: y.tickText } : {}),
      label: y.unit ? `${figure.yLabel} (× ${y.unit})` : figure.yLabel,
      labelAnchor: "center",
      labelArrow: "none",
      labelOffset: layout.left - layout.fontSize,
    }),
    Plot.axisX({
      ...quiet,
      tickSize: 4,
      ticks: Math.min(lastEpoch, 7),
      tickFormat: "d",
      label: "Epoch",
      labelAnchor: "center",
      labelArrow: "none",
      labelOffset: layout.bottom - layout.fontSize * 0.75,
    }),
  ];
}

function terminalPhase(start: number | null, lastEpoch: number, layout: Layout): Plot.Markish[] {
  if (start === null) return [];
  const late = start > lastEpoch / 2;
  return [
    Plot.ruleX([start], { stroke: "currentColor", strokeOpacity: 0.6, strokeDasharray: "3,3" }),
    Plot.text([`terminal phase from epoch ${start}`], {
      x: [start],
      frameAnchor: "top",
      textAnchor: late ? "end" : "start",
      lineAnchor: "bottom",
      dy: -7,
      fontSize: layout.fontSize * 0.9,
      fillOpacity: 0.7,
    }),
  ];
}

function notMeasured(): Plot.Markish {
  return Plot.text(["not measured"], { frameAnchor: "middle", fillOpacity: 0.6 });
}

/** For readers who cannot see the picture. */
function describe(figure: Figure, rows: readonly Measurement[], context: FigureContext): string {
  const names = figure.series.map((series) => series.label).join(" and ");
  const epochs = rows.length === 1
    ? `epoch ${rows[0]!.epoch}`
    : `epochs ${rows[0]?.epoch} to ${rows.at(-1)?.epoch}`;
  const phase = context.terminalStart === null
    ? "The terminal phase was not reached."
    : `The terminal phase starts after epoch ${context.terminalStart}.`;
  return `${figure.yLabel} over ${epochs}: ${names}. ${phase}`;
}
