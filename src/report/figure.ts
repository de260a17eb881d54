/** What a figure is: which columns of metrics.csv it draws, on what scale, and the definition behind them. */
import type { Html } from "./html.ts";

/** Blue and vermilion of Okabe and Ito: told apart by colour-blind readers, in print and on a dark page. */
export const BLUE = "#0072b2";
export const ORANGE = "#d55e00";

/** One curve. */
export interface Series {
  /** Column of metrics.csv. */
  readonly metric: string;
  /** Column of the same quantity around the mean of the class means, where that can be another. */
  readonly classCentred?: string;
  /** Name in the legend of its figure. */
  readonly label: string;
  /** Name on its own, in tables. */
  readonly quantity: string;
  readonly colour: string;
}

export interface Figure {
  /** File name without extension. */
  readonly file: string;
  readonly title: string;
  /** Label of the y axis. */
  readonly yLabel: string;
  /** "percent" ends at 100 and starts near the lowest value; "linear" starts at 0; "log" drops values ≤ 0. */
  readonly scale: "linear" | "log" | "percent";
  readonly series: readonly Series[];
  /** Formula and reading of the quantity. */
  readonly definition: Html;
  /** Where the quantity is published. */
  readonly source: string;
}

/** What a figure says besides its data. */
export interface FigureContext {
  /** Title of the dataset, e.g. "CIFAR-10". */
  readonly dataset: string;
  /** Title of the network, e.g. "ResNet-18". */
  readonly network: string;
  /** First epoch of the terminal phase, or null if it was not reached. */
  readonly terminalStart: number | null;
}

/** The series of the two-series figures: class means blue, classifiers orange. */
export function meansAndClassifiers(metric: string, quantity: string): readonly Series[] {
  return [
    {
      metric: `${metric}_means`,
      classCentred: `nc2_${metric}_class_centred_means_train`,
      label: "Mean Activations",
      quantity: `${quantity}, class means`,
      colour: BLUE,
    },
    {
      metric: `${metric}_weights`,
      label: "Classifiers",
      quantity: `${quantity}, classifiers`,
      colour: ORANGE,
    },
  ];
}
