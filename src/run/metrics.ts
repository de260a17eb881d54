/** metrics.csv: one row a measured checkpoint. */
import { boundsOf, isWithin } from "../collapse/range.ts";
import { readTextIfThere, writeWhole } from "../files.ts";
import { FIRST_METRICS, metricNamed } from "../collapse/catalogue.ts";
import type { Measurement } from "./tables.ts";
import { at, formatTable, parseTable, type TableRow } from "./csv.ts";

export interface MetricsTable {
  /** Names of metrics, without the epoch. */
  readonly metrics: readonly string[];
  /** Epochs ascending. */
  readonly measurements: readonly Measurement[];
}

/**
 * The table of a run, or null where there is none. Throws, naming line and column, where it is not one that was
 * written here: other first columns, a metric the catalogue does not hold, an epoch that has no checkpoint
 * (`epochs` lists those that do), rows out of order, a cell that is no number of its column's range.
 */
export async function readMetrics(path: string, epochs: readonly number[]): Promise<MetricsTable | null> {
  const text = await readTextIfThere(path);
  if (text === null) return null;
  const { columns, rows } = parseTable(text, path);
  checkColumns(columns, path);
  checkEpochs(rows, epochs, path);
  checkRanges(columns.slice(1), rows, path);
  const metrics = columns.slice(1);
  const measurements = rows.map(({ cells }) => ({
    epoch: cells.get("epoch")!,
    values: Object.fromEntries(metrics.map((name) => [name, cells.get(name)!])),
  }));
  return { metrics, measurements };
}

/** Replaces the table of a run; rows are put in the order of their epochs. Returns the text that was written. */
export async function writeMetrics(path: string, table: MetricsTable): Promise<string> {
  const text = metricsText(table);
  await writeWhole(path, text);
  return text;
}

/** The text of the table, rows in the order of their epochs. */
export function metricsText({ metrics, measurements }: MetricsTable): string {
  const rows = measurements.toSorted((a, b) => a.epoch - b.epoch)
    .map(({ epoch, values }) => [epoch, ...metrics.map((name) => values[name] ?? null)]);
  return formatTable(["epoch", ...metrics], rows);
}

function checkColumns(columns: readonly string[], path: string): void {
  const first = ["epoch", ...FIRST_METRICS];
  const wrong = first.findIndex((name, i) => columns[i] !== name);
  if (wrong >= 0) {
    const found = columns[wrong] === undefined ? "none" : JSON.stringify(columns[wrong]);
    throw new Error(`${path} line 1, column ${wrong + 1}: expected ${first[wrong]}, found ${found}`);
  }
  const unknown = columns.slice(1).find((name) => metricNamed(name) === undefined);
  if (unknown !== undefined) {
    throw new Error(
      `${at(path, 1, JSON.stringify(unknown))}: expected the name of a metric in the catalogue`,
    );
  }
}

/** Holds every value against the range that the catalogue states for its column. */
function checkRanges(metrics: readonly string[], rows: readonly TableRow[], path: string): void {
  for (const name of metrics) {
    const { range } = metricNamed(name)!;
    const bounds = boundsOf(range);
    for (const { line, cells } of rows) {
      const value = cells.get(name)!;
      if (value === null || isWithin(value, bounds)) continue;
      throw new Error(`${at(path, line, name)}: expected a value in ${range}, found ${value}`);
    }
  }
}

function checkEpochs(rows: readonly TableRow[], epochs: readonly number[], path: string): void {
  let last = -1;
  for (const { line, cells } of rows) {
    const epoch = cells.get("epoch") ?? null;
    if (epoch === null || !epochs.includes(epoch)) {
      throw new Error(
        `${at(path, line, "epoch")}: expected an epoch that has a checkpoint, found ${
          epoch ?? "an empty cell"
        }`,
      );
    }
    if (epoch <= last) {
      throw new Error(`${at(path, line, "epoch")}: expected one above ${last}, found ${epoch}`);
    }
    last = epoch;
  }
}
