/** A study's answers as specifications for Plot: a measurement against an axis, and over two axes. */
import * as Plot from "@observablehq/plot";
import { axisFor, isDrawable, kindFor } from "../report/axis.ts";
import { formatValue } from "../report/format.ts";
import { MARK_COLOURS, RUNS, type Size, SIZES } from "../report/tokens.ts";
import type { Axis } from "./file.ts";
import type { CellResult } from "./results.ts";

/** A measured cell, as it is drawn. */
interface Dot {
  /** Value of the axis: a number, or a word. */
  readonly x: number | string;
  readonly y: number;
  /** What else its axes say, but the seed. */
  readonly series: string;
  readonly name: string;
}

/** Cells with the same place on the axis, of one series. */
interface Middle extends Omit<Dot, "name"> {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** Series that have a colour each; with more, lines and bands are over all of them. */
const MOST_COLOURED = RUNS.length;
/** Dots of a chart: more are a cloud that takes long to draw; lines and bands tell of all cells. */
const MOST_DOTS = 1500;
/** Of a chart as wide as a phone. */
const MOST_TICKS = 4;
/** Columns of a map whose values have room. */
const MOST_WRITTEN = 6;

/** The values of the other axes, in the order of the cells, that tell series apart. */
export function seriesOf(results: readonly CellResult[], axes: readonly Axis[], axis: Axis): string[] {
  return [...new Set(results.map((result) => seriesName(result, axes, axis)))];
}

/**
 * `column` at the last checkpoint against the values of `axis`: a dot a cell where they are not too many, lines through the medians over seeds, and
 * from the smallest to the largest of them a band.
 */
export function axisChart(
  results: readonly CellResult[],
  axes: readonly Axis[],
  axis: Axis,
  column: string,
  size: Size = SIZES.page,
): Plot.PlotOptions {
  const all = dotsOf(results, axes, axis, column);
  const yKind = column.endsWith("accuracy") ? "percent" : kindFor(all.map(({ y }) => y));
  const dots = all.filter(({ y }) => isDrawable(yKind, y));
  const numbers = dots.flatMap(({ x }) => typeof x === "number" ? [x] : []);
  const xKind = numbers.length === dots.length ? kindFor(numbers) : "point";
  const y = axisFor(yKind, dots.map((dot) => dot.y));
  const series = seriesOf(results, axes, axis);
  const coloured = series.length > 1 && series.length <= MOST_COLOURED;
  const middles = middlesOf(
    series.length > MOST_COLOURED ? dots.map((dot) => ({ ...dot, series: "" })) : dots,
  );
  const ink = MARK_COLOURS.ink!.light;
  const colour = coloured ? "series" : () => ink;
  const { width, height, fontSize } = size;
  const quiet = { tickSize: 4, fill: MARK_COLOURS.faint!.light, label: null } as const;
  const yTicks = {
    ticks: Array.isArray(y.ticks) ? [...y.ticks] : y.ticks,
    ...(y.tickText ? { text: y.tickText } : {}),
  };
  return {
    width,
    height,
    marginTop: fontSize * 1.2,
    marginRight: fontSize * 1.6,
    marginBottom: fontSize * 3.2,
    marginLeft: fontSize * 4,
    style: { fontSize: `${fontSize}px` },
    ariaLabel: `${column} against ${axis.name}, a dot a cell`,
    x: xKind === "point"
      ? { type: "point", domain: [...axis.values] }
      : { type: xKind, nice: xKind === "linear" },
    y: { type: yKind === "log" ? "log" : "linear", domain: [...y.domain] },
    color: { type: "ordinal", domain: series, range: series.map((_, i) => RUNS[i % RUNS.length]!.light) },
    marks: [
      Plot.gridY({ ...yTicks, stroke: MARK_COLOURS.hair!.light, strokeOpacity: 1 }),
      Plot.axisY({ ...quiet, ...yTicks }),
      Plot.axisX({ ...quiet, ...xTicks(axis, xKind) }),
      Plot.text([axis.name], {
        fill: MARK_COLOURS.muted!.light,
        frameAnchor: "bottom-right",
        textAnchor: "end",
        lineAnchor: "top",
        dy: fontSize * 1.9,
      }),
      Plot.areaY(middles, { x: "x", y1: "low", y2: "high", z: "series", fill: colour, fillOpacity: 0.14 }),
      Plot.lineY(middles, { x: "x", y: "y", z: "series", stroke: colour, strokeWidth: 1.4 }),
      ...dots.length > MOST_DOTS ? [] : [
        Plot.dot(dots, {
          x: "x",
          y: "y",
          r: 2,
          fill: colour,
          fillOpacity: 0.7,
          title: (dot: Dot) => `${dot.name}: ${formatValue(dot.y)}`,
        }),
      ],
    ],
  };
}

/** The axis's own values where they have room, else as many ticks as have. */
function xTicks({ values }: Axis, kind: "linear" | "log" | "point"): Plot.AxisXOptions {
  const tickFormat = (value: number | string) => shortNumber(String(value));
  if (kind === "point") return { tickFormat };
  const apart = values.length <= MOST_TICKS ? values.map(Number) : kind === "log" ? 3 : 5;
  return { ticks: apart, tickFormat };
}

/** The median of `column` at each pair of values of two axes, over all that share them: darker is larger. */
export function heatMap(
  results: readonly CellResult[],
  [across, up]: readonly [Axis, Axis],
  column: string,
  size: Size = SIZES.page,
): Plot.PlotOptions {
  const measured = results.flatMap(({ cell, last }) => {
    const value = last[column];
    return value === null || value === undefined ? [] : [{ cell, value }];
  });
  const groups = Map.groupBy(
    measured,
    ({ cell: { options } }) => JSON.stringify([options[across.name], options[up.name]]),
  );
  const fields = [...groups].map(([key, own]) => {
    const [x, y] = JSON.parse(key) as [string, string];
    return { x, y, value: median(own.map(({ value }) => value)), count: own.length };
  });
  const values = fields.map(({ value }) => value);
  const { width, fontSize } = size;
  const type = kindFor(values) === "log" && values.every((value) => value > 0) ? "log" : "linear";
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const share = (value: number) =>
    type === "log" ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  const fits = across.values.length <= MOST_WRITTEN;
  return {
    width,
    height: fontSize * (5 + 2.6 * up.values.length),
    marginLeft: fontSize * 6,
    marginBottom: fontSize * 3.4,
    style: { fontSize: `${fontSize}px` },
    ariaLabel: `${column} over ${across.name} and ${up.name}`,
    x: {
      type: "band",
      domain: [...across.values],
      label: across.name,
      tickFormat: shortNumber,
      labelArrow: "none",
    },
    y: { type: "band", domain: [...up.values], label: up.name, tickFormat: shortNumber, labelArrow: "none" },
    marks: [
      Plot.cell(fields, {
        x: "x",
        y: "y",
        fill: MARK_COLOURS.ink!.light,
        fillOpacity: ({ value }: { value: number }) => 0.06 + 0.74 * (high === low ? 0 : share(value)),
        inset: 1,
        title: (field: typeof fields[number]) =>
          `${across.name} ${field.x}, ${up.name} ${field.y}: ${
            formatValue(field.value)
          }, median of ${field.count}`,
      }),
      ...fits
        ? [Plot.text(fields, {
          x: "x",
          y: "y",
          text: ({ value }: { value: number }) => formatValue(value),
          fill: ({ value }: { value: number }) =>
            high !== low && share(value) > 0.55 ? MARK_COLOURS.paper!.light : MARK_COLOURS.ink!.light,
        })]
        : [],
    ],
  };
}

/** A number in at most three digits; a word as it is. */
export function shortNumber(text: string): string {
  const number = Number(text);
  return text.trim() === "" || !Number.isFinite(number) ? text : String(Number(number.toPrecision(3)));
}

function dotsOf(results: readonly CellResult[], axes: readonly Axis[], axis: Axis, column: string): Dot[] {
  const areNumbers = axis.values.every((value) => Number.isFinite(Number(value)));
  return results.flatMap((result) => {
    const value = result.last[column];
    const at = result.cell.options[axis.name]!;
    if (value === null || value === undefined) return [];
    const series = seriesName(result, axes, axis);
    return [{ x: areNumbers ? Number(at) : at, y: value, series, name: result.cell.name }];
  });
}

function seriesName({ cell: { options } }: CellResult, axes: readonly Axis[], axis: Axis): string {
  return axes.filter(({ name, values }) => name !== axis.name && name !== "seed" && values.length > 1)
    .map(({ name }) => `${name} ${shortNumber(options[name]!)}`).join(", ");
}

function middlesOf(dots: readonly Dot[]): Middle[] {
  const groups = Map.groupBy(dots, ({ x, series }) => JSON.stringify([x, series]));
  const middles = [...groups.values()].map((own) => {
    const values = own.map(({ y }) => y);
    const { x, series } = own[0]!;
    return {
      x,
      series,
      y: median(values),
      low: Math.min(...values),
      high: Math.max(...values),
      count: own.length,
    };
  });
  return middles.toSorted((a, b) => typeof a.x === "number" && typeof b.x === "number" ? a.x - b.x : 0);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
