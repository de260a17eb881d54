/** The few numbers that tell how a run collapses: in the line of an epoch, and in the table at a run's end. */
import { percentDigits } from "../report/format.ts";
import type { LogRow, Measurement } from "../run/tables.ts";
import { duration } from "./progress.ts";

/** Columns of metrics.csv, each with the words of the closing table. */
const SHOWN = {
  train_accuracy: "training accuracy, %",
  test_accuracy: "test accuracy, %",
  within_class_variation: "within-class variation (NC1)",
  equinorm_means: "equinorm of class means (NC2)",
  maxangle_means: "angles off the simplex (NC2)",
  self_duality: "distance of W from class means (NC3)",
  ncc_mismatch: "mismatch with nearest centre (NC4)",
} as const;

/** What an epoch's line gives of each family, in this order. */
const IN_LINE = {
  NC1: ["within_class_variation"],
  NC2: ["equinorm_means", "maxangle_means"],
  NC3: ["self_duality"],
  NC4: ["ncc_mismatch"],
} as const;
/** What NC1 to NC4 are in the lines of epochs. */
export const IN_LINE_WORDS = "NC1 within-class variation, NC2 equinorm and max-angle of the class means, " +
  "NC3 self-duality, NC4 mismatch with the nearest class centre";

const DIGITS = 3;
const NO_VALUE = "–";

/** The line of an epoch of `epochs`, with the seconds that are `left` and, where it was measured, NC1 to NC4. */
export function epochLine(
  row: LogRow,
  { epochs, left, measured }: { epochs: number; left: number; measured?: Measurement | undefined },
): string {
  const time = row.epoch === epochs ? "" : `, ${duration(left)} left`;
  return [
    `epoch ${String(row.epoch).padStart(String(epochs).length)}/${epochs}`,
    `loss ${row.running_train_loss.toPrecision(DIGITS)}`,
    `train ${percentDigits(row.running_train_accuracy)} %`,
    `test ${percentDigits(row.test_accuracy)} %`,
    `${duration(row.seconds)}${time}`,
    ...measured === undefined
      ? []
      : Object.entries(IN_LINE).map(([family, metrics]) =>
        `${family} ${metrics.map((metric) => short(measured, metric)).join(" ")}`
      ),
  ].join("  ");
}

/** A table of the first and the last measured checkpoint. */
export function keyNumbers(measurements: readonly Measurement[]): string {
  const ends = [...new Set([measurements[0]!, measurements.at(-1)!])];
  const width = Math.max(...Object.values(SHOWN).map((text) => text.length));
  const row = (title: string, cells: readonly string[]) =>
    [title.padEnd(width), ...cells.map((cell) => cell.padStart(10))].join("  ");
  return [
    row("", ends.map(({ epoch }) => `epoch ${epoch}`)),
    ...Object.entries(SHOWN).map(([metric, title]) => row(title, ends.map((end) => short(end, metric)))),
  ].join("\n");
}

function short({ values }: Measurement, metric: string): string {
  const value = values[metric] ?? null;
  if (value === null) return NO_VALUE;
  return metric.endsWith("_accuracy") ? percentDigits(value) : value.toPrecision(DIGITS);
}
