/** Curves as marks for Observable Plot. */
import * as Plot from "@observablehq/plot";
import { type AxisKind, isDrawable } from "./axis.ts";
import type { Curve, Point } from "./curves.ts";
import type { DrawnFigure } from "./figure.ts";
import { formatValue } from "./format.ts";
import { spreadY } from "./spread.ts";
import { MARK_COLOURS } from "./tokens.ts";

/** Points of a curve up to which each has its dot at any rate. */
const FEW = 30;

const PAPER = MARK_COLOURS.paper!.light;

/** Line patterns: by the images; dotted around the mean of the class means; of the classifier, where colour says the run. */
export const DASHES = {
  train: null,
  test: "5,3",
  ood: "7,2,1,2",
  centred: "1,3",
  classifier: "2.5,2",
} as const;

/** Curves from which on ends, corners and dots are square: nobody sees round ones then, and drawing them takes twice as long. */
const MANY = 40;
const SQUARE = { strokeLinecap: "butt", strokeLinejoin: "bevel" } as const;

/** A point with its channels: where it is drawn, of which curve it is, and in which colour of the scale. */
interface Drawn extends Point {
  readonly curve: string;
  readonly colour: string;
  readonly label: string;
}

/** Lines, dots, bands, and what has no place on the axis. Curves of one pattern are one mark, however many runs there are. */
export function curveMarks(
  curves: readonly Curve[],
  kind: AxisKind,
  { dots = true }: Pick<DrawnFigure, "dots"> = {},
): Plot.Markish[] {
  const patterns = Map.groupBy(curves, (curve) => `${dashOf(curve)} ${curve.split} ${radiusOf(curve)}`);
  const bands = curves.flatMap((curve) =>
    curve.bands.filter(({ low }) => isDrawable(kind, low))
      .map((band) => ({ ...band, colour: curve.colour, curve: keyOf(curve) }))
  );
  return [
    ...(bands.length === 0 ? [] : [
      Plot.areaY(bands, { x: "epoch", y1: "low", y2: "high", z: "curve", fill: "colour", fillOpacity: 0.18 }),
    ]),
    ...[...patterns.values()].flatMap((alike) => patternMarks(alike, kind, dots)),
  ];
}

function patternMarks(curves: readonly Curve[], kind: AxisKind, dotted: boolean): Plot.Markish[] {
  const columns = channelsOf(curves, kind);
  const { data, channels } = columns;
  const inside = channels.y.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);
  const dash = DASHES[dashOf(curves[0]!)];
  return [
    Plot.lineY(data, {
      ...channels,
      strokeWidth: 1.6,
      ...(dash === null ? {} : { strokeDasharray: dash }),
      ...(curves.length > MANY ? SQUARE : {}),
    }),
    // Hundreds of holes would hide the lines.
    ...(inside > 0 && (dotted || inside <= curves.length * FEW)
      ? dots(columns, radiusOf(curves[0]!), curves[0]!.split !== "train" && curves.length <= MANY)
      : []),
    ...edgeMarks(curves, kind),
  ];
}

/** Columns, as Plot takes them: from tens of thousands of objects it would first make them. */
interface Channels {
  /** How many there are. */
  readonly curves: number;
  readonly data: { readonly length: number };
  readonly channels: {
    readonly x: Float64Array;
    /** NaN where there is no place for it. */
    readonly y: Float64Array;
    /** The curve. */
    readonly z: Uint32Array;
    readonly stroke: readonly string[];
  };
}

function channelsOf(curves: readonly Curve[], kind: AxisKind): Channels {
  const length = curves.reduce((sum, { points }) => sum + points.length, 0);
  const [x, y, z] = [new Float64Array(length), new Float64Array(length), new Uint32Array(length)];
  const stroke: string[] = [];
  for (const [i, { points, colour }] of curves.entries()) {
    for (const { epoch, value } of points) {
      const at = stroke.push(colour) - 1;
      x[at] = epoch;
      y[at] = value !== null && isDrawable(kind, value) ? value : NaN;
      z[at] = i;
    }
  }
  return { curves: curves.length, data: { length }, channels: { x, y, z, stroke } };
}

function drawnOf(curve: Curve, point: Point): Drawn {
  return { ...point, colour: curve.colour, label: curve.label, curve: keyOf(curve) };
}

function keyOf({ run, column }: Curve): string {
  return `${column} ${run}`;
}

function radiusOf({ points }: Curve): number {
  const measured = points.filter(({ value }) => value !== null).length;
  return measured === 1 ? 4 : measured > 100 ? 1 : 1.8;
}

function dashOf({ centred, subject, split, colour }: Curve): keyof typeof DASHES {
  if (centred) return "centred";
  return subject === "classifier" && colour !== subject ? "classifier" : split;
}

/** Dots as one path a curve, each a stroke of no length with round ends: as many as there are checkpoints, and light. */
function dots({ data, channels, curves }: Channels, radius: number, hollow: boolean): Plot.Markish[] {
  const cap = curves > MANY ? "square" : "round";
  const round = { ...channels, curve: AS_DOTS, strokeLinecap: cap, ariaHidden: "true" } as const;
  return [
    Plot.lineY(data, {
      ...round,
      strokeWidth: 2 * radius + (hollow ? 1 : 0),
      ariaDescription: "dots",
    }),
    ...(hollow
      ? [Plot.lineY(data, { ...round, stroke: PAPER, strokeWidth: 2 * radius - 1, ariaDescription: "holes" })]
      : []),
  ];
}

/** A curve in d3's sense that draws each point for itself. */
export const AS_DOTS: Plot.CurveFunction = (
  context: { moveTo(x: number, y: number): void; closePath(): void },
): ReturnType<Plot.CurveFunction> => ({
  areaStart() {},
  areaEnd() {},
  lineStart() {},
  lineEnd() {},
  point(x: number, y: number) {
    context.moveTo(x, y);
    context.closePath();
  },
});

/** What has no place on the axis: a triangle at the lower edge for zeros of a logarithm, a cross at the upper one for what is not defined. */
function edgeMarks(curves: readonly Curve[], kind: AxisKind): Plot.Markish[] {
  const points = curves.flatMap((curve) =>
    curve.points.filter(({ value }) => value === null || !isDrawable(kind, value)).map((point) =>
      drawnOf(curve, point)
    )
  );
  const below = points.filter(({ value }) => value !== null);
  const nowhere = points.filter(({ value }) => value === null);
  const mark = (those: readonly Drawn[], options: Plot.DotOptions) =>
    those.length === 0 ? [] : [Plot.dot(those, {
      x: "epoch",
      stroke: "colour",
      strokeWidth: 1.2,
      r: 3,
      title: (point: Drawn) => `epoch ${point.epoch}, ${point.label}: ${reasonOf(point)}`,
      ...options,
    })];
  return [
    ...mark(below, { frameAnchor: "bottom", symbol: "triangle", rotate: 180, fill: PAPER, dy: -4 }),
    ...mark(nowhere, { frameAnchor: "top", symbol: "times", dy: 4 }),
  ];
}

/** Why a point stands at the edge. */
function reasonOf({ value, doubt }: Pick<Point, "value" | "doubt">): string {
  return value === null
    ? `not defined (${doubt?.undefined ?? "the reason was not recorded"})`
    : `${formatValue(value)}, which a logarithmic axis cannot show`;
}

/** Where a figure has no points: what is awaited. */
export function nothingThere({ dots }: Pick<DrawnFigure, "dots">): Plot.Markish {
  return Plot.text([dots === false ? "no epoch is over yet" : "not measured"], {
    frameAnchor: "middle",
    fill: MARK_COLOURS.faint!.light,
  });
}

/** The last point of each curve, with its name. Runs are named by a legend: their names are long. */
export function endLabels(curves: readonly Curve[], kind: AxisKind): Drawn[] {
  return curves.flatMap((curve) => {
    const last = curve.points.findLast(({ value }) => value !== null && isDrawable(kind, value));
    // Beside the last mark, which may stand at the edge.
    return last === undefined ? [] : [drawnOf(curve, { ...last, epoch: curve.points.at(-1)!.epoch })];
  });
}

export function labels(ends: readonly Drawn[], fontSize: number): Plot.Markish {
  return Plot.text(
    ends,
    spreadY({
      x: "epoch",
      y: "value",
      text: "label",
      fill: "colour",
      fontWeight: 600,
      textAnchor: "start",
      dx: 6,
    }, fontSize * 1.2),
  );
}
