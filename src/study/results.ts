/** What the cells of a study came to: a row each, the best of them, and how strongly each axis moves a measurement. */
import { FIRST_METRICS } from "../collapse/catalogue.ts";
import { formatTable } from "../run/csv.ts";
import type { LogRow, Measurement } from "../run/tables.ts";
import type { Cell } from "./cells.ts";
import type { Axis, StudyFile } from "./file.ts";
import { rankCorrelation } from "./ranks.ts";
import { type State, stateOf, type StateOptions } from "./state.ts";
import type { Study } from "./study.ts";

/** One cell: how far it is, and what it came to. */
export interface CellResult {
  readonly cell: Cell;
  readonly state: State;
  readonly attempts: number;
  /** Why it failed last; null where it did not. */
  readonly reason: string | null;
  readonly epochs: number;
  /** Of training and measuring, all attempts. */
  readonly seconds: number;
  /** Where the study's metric was best, and its value there; null before the first epoch. */
  readonly best: { readonly epoch: number; readonly value: number } | null;
  /** By column of metrics.csv, at the last checkpoint that was measured. */
  readonly last: Readonly<Record<string, number | null>>;
}

/** Columns of study.csv after the axes. */
const STATE_COLUMNS = ["state", "attempts", "epochs_done", "seconds", "best_epoch", "best"] as const;

/** Cells whose files are read at a time. */
const READ_AT_ONCE = 64;

/** Reads one cell. Throws where its files are damaged or of another protocol. */
export async function resultOf(
  cell: Cell,
  { metric }: Pick<StudyFile, "metric">,
  options: StateOptions,
): Promise<CellResult> {
  const { state, claim: { attempts, reason }, log, measurements } = await stateOf(cell, options);
  return {
    cell,
    state,
    attempts,
    reason,
    epochs: log.length,
    seconds: log.reduce((sum, row) => sum + row.seconds, 0),
    best: bestOf(metric, log, measurements),
    last: measurements.at(-1)?.values ?? {},
  };
}

/** Those of all cells, in their order; files of several are read at a time. */
export async function resultsOf(
  { file, cells }: Pick<Study, "file" | "cells">,
  options: StateOptions,
): Promise<CellResult[]> {
  const results: CellResult[] = [];
  for (let first = 0; first < cells.length; first += READ_AT_ONCE) {
    const some = cells.slice(first, first + READ_AT_ONCE);
    // All of them are waited for, so that of several faults the first cell's is told.
    for (const read of await Promise.allSettled(some.map((cell) => resultOf(cell, file, options)))) {
      if (read.status === "rejected") throw read.reason;
      results.push(read.value);
    }
  }
  return results;
}

/** From metrics.csv where it has the column, else from log.csv, which has every epoch. */
function bestOf(
  { name, goal }: StudyFile["metric"],
  log: readonly LogRow[],
  measurements: readonly Measurement[],
): CellResult["best"] {
  const measured = measurements.flatMap(({ epoch, values }) => {
    const value = values[name];
    return value === null || value === undefined ? [] : [{ epoch, value }];
  });
  const logged = log.flatMap((row) => {
    const value = row[name as keyof LogRow] as number | undefined;
    return value === undefined ? [] : [{ epoch: row.epoch, value }];
  });
  const sign = goal === "maximize" ? 1 : -1;
  return (measured.length > 0 ? measured : logged)
    .reduce<CellResult["best"]>(
      (best, one) => best === null || sign * (one.value - best.value) > 0 ? one : best,
      null,
    );
}

/** study.csv: a row a cell. Columns of metrics follow that any cell has. */
export function studyTable(axes: readonly Axis[], results: readonly CellResult[]): string {
  const measured = new Set(results.flatMap(({ last }) => Object.keys(last)));
  const first = FIRST_METRICS.filter((name) => measured.has(name));
  const others = [...measured].filter((name) => !first.some((one) => one === name));
  const columns = [...first, ...others];
  const rows = results.map((result) => {
    const { cell, state, attempts, epochs, seconds, best, last } = result;
    return [
      cell.name,
      ...axes.map(({ name }) => cell.options[name]!),
      ...[state, attempts, epochs, seconds, best?.epoch ?? null, best?.value ?? null],
      ...columns.map((name) => last[name] ?? null),
    ];
  });
  return formatTable(["cell", ...axes.map(({ name }) => name), ...STATE_COLUMNS, ...columns], rows);
}

/** Cells that differ in the seed alone, and what they came to together. */
export interface Group {
  /** Values of the axes but the seed, in their order. */
  readonly options: Readonly<Record<string, string>>;
  readonly results: readonly CellResult[];
  /** Mean of the best values; null where no cell has one. */
  readonly score: number | null;
}

/** Groups in the order of their first cells. */
export function groupsOf(results: readonly CellResult[]): Group[] {
  const withoutSeed = ({ cell: { options } }: CellResult) =>
    Object.fromEntries(Object.entries(options).filter(([name]) => name !== "seed"));
  const groups = Map.groupBy(results, (result) => JSON.stringify(withoutSeed(result)));
  return [...groups.values()].map((members) => {
    const values = members.flatMap(({ best }) => best === null ? [] : [best.value]);
    const score = values.length === 0 ? null : values.reduce((a, b) => a + b) / values.length;
    return { options: withoutSeed(members[0]!), results: members, score };
  });
}

/** For each combination of the axes `by`, the group that is best in the study's metric; those without a value are left out. */
export function chosenGroups(
  groups: readonly Group[],
  { goal, by }: StudyFile["metric"],
): Group[] {
  const sign = goal === "maximize" ? 1 : -1;
  const scored = groups.filter(({ score }) => score !== null);
  const families = Map.groupBy(scored, ({ options }) => JSON.stringify(by.map((name) => options[name])));
  return [...families.values()].map((family) =>
    family.reduce((best, one) => sign * (one.score! - best.score!) > 0 ? one : best)
  );
}

/** Spearman's rank correlation, with its 95 % interval. */
export interface Association {
  readonly rho: number;
  /** Null at ±1, of which the formula knows no interval. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** Cells that have both values. */
  readonly count: number;
}

const FEWEST = 4;
/** Of the normal distribution: 95 % lie within. */
const QUANTILE = 1.959963984540054;

/**
 * How strongly a numeric axis moves a column over all cells that have a value. The interval is that of Fisher's z with
 * Bonett and Wright's variance (1 + ρ²/2)/(n − 3) (Psychometrika 65, 2000). Null with fewer than 4 cells, for an axis of
 * words, and where one of the two does not vary.
 */
export function association(
  results: readonly CellResult[],
  axis: string,
  column: string,
): Association | null {
  const pairs = results.flatMap(({ cell, last }) => {
    const [x, y] = [Number(cell.options[axis]), last[column]];
    return y === null || y === undefined || !Number.isFinite(x) ? [] : [[x, y] as const];
  });
  if (pairs.length < FEWEST) return null;
  const rho = rankCorrelation(pairs.map(([x]) => x), pairs.map(([, y]) => y));
  if (Number.isNaN(rho)) return null;
  const half = QUANTILE * Math.sqrt((1 + rho ** 2 / 2) / (pairs.length - 3));
  const z = Math.atanh(rho);
  const interval = Number.isFinite(z) ? { low: Math.tanh(z - half), high: Math.tanh(z + half) } : null;
  return { rho, interval, count: pairs.length };
}
