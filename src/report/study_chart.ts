/** A study's measurements against an axis, as specifications for Plot. */
import * as Plot from "@observablehq/plot";
import { axisFor, kindFor, kindForEach } from "./axis.ts";
import { tickOptions } from "./axis_marks.ts";
import { formatValue } from "./format.ts";
import { median } from "./median.ts";
import { estimateWidth } from "./text_width.ts";
import { MARK_COLOURS, RUNS, type Size, SIZES } from "./tokens.ts";
import type { StudyAxis, StudyCell } from "./study_data.ts";

/** A measured cell, as it is drawn. */
interface Dot {
  /** Value of the axis: a number, or a word. */
  readonly x: number | string;
  readonly y: number;
  /** What else its axes say, but the seed. */
  readonly series: string;
  readonly name: string;
  readonly isChosen: boolean;
}

/** Cells with the same place on the axis, of one series. */
interface Middle extends Pick<Dot, "x" | "y" | "series"> {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** Series that have a colour each; with more, lines and bands are over all of them. */
export const MOST_COLOURED = RUNS.length;
/** Dots of a chart: more are a cloud that takes long to draw; lines and bands tell of all cells. */
const MOST_DOTS = 1500;
/** Of a chart as wide as a phone. */
const MOST_TICKS = 4;
/** Radii of a cell's dot, and of the ring around a chosen one. */
const [DOT, RING] = [2, 4.5];
/** Degrees by which words stand slanted. */
const SLANT = 25;
const QUIET = { tickSize: 4, fill: MARK_COLOURS.faint!.light, label: null } as const;

/** The values of the other axes, in the order of the cells, that tell series apart. */
export function seriesOf(
  results: readonly StudyCell[],
  axes: readonly StudyAxis[],
  axis: StudyAxis,
): string[] {
  return [...new Set(results.map((result) => seriesName(result, axes, axis)))];
}

/** What is drawn. */
export interface AxisView {
  /** Their values tell series apart, but the seed's. */
  readonly axes: readonly StudyAxis[];
  /** The one of them that runs from left to right. */
  readonly axis: StudyAxis;
  readonly column: string;
  /** Names of the chosen cells. */
  readonly chosen: ReadonlySet<string>;
}

/**
 * `column` at the last checkpoint against the values of `axis`: a dot a cell where they are not too many, a ring around
 * the chosen ones, lines through the medians of cells with the same values, and from the smallest to the largest of them
 * a band.
 */
export function axisChart(
  results: readonly StudyCell[],
  view: AxisView,
  size: Size = SIZES.page,
): Plot.PlotOptions {
  const { axes, axis, column } = view;
  const dots = dotsOf(results, view);
  // A median without the cells that a logarithmic axis cannot show would be another.
  const yKind = column.endsWith("accuracy") ? "percent" : kindForEach(dots.map(({ y }) => y));
  const numbers = dots.flatMap(({ x }) => typeof x === "number" ? [x] : []);
  const xKind = numbers.length === dots.length ? kindFor(numbers) : "point";
  const y = axisFor(yKind, dots.map((dot) => dot.y));
  const series = seriesOf(results, axes, axis);
  const coloured = series.length > 1 && series.length <= MOST_COLOURED;
  const middles = middlesOf(dots, series.length);
  const { width, height, fontSize } = size;
  const yTicks = tickOptions(y);
  const [marginLeft, marginRight] = [fontSize * 4, fontSize * 1.6];
  const slant = xKind === "point" ? slantFor(axis, width - marginLeft - marginRight, fontSize) : 0;
  return {
    width,
    height: height + slant,
    marginTop: fontSize * 1.2,
    marginRight,
    marginBottom: fontSize * 3.2 + slant,
    marginLeft,
    style: { fontSize: `${fontSize}px` },
    ariaLabel: `${column} against ${axis.name}, a dot a cell`,
    x: xKind === "point"
      ? { type: "point", domain: [...axis.values] }
      : { type: xKind, nice: xKind === "linear" },
    y: { type: yKind === "log" ? "log" : "linear", domain: [...y.domain] },
    color: { type: "ordinal", domain: series, range: series.map((_, i) => RUNS[i % RUNS.length]!.light) },
    marks: [
      Plot.gridY({ ...yTicks, stroke: MARK_COLOURS.hair!.light, strokeOpacity: 1 }),
      Plot.axisY({ ...QUIET, ...yTicks }),
      Plot.axisX({
        ...QUIET,
        ...xTicks(axis, xKind),
        ...(slant > 0 && { tickRotate: -SLANT, textAnchor: "end" as const }),
      }),
      Plot.text([axis.name], {
        fill: MARK_COLOURS.muted!.light,
        frameAnchor: "bottom-right",
        textAnchor: "end",
        lineAnchor: "top",
        dy: fontSize * 1.9 + slant,
      }),
      ...cellMarks(dots, middles, coloured ? "series" : () => MARK_COLOURS.ink!.light),
    ],
  };
}

/** The fewest and the most cells that a median of the chart stands for; null where it has none. */
export function cellsAPoint(results: readonly StudyCell[], view: AxisView): [number, number] | null {
  const counts = middlesOf(dotsOf(results, view), seriesOf(results, view.axes, view.axis).length)
    .map(({ count }) => count);
  return counts.length === 0 ? null : [Math.min(...counts), Math.max(...counts)];
}

/** Bands, lines, and the dots where they are not too many. */
function cellMarks(
  dots: readonly Dot[],
  middles: readonly Middle[],
  colour: "series" | (() => string),
): Plot.Markish[] {
  const drawn = dots.length > MOST_DOTS ? [] : dots;
  return [
    Plot.areaY(middles, { x: "x", y1: "low", y2: "high", z: "series", fill: colour, fillOpacity: 0.14 }),
    Plot.lineY(middles, { x: "x", y: "y", z: "series", stroke: colour, strokeWidth: 1.4 }),
    Plot.dot(drawn, {
      x: "x",
      y: "y",
      r: DOT,
      fill: colour,
      fillOpacity: 0.7,
      title: titleOf,
    }),
    Plot.dot(dots.filter(({ isChosen }) => isChosen), {
      x: "x",
      y: "y",
      r: RING,
      stroke: MARK_COLOURS.ink!.light,
      strokeWidth: 1.5,
      title: (dot: Dot) => `chosen: ${titleOf(dot)}`,
    }),
  ];
}

function titleOf({ name, y }: Dot): string {
  return `${name}: ${formatValue(y)}`;
}

/** Height in px that the words of an axis take more where they stand slanted, having no room beside each other; else 0. */
function slantFor({ values }: StudyAxis, width: number, fontSize: number): number {
  const widest = Math.max(...values.map((value) => estimateWidth(shortNumber(value), fontSize)));
  return widest < width / values.length ? 0 : widest * Math.sin(SLANT * Math.PI / 180);
}

/** The axis's own values where they have room, else as many ticks as have. */
function xTicks({ values }: StudyAxis, kind: "linear" | "log" | "point"): Plot.AxisXOptions {
  const tickFormat = (value: number | string) => shortNumber(String(value));
  if (kind === "point") return { tickFormat };
  const apart = values.length <= MOST_TICKS ? values.map(Number) : kind === "log" ? 3 : 5;
  return { ticks: apart, tickFormat };
}

/** A number in at most three digits; a word as it is. */
export function shortNumber(text: string): string {
  const number = Number(text);
  return text.trim() === "" || !Number.isFinite(number) ? text : String(Number(number.toPrecision(3)));
}

function dotsOf(results: readonly StudyCell[], { axes, axis, column, chosen }: AxisView): Dot[] {
  const areNumbers = axis.values.every((value) => Number.isFinite(Number(value)));
  return results.flatMap((result) => {
    const value = result.last[column];
    const at = result.cell.options[axis.name]!;
    if (value === null || value === undefined) return [];
    const series = seriesName(result, axes, axis);
    const { name } = result.cell;
    return [{ x: areNumbers ? Number(at) : at, y: value, series, name, isChosen: chosen.has(name) }];
  });
}

function seriesName({ cell: { options } }: StudyCell, axes: readonly StudyAxis[], axis: StudyAxis): string {
  return axes.filter(({ name, values }) => name !== axis.name && name !== "seed" && values.length > 1)
    .map(({ name }) => `${name} ${shortNumber(options[name]!)}`).join(", ");
}

/** Of one series where there are too many to tell apart. */
function middlesOf(dots: readonly Dot[], seriesThere: number): Middle[] {
  const nameOf = (series: string) => seriesThere > MOST_COLOURED ? "" : series;
  const groups = Map.groupBy(dots, ({ x, series }) => JSON.stringify([x, nameOf(series)]));
  const middles = [...groups.values()].map((own) => {
    const values = own.map(({ y }) => y);
    const { x, series } = own[0]!;
    return {
      x,
      series: nameOf(series),
      y: median(values),
      low: Math.min(...values),
      high: Math.max(...values),
      count: own.length,
    };
  });
  return middles.toSorted((a, b) => typeof a.x === "number" && typeof b.x === "number" ? a.x - b.x : 0);
}
