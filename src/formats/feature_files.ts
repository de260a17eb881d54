/** Features, labels and the classifier in files, by the names of their arrays, checked against each other. */
import type { ArrayFile } from "./byte_reader.ts";
import { readLabels, readNumbers, requireMatrix, requireShape } from "./role_arrays.ts";

/** What can be given: the stems of .npy files in a folder, and the names of arrays in a .npz or .safetensors file. */
export const ARRAY_NAMES = [
  "train_features",
  "train_labels",
  "weight",
  "bias",
  "test_features",
  "test_labels",
  "ood_features",
] as const;
export type ArrayName = (typeof ARRAY_NAMES)[number];

/** Arrays that lie in files, by their role. */
export type Arrays = { readonly [name in ArrayName]?: ArrayFile };

const REQUIRED: readonly ArrayName[] = ["train_features", "train_labels"];

/** So many labels can be counted: a compressed file of no size can say to hold more. */
const MAX_SAMPLES = 2 ** 31 - 1;

/** Features of one split in a file, with their labels in memory. */
export interface SplitFile {
  readonly features: ArrayFile;
  /** N entries in 0..C−1. */
  readonly labels: Int32Array;
}

/** All that was given, its sizes checked. */
export interface FeatureFiles {
  /** d. */
  readonly width: number;
  /** C, the rows of the weight; without one, one more than the largest training label. */
  readonly classes: number;
  readonly train: SplitFile;
  readonly test: SplitFile | null;
  readonly ood: SplitFile | null;
  /** Out-of-distribution features that have a name. */
  readonly oodSets: { readonly [set: string]: SplitFile };
  /** Null where no weight was given. */
  readonly classifier: { readonly weight: Float64Array; readonly bias: Float64Array | null } | null;
}

/**
 * Throws where what measuring needs is missing, or features are without labels, or labels without features. `place` says
 * where it was looked for, `remedy` what to do where it is missing.
 */
export function requireComplete(
  found: Arrays,
  { place, remedy }: { readonly place: string; readonly remedy: (name: ArrayName) => string },
): void {
  const missing = REQUIRED.find((name) => found[name] === undefined);
  if (missing !== undefined) {
    throw new Error(
      `expected ${REQUIRED.join(", ")} at least, found no ${missing} ${place}; ${remedy(missing)}`,
    );
  }
  for (const split of ["train", "test"] as const) {
    const [features, labels] = [`${split}_features`, `${split}_labels`] as const;
    const [there, gone] = found[features] ? [features, labels] : [labels, features];
    if (found[there] && !found[gone]) throw new Error(`expected ${gone} beside ${there}, found none`);
  }
}

/**
 * Reads labels and classifier, and checks every size against the classifier's, or without one against the training
 * features'. Reads no features.
 */
export async function openFeatureFiles(
  arrays: Arrays,
  oodArrays: { readonly [set: string]: ArrayFile } = {},
): Promise<FeatureFiles> {
  const { weight, bias } = arrays;
  const [count = 0, ownWidth = 0] = requireMatrix(arrays.train_features!, "features of samples × width");
  const labels = await readLabels(arrays.train_labels!, count);
  const [classes = 0, width = 0] = weight
    ? requireMatrix(weight, "a weight of classes × features")
    : [largest(labels) + 1, ownWidth];
  const bounds = weight
    ? { classes, width, like: "the weight has" }
    : { classes, width, like: "the training samples have" };
  if (bias && !weight) throw new Error(`${bias.title}: expected a weight beside the bias, found none`);
  if (bias) requireShape(bias, [classes], `one entry for each of the ${classes} rows of the weight`);
  const train = await openSplit(arrays.train_features!, { array: arrays.train_labels!, labels }, bounds);
  const oodSets: Record<string, SplitFile> = {};
  for (const [set, array] of Object.entries(oodArrays)) oodSets[set] = await openSplit(array, null, bounds);
  return {
    width,
    classes,
    oodSets,
    train,
    test: arrays.test_features && arrays.test_labels
      ? await openSplit(arrays.test_features, { array: arrays.test_labels }, bounds)
      : null,
    ood: arrays.ood_features ? await openSplit(arrays.ood_features, null, bounds) : null,
    classifier: weight
      ? { weight: await readNumbers(weight), bias: bias ? await readNumbers(bias) : null }
      : null,
  };
}

interface Bounds {
  readonly classes: number;
  readonly width: number;
  /** Who says so, for messages. */
  readonly like: string;
}

/** Labels of a split, read already or not. */
interface LabelFile {
  readonly array: ArrayFile;
  readonly labels?: Int32Array;
}

/** A split whose sizes fit the others'. */
async function openSplit(
  features: ArrayFile,
  labelFile: LabelFile | null,
  { classes, width, like }: Bounds,
): Promise<SplitFile> {
  const [count = 0, found] = requireMatrix(features, "features of samples × width");
  if (found !== width) {
    throw new Error(`${features.title}: expected width ${width}, as ${like}, found ${found}`);
  }
  if (count > MAX_SAMPLES) {
    throw new Error(`${features.title}: expected at most ${MAX_SAMPLES} samples, found ${count}`);
  }
  if (labelFile === null) return { features, labels: new Int32Array(count) };
  const labels = labelFile.labels ?? await readLabels(labelFile.array, count);
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    throw new Error(
      `${labelFile.array.title}: expected labels from 0 to ${classes - 1}, as ${like} ${classes} ` +
        `${like.includes("weight") ? "rows" : "classes"}, found ${labels[wrong]} at sample ${wrong}`,
    );
  }
  return { features, labels };
}

function largest(labels: Int32Array): number {
  return labels.reduce((a, b) => Math.max(a, b), 0);
}

/** Those of a file that have a role. */
export function withRoles(arrays: ReadonlyMap<string, ArrayFile>): Arrays {
  return Object.fromEntries([...arrays].filter(([name]) => ARRAY_NAMES.includes(name as ArrayName)));
}

/** Whether a path is named like a file of several arrays. */
export function isContainer(path: string): boolean {
  return /\.(npz|safetensors)$/.test(path);
}
