/** Which epoch each of many files is of: the number at the end of its name, or of its folder's for .npy files. */
import { isArrayFile } from "../../formats/array_file.ts";
import type { EpochFiles, NamedFile } from "./messages.ts";

export interface Grouped {
  /** Ascending. */
  readonly epochs: readonly EpochFiles[];
  /** What was left out, and what an epoch was taken for, as sentences. */
  readonly notes: readonly string[];
}

/** Throws where there is no file of arrays. */
export function byEpoch(all: readonly NamedFile[]): Grouped {
  const files = all.filter(({ path }) => isArrayFile(path));
  if (files.length === 0) {
    throw new Error(
      `expected .npy, .npz, .safetensors or .pth files, found ${
        all.length === 0 ? "none" : all.slice(0, 3).map(({ path }) => path).join(", ")
      }`,
    );
  }
  const groups = Map.groupBy(files, ({ path }) => epochIn(path));
  const unnumbered = groups.get(null);
  if (groups.size === 1 && unnumbered !== undefined) {
    return {
      epochs: [{ epoch: 1, files: unnumbered }],
      notes: ["Taken for epoch 1, as no name says which."],
    };
  }
  const epochs = [...groups].flatMap(([epoch, files]) => epoch === null ? [] : [{ epoch, files }])
    .sort((a, b) => a.epoch - b.epoch);
  const left = (unnumbered ?? []).map(({ path }) => path);
  return {
    epochs,
    notes: left.length === 0 ? [] : [`Left out, for no epoch at the end of the name: ${left.join(", ")}.`],
  };
}

function epochIn(path: string): number | null {
  const name = path.endsWith(".npy") ? path.split("/").at(-2) ?? "" : path.replace(/\.[^./]+$/, "");
  const [, digits] = /(\d+)$/.exec(name) ?? [];
  return digits === undefined ? null : Number(digits);
}
