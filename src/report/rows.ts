/** What figures ask questions of: one row a run, epoch and column of metrics.csv. */
import type { Measurement, Trust, TrustRecord } from "../run/tables.ts";

/** What of trust.json figures and tables say beside a value; its own records hold more. */
export interface ShownTrust extends Pick<Trust, "undefined" | "note"> {
  readonly rank?: Pick<NonNullable<Trust["rank"]>, "kept" | "of">;
  readonly sensitivity?: Pick<NonNullable<Trust["sensitivity"]>, "verdict">;
  readonly interval?: Pick<NonNullable<Trust["interval"]>, "low" | "high">;
}

export interface Row {
  /** Name of the run. */
  readonly run: string;
  readonly epoch: number;
  /** Column of metrics.csv. */
  readonly column: string;
  /** Null where it is not defined. */
  readonly value: number | null;
  /** What trust.json says beside the value; null where it says nothing. */
  readonly doubt: ShownTrust | null;
}

/** The rows of one run, epochs in the order of `measurements`. */
export function rowsOf(
  run: string,
  measurements: readonly Measurement[],
  trust: TrustRecord | null,
): readonly Row[] {
  const doubts = new Map(trust?.checkpoints.map(({ epoch, metrics }) => [epoch, metrics]));
  return measurements.flatMap(({ epoch, values }) =>
    Object.entries(values).map(([column, value]) => ({
      run,
      epoch,
      column,
      value,
      doubt: doubts.get(epoch)?.[column] ?? null,
    }))
  );
}

/** The same rows with the distance from the value at collapse in place of the values of `ideals`. */
export function distances(rows: readonly Row[], ideals: ReadonlyMap<string, number>): readonly Row[] {
  if (ideals.size === 0) return rows;
  return rows.map((row) => {
    const ideal = ideals.get(row.column);
    return ideal === undefined || row.value === null ? row : { ...row, value: distance(row.value, ideal) };
  });
}

/** Differences of rounding are none. */
function distance(value: number, ideal: number): number {
  const difference = Math.abs(value - ideal);
  return difference <= 1e-12 * Math.abs(ideal) ? 0 : difference;
}

/** A checkpoint with these columns alone. */
export function only(columns: ReadonlySet<string>, { epoch, values }: Measurement): Measurement {
  return {
    epoch,
    values: Object.fromEntries(Object.entries(values).filter(([column]) => columns.has(column))),
  };
}
