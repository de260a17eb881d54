/** What there is to measure at the paths that somebody named. */
import { FormatError } from "../formats/error.ts";
import { ARRAY_NAMES, isContainer } from "../formats/feature_files.ts";
import { isCheckpoint } from "../formats/pth_arrays.ts";
import { holdsStatistics } from "../formats/statistics_files.ts";
import { arrayStore, openArraysAt } from "./array_store.ts";

/** What a single measurement is of. */
export type FeatureSubject =
  | { readonly kind: "features"; readonly container: string | undefined }
  /** Partial statistics, to be merged. */
  | { readonly kind: "statistics"; readonly paths: readonly string[] };

/** Features or statistics of an epoch of a training. */
export interface EpochSubject {
  readonly epoch: number;
  readonly path: string;
  readonly subject: FeatureSubject;
}

export type Subject =
  | FeatureSubject
  | {
    readonly kind: "series";
    /** Epochs ascending. */
    readonly epochs: readonly EpochSubject[];
    /** Names in the folder that end in no epoch, or hold nothing to measure. */
    readonly others: readonly string[];
  }
  | { readonly kind: "checkpoint" | "checkpoints"; readonly paths: readonly string[] };

/** Looks at names, and into .npz files. Without paths, features are meant whose files are named one by one. */
export async function subjectAt(paths: readonly string[]): Promise<Subject> {
  const [path, ...others] = paths;
  if (path === undefined) return { kind: "features", container: undefined };
  if (others.length > 0) return { kind: "statistics", paths };
  if (await holdsStatistics(arrayStore(path))) return { kind: "statistics", paths };
  if (isContainer(path)) return { kind: "features", container: path };
  const { isDirectory } = await statOf(path);
  if (isDirectory) return await subjectIn(path);
  if (isCheckpoint(path) && await holdsTrainFeatures(path)) {
    return { kind: "features", container: path };
  }
  if (isCheckpoint(path)) return { kind: "checkpoint", paths };
  throw new Error(`expected a .pth, .pt, .ckpt, .npz or .safetensors file, or a folder, found ${path}`);
}

/** Whether a file of torch.save holds features. What cannot be read holds none. */
async function holdsTrainFeatures(path: string): Promise<boolean> {
  try {
    return (await openArraysAt(path)).has("train_features");
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

async function subjectIn(folder: string): Promise<Subject> {
  const base = folder.replace(/\/+$/, "");
  const entries = await Array.fromAsync(Deno.readDir(folder));
  const names = entries.map(({ name }) => name).sort();
  const checkpoints = names.filter(isCheckpoint);
  // Files of torch.save are read whole: what the first holds stands for all.
  const [first] = checkpoints;
  if (first !== undefined && !await holdsTrainFeatures(`${base}/${first}`)) {
    const features = names.find((name) => /\d\.npz$/.test(name));
    if (features !== undefined) {
      throw new Error(
        `expected networks or features of epochs in ${folder}, found both: ${first} and ${features}; name one of them, ` +
          "or a folder of either",
      );
    }
    return { kind: "checkpoints", paths: checkpoints.map((name) => `${base}/${name}`) };
  }
  if (holdsFeatures(names)) return { kind: "features", container: folder };
  const epochs: EpochSubject[] = [];
  const others: string[] = [];
  for (const name of names) {
    const stem = isContainer(name) || isCheckpoint(name) ? name.slice(0, name.lastIndexOf(".")) : name;
    const [digits] = /\d+$/.exec(stem) ?? [];
    const subject = digits === undefined ? null : await featuresAt(`${base}/${name}`);
    if (subject === null) others.push(name);
    else epochs.push({ epoch: Number(digits), path: `${base}/${name}`, subject });
  }
  if (epochs.length === 0) {
    throw new Error(
      `expected .pth, .pt or .ckpt files in ${folder}, .npy files named ${ARRAY_NAMES.join(", ")}, ` +
        "or a folder or .npz file for each epoch, its number at the end of the name; found none",
    );
  }
  return { kind: "series", epochs: inOrder(epochs), others };
}

/** What a series may hold for an epoch: a file, a folder of .npy files, or one of statistics that are merged. */
async function featuresAt(path: string): Promise<FeatureSubject | null> {
  if (!(await statOf(path)).isDirectory) {
    if (isCheckpoint(path)) return { kind: "features", container: path };
    if (!isContainer(path)) return null;
    return await holdsStatistics(arrayStore(path))
      ? { kind: "statistics", paths: [path] }
      : { kind: "features", container: path };
  }
  const names = (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name).sort();
  if (holdsFeatures(names)) return { kind: "features", container: path };
  const parts = names.filter((name) => name.endsWith(".npz")).map((name) => `${path}/${name}`);
  return parts.length > 0 ? { kind: "statistics", paths: parts } : null;
}

function holdsFeatures(names: readonly string[]): boolean {
  return ARRAY_NAMES.some((name) => names.includes(`${name}.npy`));
}

/** By epoch. Throws where two have one. */
function inOrder(epochs: readonly EpochSubject[]): EpochSubject[] {
  const sorted = epochs.toSorted((a, b) => a.epoch - b.epoch);
  const twice = sorted.findIndex(({ epoch }, i) => i > 0 && epoch === sorted[i - 1]!.epoch);
  if (twice < 0) return sorted;
  throw new Error(
    `expected one file or folder an epoch, found ${sorted[twice - 1]!.path} and ${sorted[twice]!.path}`,
  );
}

/** Throws, naming it, where there is nothing at a path. */
export async function statOf(path: string): Promise<Deno.FileInfo> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new Error(`expected a file or a folder ${path}, found none`);
    }
    throw error;
  }
}
