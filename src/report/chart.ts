/** A figure and its measurements become a specification for Observable Plot: pure, no DOM. */
import * as Plot from "@observablehq/plot";
import type { Measurement } from "../record.ts";
import { type Axis, axisFor, isDrawable } from "./axis.ts";
import type { Figure, FigureContext, Series } from "./figure.ts";

/** Lengths are in px; `title`, `subtitle`, `legend` and `phase` are the heights of four lines of text above the frame. */
interface Layout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly fontSize: number;
  readonly title: number;
  readonly subtitle: number;
  readonly legend: number;
  readonly phase: number;
}

/** A figure of its own, and a panel among others, which leaves dataset and network to the heading over all of them. */
export const LAYOUTS = {
  figure: {
    width: 640,
    height: 440,
    left: 72,
    right: 24,
    bottom: 52,
    fontSize: 13,
    title: 32,
    subtitle: 22,
    legend: 26,
    phase: 24,
  },
  panel: {
    width: 380,
    height: 300,
    left: 58,
    right: 16,
    bottom: 44,
    fontSize: 11,
    title: 26,
    subtitle: 0,
    legend: 20,
    phase: 18,
  },
} as const satisfies Record<string, Layout>;

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
    marginTop: layout.title + layout.subtitle + layout.legend + layout.phase,
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
      ...heading(figure, rows, context, layout),
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
    Plot.lineY(points, {
      x: "epoch",
      y: "value",
      stroke: series.colour,
      strokeWidth: 1.75,
      ariaLabel: series.label,
    }),
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
      ...(y.tickFormat ? { tickFormat: y.tickFormat } : {}),
      label: figure.yLabel,
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
      labelOffset: layout.bottom - 6,
    }),
  ];
}

/** Title, subtitle and legend, in lines above the frame. */
function heading(
  figure: Figure,
  rows: readonly Measurement[],
  context: FigureContext,
  layout: Layout,
): Plot.Markish[] {
  const frameTop = layout.title + layout.subtitle + layout.legend + layout.phase;
  const lineAt = (height: number) => ({
    frameAnchor: "top-left" as const,
    textAnchor: "start" as const,
    lineAnchor: "bottom" as const,
    dy: height - frameTop,
  });
  const indent = 16 - layout.left;
  const titleSize = layout.fontSize * 1.25;
  const marks: Plot.Markish[] = [
    Plot.text([fit(figure.title, layout.width - 32, titleSize)], {
      ...lineAt(layout.title),
      dx: indent,
      fontSize: titleSize,
      fontWeight: 600,
    }),
  ];
  if (layout.subtitle > 0) {
    const subtitle = [`${context.dataset}, ${context.network}`, droppedNote(figure, rows)].filter(Boolean)
      .join(" · ");
    marks.push(
      Plot.text([fit(subtitle, layout.width - 32, layout.fontSize)], {
        ...lineAt(layout.title + layout.subtitle),
        dx: indent,
        fillOpacity: 0.7,
      }),
    );
  }
  const legendLine = lineAt(layout.title + layout.subtitle + layout.legend);
  let x = indent;
  for (const { label, colour } of figure.series) {
    marks.push(
      Plot.dot([0], {
        frameAnchor: "top-left",
        dx: x + 4,
        dy: legendLine.dy - layout.fontSize * 0.5,
        r: 4,
        fill: colour,
      }),
      Plot.text([label], { ...legendLine, dx: x + 14 }),
    );
    x += 14 + estimateWidth(label, layout.fontSize) + 18;
  }
  return marks;
}

function terminalPhase(start: number | null, lastEpoch: number, layout: Layout): Plot.Markish[] {
  if (start === null) return [];
  const late = start > lastEpoch / 2;
  return [
    Plot.ruleX([start], { stroke: "currentColor", strokeOpacity: 0.6, strokeDasharray: "3,3" }),
    Plot.text([`${late ? "" : "▸ "}terminal phase from epoch ${start}${late ? " ▸" : ""}`], {
      x: [start],
      frameAnchor: "top",
      textAnchor: late ? "end" : "start",
      lineAnchor: "bottom",
      dy: -5,
      fontSize: layout.fontSize * 0.9,
      fillOpacity: 0.7,
    }),
  ];
}

function notMeasured(): Plot.Markish {
  return Plot.text(["not measured"], { frameAnchor: "middle", fillOpacity: 0.6 });
}

function droppedNote(figure: Figure, rows: readonly Measurement[]): string {
  const dropped = countUndrawable(figure, rows);
  return dropped === 0 ? "" : `${dropped} ${dropped === 1 ? "value" : "values"} ≤ 0 not drawn`;
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

/** Cuts text that would leave the picture; widths are estimated from above, since there is no font here to measure. */
function fit(text: string, width: number, fontSize: number): string {
  const most = Math.floor(width / (fontSize * CHARACTER_WIDTH));
  return text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`;
}

function estimateWidth(text: string, fontSize: number): number {
  return text.length * fontSize * CHARACTER_WIDTH;
}

/** In em; the mean over English text in wide sans-serif faces is about 0.55. */
const CHARACTER_WIDTH = 0.58;
