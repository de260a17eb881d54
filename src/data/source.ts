/** A data set before it is loaded. */
import type { FilePlaces, FileSet } from "./copies.ts";
import type { Dataset, Split } from "./dataset.ts";

/** A data set that can be loaded: what is known of it beforehand, and how to get its images. */
export interface Source extends Omit<Dataset, "name" | "train" | "test" | "digest"> {
  /** Where its files come from; absent for sets drawn by code. */
  readonly files?: FileSet;
  /**
   * Reads both splits from the paths of its files, in their order. Of training images no more are needed than the first
   * `perClass` of each class, where it is given.
   */
  readonly read: (paths: readonly string[], perClass?: number) => Promise<Splits>;
  /** The same images as another library keeps them; taken where they are there and `files` are not. */
  readonly other?: {
    readonly files: FilePlaces;
    readonly read: (paths: readonly string[]) => Promise<Splits>;
  };
}

/** Both splits, whole but for training images that nobody asked for. */
export interface Splits {
  readonly train: Split;
  readonly test: Split;
}
