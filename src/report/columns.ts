/** columns.json: what the columns of metrics.csv are, so that a report's folder can be read without this tool. */
import { catalogueWith, idealOf, scaleOf, setsIn } from "../collapse/catalogue.ts";
import type { Measurement, TrustRecord } from "../run/tables.ts";

export interface ColumnsInput {
  readonly measurements: readonly Measurement[];
  readonly classes: number;
  readonly trust: TrustRecord | null;
}

/** The text of the file. `ideal` and `scale` are those of this run's classes and width; null where there are none. */
export function columnsText({ measurements, classes, trust }: ColumnsInput): string {
  const measured = new Set(measurements.flatMap(({ values }) => Object.keys(values)));
  const width = trust?.width ?? null;
  const columns = catalogueWith(setsIn([...measured])).filter(({ name }) => measured.has(name)).map(
    (metric) => {
      const { name, family, variant, split, formula, range, atCollapse, ideal, source, notes } = metric;
      const open = typeof ideal === "function" && width === null;
      return {
        name,
        family,
        variant,
        split,
        formula: formula.plain,
        range,
        atCollapse,
        ideal: open ? null : idealOf(metric, classes, width ?? 0),
        scale: scaleOf(metric, classes, width ?? NaN),
        uninformative: width === null ? null : metric.uninformative?.(classes, width) ?? null,
        source,
        notes,
      };
    },
  );
  return `${JSON.stringify({ format: 1, classes, width, columns }, null, 2)}\n`;
}
