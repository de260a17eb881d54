/** The figures of a training under way, of the columns of log.csv. */
import type { LogRow } from "../run/tables.ts";
import type { DrawnFigure } from "./figure.ts";
import { encodeColumn, type RunData } from "./page_data.ts";

const COLUMNS = ["running_train_loss", "test_loss", "running_train_accuracy", "test_accuracy"] as const;

/** The name of a column of log.csv among rows: metrics.csv has a test accuracy, too. */
function named(column: (typeof COLUMNS)[number]): string {
  return `log_${column}`;
}

const SOURCE = "log.csv of the run";

export const TRAINING_FIGURES: readonly DrawnFigure[] = [
  {
    file: "Training_Loss",
    family: null,
    title: "Loss",
    axis: "loss, mean over images",
    term: "Loss",
    scale: "size",
    ideal: null,
    columns: [
      { column: named("running_train_loss"), subject: "both", split: "train", label: "training" },
      { column: named("test_loss"), subject: "both", split: "test", label: "test" },
    ],
    plain: "Of the training images as they are trained on, and of the test images after each epoch.",
    source: SOURCE,
  },
  {
    file: "Training_Accuracy",
    family: null,
    title: "Accuracy while training",
    axis: "images classified rightly",
    term: "Accuracy (%)",
    scale: "percent",
    ideal: null,
    columns: [
      { column: named("running_train_accuracy"), subject: "both", split: "train", label: "training" },
      { column: named("test_accuracy"), subject: "both", split: "test", label: "test" },
    ],
    plain: "The running accuracy is of a network that changes between batches; measured accuracy is below.",
    source: SOURCE,
  },
];

/** The log as the figures read it. */
export function loggedData(log: readonly LogRow[]): Pick<RunData, "epochs" | "columns"> {
  return {
    epochs: log.map(({ epoch }) => epoch),
    columns: Object.fromEntries(
      COLUMNS.map((column) => [named(column), encodeColumn(log.map((row) => row[column]))]),
    ),
  };
}
