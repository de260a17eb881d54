/** Rows grouped as a figure asks for them: one curve a run and column; runs that are seeds of one become one curve with a band. */
import type { Column, DrawnFigure } from "./figure.ts";
import { median } from "./median.ts";
import type { Row, ShownTrust } from "./rows.ts";

export interface Point {
  readonly epoch: number;
  /** Null where it is not defined. */
  readonly value: number | null;
  readonly doubt: ShownTrust | null;
}

/** What seeds span at an epoch: the smallest and the largest value. */
export interface Band {
  readonly epoch: number;
  readonly low: number;
  readonly high: number;
}

export interface Curve extends Omit<Column, "classCentred"> {
  readonly run: string;
  /** In the colour scale: the run where there are several, otherwise what is measured. */
  readonly colour: string;
  /** Ascending by epoch. */
  readonly points: readonly Point[];
  /** Empty for a single seed. */
  readonly bands: readonly Band[];
}

/** Curves in the order of runs, then of the figure's columns; coloured by what is measured, or by run where `colourOf` says how. A column without rows has none. */
export function curvesOf(
  figure: DrawnFigure,
  rows: readonly Row[],
  colourOf: ((run: string) => string) | null = null,
): readonly Curve[] {
  const wanted = new Set(figure.columns.map(({ column }) => column));
  const runs = Map.groupBy(rows.filter(({ column }) => wanted.has(column)), ({ run }) => run);
  return [...runs].flatMap(([run, own]) => {
    const byColumn = Map.groupBy(own, ({ column }) => column);
    return figure.columns.flatMap(({ classCentred: _, ...column }) => {
      const those = byColumn.get(column.column);
      if (those === undefined) return [];
      return [{ ...column, run, colour: colourOf?.(run) ?? column.subject, ...overSeeds(those) }];
    });
  });
}

/** The median over rows of one epoch, and what they span; a single row is itself. */
export function overSeeds(rows: readonly Row[]): Pick<Curve, "points" | "bands"> {
  // The rows of a single seed are its points: most curves, where there are hundreds.
  if (rows.every(({ epoch }, i) => i === 0 || epoch > rows[i - 1]!.epoch)) return { points: rows, bands: [] };
  const epochs = [...Map.groupBy(rows, ({ epoch }) => epoch)].toSorted(([a], [b]) => a - b);
  const points = epochs.map(([epoch, those]) =>
    those.length === 1
      ? { epoch, value: those[0]!.value, doubt: those[0]!.doubt }
      : { epoch, value: medianOf(valuesOf(those)), doubt: null }
  );
  const bands = epochs.flatMap(([epoch, those]) => {
    const values = valuesOf(those);
    return those.length > 1 && values.length > 0
      ? [{ epoch, low: Math.min(...values), high: Math.max(...values) }]
      : [];
  });
  return { points, bands };
}

function medianOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : median(values);
}

function valuesOf(rows: readonly Row[]): number[] {
  return rows.flatMap(({ value }) => value === null ? [] : [value]);
}
