/** What a figure is: a question over rows (which columns, and what each is of) and the words around the answer. */
import type { Family } from "../collapse/families.ts";
import type { Measurement } from "../run/tables.ts";
import type { Html } from "./html.ts";
import type { Subject } from "./tokens.ts";

/** A column of metrics.csv in a figure. What it is of gives its colour, the images it is measured on its line. */
export interface Column {
  readonly column: string;
  /** Column of the same quantity around the mean of the class means, where that can be another. */
  readonly classCentred?: string;
  readonly subject: Subject;
  readonly split: "train" | "test" | "ood";
  /** Whether its centre is the mean of the class means, beside the curve of the paper's centre. */
  readonly centred?: boolean;
  /** At the end of its curve, e.g. "class means". */
  readonly label: string;
}

/** What of a figure is drawn. */
export interface DrawnFigure {
  /** File name without extension. */
  readonly file: string;
  readonly family: Exclude<Family, "accuracy"> | null;
  readonly title: string;
  /** The quantity in words, and the paper's term for it: the axis says both. */
  readonly axis: string;
  readonly term: string;
  /** "percent" ends at 100; "size" starts at 0, and is logarithmic where values span more than a decade. */
  readonly scale: "percent" | "size";
  /** False where points are too many for dots: the epochs of a log. */
  readonly dots?: boolean;
  /** The value at perfect collapse. */
  readonly ideal: number | null;
  readonly columns: readonly Column[];
}

export interface Figure extends DrawnFigure {
  /** What the curves show, in a plain sentence. */
  readonly plain: string;
  /** Where the quantity is published. */
  readonly source: string;
  /** The formula and what it means. */
  readonly definition: Html;
  /** What the curves of one run come to, in a sentence; `measurements` ascend by epoch. */
  readonly remark?: (measurements: readonly Measurement[]) => string | null;
  /** Beside collapse: left out where none of its columns was measured. */
  readonly beside?: true;
}

/** The columns of the figures that show class means and classifier. */
export function meansAndClassifier(metric: string): readonly Column[] {
  return [
    {
      column: `${metric}_means`,
      classCentred: `nc2_${metric}_class_centred_means_train`,
      subject: "means",
      split: "train",
      label: "class means",
    },
    { column: `${metric}_weights`, subject: "classifier", split: "train", label: "classifier" },
  ];
}

/** Without the words around it. */
export function drawn(
  { plain: _plain, source: _source, definition: _definition, remark: _remark, beside: _beside, ...figure }:
    Figure,
): DrawnFigure {
  return figure;
}
