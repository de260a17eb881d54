/** Runs that others logged, made rows of metrics.csv: CSVs as W&B exports them, TensorBoard's event files. */
import { parse } from "csv-parse/sync";
import { metricNamed } from "../collapse/catalogue.ts";
import { FormatError, quote } from "../formats/error.ts";
import { decodeEvents } from "../formats/tfevents.ts";
import type { Measurement } from "../run/tables.ts";

export interface ForeignRun {
  readonly name: string;
  readonly measurements: readonly Measurement[];
}

/** Columns that say when a row was logged; an epoch goes before a step. */
const EPOCHS = ["epoch", "step", "_step", "global_step", "trainer/global_step"];

/**
 * The runs of a CSV with a line of names. A column is a metric of ours by its own name, or "RUN - METRIC", as charts are
 * exported; smallest and largest values beside it ("__MIN", "__MAX") and what we do not measure are passed over.
 */
export function runsOfCsv(text: string, name: string): readonly ForeignRun[] {
  const [header, ...records] = parse(text, { bom: true, relax_column_count: true }) as string[][];
  if (header === undefined) throw new FormatError("expected a line of column names, found an empty file");
  const epochColumn = EPOCHS.map((word) => header.findIndex((one) => one.trim().toLowerCase() === word))
    .find((at) => at >= 0);
  if (epochColumn === undefined) {
    throw new FormatError(`expected a column ${EPOCHS.join(" or ")}, found ${header.map(quote).join(", ")}`);
  }
  const columns = header.flatMap((title, at) => {
    const [metric, ...run] = title.split(" - ").reverse();
    return metricNamed(metric!.trim()) !== undefined
      ? [{ at, metric: metric!.trim(), run: run.reverse().join(" - ") }]
      : [];
  });
  requireMetrics(columns.map(({ metric }) => metric), header);
  return [...Map.groupBy(columns, ({ run }) => run)].map(([run, own]) => ({
    name: run === "" ? name : run,
    measurements: measurementsOf(
      records.flatMap((record) =>
        own.map(({ at, metric }) => ({
          step: numberOf(record[epochColumn]),
          tag: metric,
          value: numberOf(record[at]),
        }))
      ),
    ),
  }));
}

/** The run of an event file; a tag is a metric of ours by its own name or by what stands after its last slash. */
export function runOfEvents(bytes: Uint8Array, name: string): ForeignRun {
  const scalars = decodeEvents(bytes).map(({ tag, ...rest }) => ({ ...rest, tag: tag.split("/").at(-1)! }));
  requireMetrics(
    scalars.map(({ tag }) => tag).filter((tag) => metricNamed(tag) !== undefined),
    [...new Set(scalars.map(({ tag }) => tag))],
  );
  return { name, measurements: measurementsOf(scalars.filter(({ tag }) => metricNamed(tag) !== undefined)) };
}

/** Of several values of one epoch the last one logged counts; what is no number is not defined. */
function measurementsOf(
  values: readonly { readonly step: number; readonly tag: string; readonly value: number }[],
): readonly Measurement[] {
  const rows = new Map<number, Record<string, number | null>>();
  for (const { step, tag, value } of values) {
    if (!Number.isSafeInteger(step) || step < 0) continue;
    const row = rows.get(step) ?? {};
    if (Number.isFinite(value)) row[tag] = value;
    else row[tag] ??= null;
    rows.set(step, row);
  }
  return [...rows].toSorted(([a], [b]) => a - b).map(([epoch, values]) => ({ epoch, values }));
}

function numberOf(cell: string | undefined): number {
  return cell === undefined || cell.trim() === "" ? NaN : Number(cell);
}

function requireMetrics(metrics: readonly string[], found: readonly string[]): void {
  if (metrics.length > 0) return;
  throw new FormatError(
    `expected a column by a name of the catalogue (deno task metrics prints it), such as test_accuracy, found ${
      found.slice(0, 8).map(quote).join(", ")
    }`,
  );
}
