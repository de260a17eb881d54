/** Out-of-distribution images: the test images of other data sets, fed to a network as its training images are. */
import type { Dataset } from "../data/dataset.ts";
import { releasePixels } from "../data/dataset.ts";
import type { Images } from "../ffi/images.ts";
import type { Library } from "../ffi/library.ts";
import { resolveProtocol } from "../experiment/protocol.ts";
import type { OodRecord } from "../run/tables.ts";
import { loadImages, type LoadingProgress } from "./images.ts";
import { imagesOf } from "./session.ts";

/** A data set to take them from. */
export interface OodChoice {
  /** As the registry has it. */
  readonly set: string;
  /** Folder of an existing copy of it. */
  readonly data?: string | undefined;
}

/** What is held of them on a device, by the name of the set, and what is written down of each. */
export interface OodImages extends Disposable {
  readonly sets: ReadonlyMap<string, Images>;
  readonly records: readonly OodRecord[];
}

/** What the network was trained on: what its images look like and how they are fed to it. */
type TrainedOn = Pick<Dataset, "name" | "title" | "shape" | "mean" | "std" | "classes">;

/**
 * Loads and moves the sets to the device. Their pixels become (x/255 − mean) / std with mean and std of the training
 * images: normalised by their own, another data set would be shifted onto it. Throws where a set is the one that was
 * trained on, its images have another shape (none is resized), or it is not what `recorded` says of it.
 */
export async function openOod(
  library: Library,
  choices: readonly OodChoice[],
  { trained, device, recorded = [] }: {
    trained: TrainedOn;
    device: string;
    recorded?: readonly OodRecord[];
  },
  loading: LoadingProgress = {},
): Promise<OodImages> {
  using opened = new DisposableStack();
  const sets = new Map<string, Images>();
  const records: OodRecord[] = [];
  for (const { set, data } of choices) {
    if (set === trained.name) {
      throw new Error(
        `--ood ${set}: expected another data set than the network was trained on, found the same`,
      );
    }
    const dataset = await loadImages(resolveProtocol(set, { data: { perClass: null } }), data, loading);
    releasePixels(dataset.train);
    const record = { set, title: dataset.title, digest: dataset.digest, images: dataset.test.count };
    requireFit(dataset, trained);
    requireRecorded(record, recorded);
    const { mean, std, classes } = trained;
    const labels = new Int32Array(dataset.test.count);
    const { shape, test } = dataset;
    const moved = imagesOf(library, { shape, classes, mean, std }, { ...test, labels }, { device });
    sets.set(set, opened.use(moved));
    releasePixels(dataset.test);
    records.push(record);
  }
  const owner = opened.move();
  return { sets, records, [Symbol.dispose]: () => owner.dispose() };
}

/**
 * The sets that columns of these names are of, each from where `asked` says; those that are not asked for are looked for
 * where data sets are.
 */
export function choicesFor(sets: readonly string[], asked: readonly OodChoice[]): readonly OodChoice[] {
  return sets.map((set) => asked.find((choice) => choice.set === set) ?? { set });
}

function requireFit(dataset: Dataset, trained: TrainedOn): void {
  const [found, expected] = [dataset, trained].map(({ shape }) => shape.join("×"));
  if (found === expected) return;
  throw new Error(
    `--ood ${dataset.name}: expected images of ${expected}, as ${trained.title} has (none is resized), found ${found}`,
  );
}

function requireRecorded({ set, digest }: OodRecord, recorded: readonly OodRecord[]): void {
  const before = recorded.find((record) => record.set === set);
  if (before === undefined || before.digest === digest) return;
  const [expected, found] = [before.digest, digest].map((digits) => `${digits.slice(0, 12)}…`);
  throw new Error(
    `--ood ${set}: expected the images that other checkpoints were measured on (digest ${expected}), found others ` +
      `(${found}); name the folder that holds them with --ood ${set}=FOLDER, or measure all anew with --again`,
  );
}
