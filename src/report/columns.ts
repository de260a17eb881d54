/** columns.json: what the columns of metrics.csv and log.csv are, so that a report's folder can be read without this tool. */
import { catalogueWith, idealOf, scaleOf, setsIn } from "../collapse/catalogue.ts";
import { lossWords } from "../experiment/words.ts";
import type { LogRow, Measurement, TrustRecord } from "../run/tables.ts";
import { classesOf, isElsewhere, type Reported } from "./reported.ts";

export interface ColumnsInput {
  readonly run: Reported;
  readonly measurements: readonly Measurement[];
  readonly trust: TrustRecord | null;
}

/**
 * The text of the file. `ideal` and `scale` are those of this run's classes and width; null where there are none. `log` is
 * null for a training elsewhere, which has no log.csv.
 */
export function columnsText({ run, measurements, trust }: ColumnsInput): string {
  const classes = classesOf(run);
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
  const log = isElsewhere(run) ? null : Object.entries(logColumns(lossWords(run.protocol.loss)))
    .map(([name, says]) => ({ name, says }));
  return `${JSON.stringify({ format: 1, classes, width, columns, log }, null, 2)}\n`;
}

/** What the columns of log.csv are, in its order, for a run that minimises this loss. */
function logColumns(loss: string): Record<keyof LogRow, string> {
  const running =
    "of the training images as they were trained on: in training mode, the network changing between batches";
  const tested = "of the test images in evaluation mode, after the epoch";
  return {
    epoch: "from 1 on",
    learning_rate: "in this epoch",
    running_train_loss: `${loss}, without decay, mean ${running}`,
    running_train_accuracy: `in %, ${running}`,
    test_loss: `${loss}, mean ${tested}`,
    test_accuracy: `in %, ${tested}`,
    seconds: "that training took in this epoch",
  };
}
