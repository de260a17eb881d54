/** What of a data set is trained on: which classes, how many images of each, and under which labels. */
import { releasePixels, type Split } from "./dataset.ts";
import { type Imbalance, unbalancedCounts } from "./imbalance.ts";
import { type LabelNoise, withLabelNoise } from "./label_noise.ts";
import type { Splits } from "./source.ts";
import { countsOf, firstOfEach, ofClasses } from "./subset.ts";

/** Applied in this order. Classes are kept of both splits; all else is of the training images alone. */
export interface Selection {
  /** Labels of the classes to keep; they become 0, 1, … in this order. All by default. */
  readonly classes?: readonly number[] | undefined;
  /** Training images to keep of each class, the first ones; all by default. */
  readonly perClass?: number | undefined;
  /** The largest class has `perClass` images, or else as many as the smallest has. */
  readonly imbalance?: Imbalance | undefined;
  readonly labelNoise?: LabelNoise | undefined;
}

/** Throws where a selection is none of any set of `classes` classes, before the images of one are looked for. */
export function checkSelection(
  classes: number,
  { classes: kept, perClass }: Pick<Selection, "classes" | "perClass">,
): void {
  if (perClass !== undefined && (!Number.isInteger(perClass) || perClass < 1)) {
    throw new Error(`expected a positive whole number of training images a class, found ${perClass}`);
  }
  const unknown = kept?.find((label) => label >= classes);
  if (unknown !== undefined) {
    throw new Error(`--classes: expected classes from 0 to ${classes - 1}, found ${unknown}`);
  }
}

/**
 * What a selection leaves of both splits of a set of `classes` classes; pixels of what is not kept are released.
 *
 * @throws if there is no such class, or it has fewer images than are asked for, or none are left under its label.
 */
export function select(
  { train, test }: Splits,
  classes: number,
  { classes: kept, perClass, imbalance, labelNoise }: Selection,
): Splits {
  checkSelection(classes, { classes: kept, perClass });
  const count = kept?.length ?? classes;
  if (kept !== undefined) {
    [train, test] = [train, test].map((split) => replaced(split, ofClasses(split, kept))) as [Split, Split];
  }
  if (imbalance !== undefined) {
    const largest = perClass ?? Math.min(...countsOf(train, count));
    train = replaced(train, firstOfEach(train, unbalancedCounts(largest, count, imbalance)));
  } else if (perClass !== undefined) {
    train = replaced(train, firstOfEach(train, new Array<number>(count).fill(perClass)));
  }
  if (labelNoise !== undefined) train = { ...train, labels: noisyLabels(train, count, labelNoise) };
  return { train, test };
}

function replaced(before: Split, after: Split): Split {
  releasePixels(before);
  return after;
}

function noisyLabels(train: Split, classes: number, noise: LabelNoise): Split["labels"] {
  const labels = withLabelNoise(train.labels, classes, noise);
  const empty = countsOf({ labels }, classes).indexOf(0);
  if (empty < 0) return labels;
  throw new Error(
    `--label-noise ${noise.fraction} with seed ${noise.seed} leaves class ${empty} no image: ` +
      "expected one of each class; take more images, less noise or another seed",
  );
}
