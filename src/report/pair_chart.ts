/** One column of metrics.csv against another: a point a checkpoint, darker with each epoch, as a specification for Plot. */
import * as Plot from "@observablehq/plot";
import { axisFor, extent, isDrawable, kindFor } from "./axis.ts";
import { axisNames, tickOptions } from "./axis_marks.ts";
import { AS_DOTS } from "./curve_marks.ts";
import { overSeeds } from "./curves.ts";
import { formatValue } from "./format.ts";
import type { Row } from "./rows.ts";
import { MARK_COLOURS, RUNS, type Size, SIZES } from "./tokens.ts";

/** Of a dot, in px. */
const RADIUS = 2.6;
/** Points from which on they are drawn by shade, and steps between the shades. */
const MANY = 2000;
const SHADES = 8;

export interface PairView {
  readonly x: string;
  readonly y: string;
  /** What columns are, in words. */
  readonly titles?: Readonly<Record<string, string>>;
  readonly size?: Size;
  /** Names of all runs, where there may be several: each keeps its colour, drawn or not. */
  readonly runs?: readonly string[];
  /** The epoch that is marked; null for none. */
  readonly epoch: number | null;
}

export interface PairPoint {
  readonly run: string;
  readonly epoch: number;
  readonly x: number;
  readonly y: number;
  /** 0 for the first epoch, 1 for the last. */
  readonly age: number;
}

/** Plot options. Checkpoints at which either is undefined or has no place on its axis are counted, not drawn. */
export function pairChart(
  rows: readonly Row[],
  { x, y, titles = {}, size = SIZES.page, runs = [], epoch }: PairView,
): Plot.PlotOptions {
  const all = pairsOf(rows, x, y);
  const [xKind, yKind] = [kindFor(all.map((point) => point.x)), kindFor(all.map((point) => point.y))];
  const points = all.filter((point) => isDrawable(xKind, point.x) && isDrawable(yKind, point.y));
  const xAxis = axisFor(xKind, points.map((point) => point.x));
  const yAxis = axisFor(yKind, points.map((point) => point.y));
  const missing = new Set(rows.map((row) => `${row.run} ${row.epoch}`)).size - points.length;
  const { width, height, fontSize } = size;
  const colour = runs.length > 1
    ? { stroke: "run", fill: "run" } as const
    : { stroke: MARK_COLOURS.ink!.light, fill: MARK_COLOURS.ink!.light } as const;
  const quiet = { tickSize: 4, fill: MARK_COLOURS.faint!.light, label: null } as const;
  const [across, up] = [titles[x] ?? x, titles[y] ?? y];
  const title = { fill: MARK_COLOURS.muted!.light, fontSize } as const;
  return {
    width,
    height,
    marginTop: fontSize * 3.2,
    marginRight: fontSize * 2,
    marginBottom: fontSize * 4,
    marginLeft: fontSize * 4,
    style: { fontSize: `${fontSize}px` },
    ariaLabel: `${up} against ${across}, one point a checkpoint`,
    x: { type: xKind === "log" ? "log" : "linear", domain: [...xAxis.domain] },
    y: { type: yKind === "log" ? "log" : "linear", domain: [...yAxis.domain] },
    color: { type: "ordinal", domain: [...runs], range: runs.map((_, i) => RUNS[i % RUNS.length]!.light) },
    marks: [
      Plot.gridY({ ...tickOptions(yAxis), stroke: MARK_COLOURS.hair!.light, strokeOpacity: 1 }),
      Plot.axisY({ ...quiet, ...tickOptions(yAxis) }),
      Plot.axisX({ ...quiet, ...tickOptions(xAxis) }),
      ...axisNames({ x: across, y: up }, { fontSize, left: fontSize * 4 }),
      Plot.line(points, { x: "x", y: "y", z: "run", stroke: colour.stroke, strokeOpacity: 0.25 }),
      points.length > MANY ? dotsByShade(points, colour.stroke) : Plot.dot(points, {
        x: "x",
        y: "y",
        r: RADIUS,
        fill: colour.fill,
        fillOpacity: (point: PairPoint) => opacityAt(point.age),
        title: (point: PairPoint) =>
          `${runs.length > 1 ? `${point.run}, ` : ""}epoch ${point.epoch}: ${formatValue(point.x)} across, ${
            formatValue(point.y)
          } up`,
      }),
      ...points.filter((point) => point.epoch === epoch).map((point) =>
        Plot.dot([point], { x: "x", y: "y", r: 5, stroke: colour.stroke, strokeWidth: 1.6 })
      ),
      ...notDrawn(missing, title),
    ],
  };
}

/** The dots of a run in one shade as one path: each as an element of its own would be more than a browser draws with ease. */
function dotsByShade(points: readonly PairPoint[], stroke: string): Plot.Markish {
  const shade = ({ age }: PairPoint) => Math.round(age * SHADES) / SHADES;
  return Plot.line(points, {
    x: "x",
    y: "y",
    z: (point: PairPoint) => `${shade(point)} ${point.run}`,
    curve: AS_DOTS,
    stroke,
    strokeOpacity: (point: PairPoint) => opacityAt(shade(point)),
    strokeWidth: 2 * RADIUS,
    strokeLinecap: "round",
  });
}

/** Darker with each epoch. */
function opacityAt(age: number): number {
  return 0.2 + 0.8 * age;
}

/** Words in the chart. */
interface Title {
  readonly fill: string;
  readonly fontSize: number;
}

function notDrawn(count: number, title: Title): Plot.Markish[] {
  if (count === 0) return [];
  return [Plot.text([`${count} not drawn: undefined, or zero on a logarithmic axis`], {
    ...title,
    frameAnchor: "top-right",
    textAnchor: "end",
    lineAnchor: "top",
    dy: 4,
  })];
}

/** The checkpoints at which both columns have a value, runs apart, ascending by epoch; of seeds their medians. */
export function pairsOf(rows: readonly Row[], x: string, y: string): readonly PairPoint[] {
  const [first, last] = extent(rows.map(({ epoch }) => epoch));
  return [...Map.groupBy(rows, ({ run }) => run)].flatMap(([run, own]) => {
    const [xs, ys] = [x, y].map((column) => overSeeds(own.filter((row) => row.column === column)).points);
    const others = new Map(ys!.map(({ epoch, value }) => [epoch, value]));
    return xs!.flatMap(({ epoch, value }) => {
      const other = others.get(epoch) ?? null;
      if (value === null || other === null) return [];
      return [{ run, epoch, x: value, y: other, age: last === first ? 1 : (epoch - first) / (last - first) }];
    }).toSorted((a, b) => a.epoch - b.epoch);
  });
}
