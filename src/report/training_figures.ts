/** The figures of a training under way, of the columns of log.csv. */
import type { LogRow } from "../run/tables.ts";
import type { DrawnFigure, Figure } from "./figure.ts";
import { packNumbers } from "./packed.ts";
import type { LoggedData } from "./page_data.ts";

const COLUMNS = ["running_train_loss", "test_loss", "running_train_accuracy", "test_accuracy"] as const;

/** The name of a column of log.csv among rows: metrics.csv has a test accuracy, too. */
function named(column: (typeof COLUMNS)[number]): string {
  return `log_${column}`;
}

/** The page that shows it is served with its words. */
export type TrainingFigure = DrawnFigure & Pick<Figure, "plain">;

export const TRAINING_FIGURES: readonly TrainingFigure[] = [
  {
    file: "Training_Loss",
    family: null,
    title: "Loss",
    axis: "loss, mean over images",
    term: "Loss",
    scale: "size",
    ideal: null,
    dots: false,
    columns: [
      { column: named("running_train_loss"), subject: "both", split: "train", label: "training" },
      { column: named("test_loss"), subject: "both", split: "test", label: "test" },
    ],
    plain: "Of the training images as they are trained on, and of the test images after each epoch.",
  },
  {
    file: "Training_Accuracy",
    family: null,
    title: "Accuracy while training",
    axis: "images classified rightly",
    term: "Accuracy (%)",
    scale: "percent",
    ideal: null,
    dots: false,
    columns: [
      { column: named("running_train_accuracy"), subject: "both", split: "train", label: "training" },
      { column: named("test_accuracy"), subject: "both", split: "test", label: "test" },
    ],
    plain: "The running accuracy is of a network that changes between batches; measured accuracy is below.",
  },
];

/** The log as the figures read it. */
export function loggedData(log: readonly LogRow[]): LoggedData {
  return {
    epochs: log.map(({ epoch }) => epoch),
    columns: COLUMNS.map(named),
    values: packNumbers(COLUMNS.flatMap((column) => log.map((row) => row[column]))),
  };
}
