/** A study's measurements over two axes, as specifications for Plot. */
import * as Plot from "@observablehq/plot";
import { kindForEach } from "../report/axis.ts";
import { formatValue } from "../report/format.ts";
import { median } from "../report/median.ts";
import { MARK_COLOURS, type Size, SIZES } from "../report/tokens.ts";
import { shortNumber } from "../report/study_chart.ts";
import type { Axis } from "./file.ts";
import type { CellResult } from "./results.ts";

/** Two values of axes, and the median there. */
interface Field {
  readonly x: string;
  readonly y: string;
  readonly value: number;
  readonly count: number;
  /** Whether a chosen cell is among them. */
  readonly isChosen: boolean;
}

/** What is drawn. */
export interface MapView {
  readonly across: Axis;
  readonly up: Axis;
  readonly column: string;
  /** Names of the chosen cells. */
  readonly chosen: ReadonlySet<string>;
}

/** Columns of a map whose values have room. */
const MOST_WRITTEN = 6;

/**
 * The median of `column` at each pair of values of two axes, over all that share them: darker is larger, and a frame is
 * around what holds a chosen cell.
 */
export function heatMap(
  results: readonly CellResult[],
  view: MapView,
  size: Size = SIZES.page,
): Plot.PlotOptions {
  const { across, up, column } = view;
  const fields = fieldsOf(results, view);
  const values = fields.map(({ value }) => value);
  const { width, fontSize } = size;
  const type = kindForEach(values);
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
        stroke: ({ isChosen }: Field) => isChosen ? MARK_COLOURS.ink!.light : "none",
        strokeWidth: 2,
        inset: 1,
        title: (field: Field) =>
          `${across.name} ${field.x}, ${up.name} ${field.y}: ${
            formatValue(field.value)
          }, median of ${field.count}${field.isChosen ? ", a chosen one among them" : ""}`,
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

/** The fewest and the most cells that a field stands for; null where there is none. */
export function cellsAField(results: readonly CellResult[], view: MapView): [number, number] | null {
  const counts = fieldsOf(results, view).map(({ count }) => count);
  return counts.length === 0 ? null : [Math.min(...counts), Math.max(...counts)];
}

/** The cells of a map. */
function fieldsOf(results: readonly CellResult[], { across, up, column, chosen }: MapView): Field[] {
  const measured = results.flatMap(({ cell, last }) => {
    const value = last[column];
    return value === null || value === undefined ? [] : [{ cell, value }];
  });
  const groups = Map.groupBy(
    measured,
    ({ cell: { options } }) => JSON.stringify([options[across.name], options[up.name]]),
  );
  return [...groups].map(([key, own]) => {
    const [x, y] = JSON.parse(key) as [string, string];
    const isChosen = own.some(({ cell: { name } }) => chosen.has(name));
    return { x, y, value: median(own.map(({ value }) => value)), count: own.length, isChosen };
  });
}
