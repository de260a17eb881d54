/** Out-of-distribution images: the test images of other data sets, or a person's own, fed to a network as its training images are. */
import { type Dataset, type ImageShape, releasePixels, type Split } from "../data/dataset.ts";
import { countKnown, type KnownImages, knownImages } from "../data/known_images.ts";
import type { Pictures } from "../data/own/load.ts";
import type { Images } from "../ffi/images.ts";
import type { Library } from "../ffi/library.ts";
import { resolveProtocol } from "../experiment/protocol.ts";
import type { OodRecord } from "../run/tables.ts";
import { loadImages, type LoadingProgress, loadOwnPictures } from "./images.ts";
import { imagesOf } from "./session.ts";

/** A data set to take them from, or a person's own images. */
export interface OodChoice {
  /** As the registry has it; or what a person's own images are called. */
  readonly set: string;
  /** Folder of an existing copy of it. */
  readonly data?: string | undefined;
  /** Where a person's own images are. */
  readonly path?: string | undefined;
}

/** What is held of them on a device, by the name of the set, and what is written down of each. */
export interface OodImages extends Disposable {
  readonly sets: ReadonlyMap<string, Images>;
  readonly records: readonly OodRecord[];
}

/** What the network was trained on, before its pixels are released: its images, and how they are fed to it. */
type TrainedOn = Pick<Dataset, "name" | "title" | "shape" | "mean" | "std" | "classes" | "train" | "test">;

/** Data sets share an image now and then; a larger part of known ones is no foreign set. */
const MOST_KNOWN = 0.01;

/**
 * Loads and moves the sets to the device. Their pixels become (x/255 − mean) / std with mean and std of the training
 * images: normalised by their own, another data set would be shifted onto it. Throws where a set is the one that was
 * trained on, or more than 1 % of it are images that were trained or tested on; where its images have another shape
 * (those of data sets are not resized), or it is not what `recorded` says of it.
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
  requireOtherSets(choices, trained.name);
  const known = choices.length === 0 ? new Set<string>() : await knownImages([trained.train, trained.test]);
  for (const choice of choices) {
    const { set, path } = choice;
    const { title, digest, shape, images } = await picturesOf(choice, trained, loading);
    const record = { set, title, digest, images: images.count, ...path !== undefined && { path } };
    requireFit(set, shape, trained);
    await requireForeign(set, images, { known, title: trained.title });
    requireRecorded(record, recorded);
    const { mean, std, classes } = trained;
    const labels = new Int32Array(images.count);
    const moved = imagesOf(library, { shape, classes, mean, std }, { ...images, labels }, { device });
    sets.set(set, opened.use(moved));
    releasePixels(images);
    records.push(record);
  }
  const owner = opened.move();
  return { sets, records, [Symbol.dispose]: () => owner.dispose() };
}

function requireOtherSets(choices: readonly OodChoice[], trained: string): void {
  if (choices.every(({ set, path }) => path !== undefined || set !== trained)) return;
  throw new Error(
    `--ood ${trained}: expected another data set than the network was trained on, found the same; name another, or ` +
      "put images of classes that --classes leaves out into a folder of their own",
  );
}

async function picturesOf(
  { set, data, path }: OodChoice,
  trained: TrainedOn,
  loading: LoadingProgress,
): Promise<Pictures> {
  if (path !== undefined) {
    const [, height, width] = trained.shape;
    try {
      return await loadOwnPictures({ path, size: height === width ? height : null }, loading);
    } catch (error) {
      throw new Error(`--ood ${set}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  }
  const dataset = await loadImages(resolveProtocol(set, { data: { perClass: null } }), data, loading);
  releasePixels(dataset.train);
  const { title, shape, digest, test: images } = dataset;
  return { title, shape, digest, images };
}

/**
 * The sets that columns of these names are of, each from where `asked` says; those that are not asked for are looked for
 * where `recorded` says that a person's own images were, or where data sets are.
 */
export function choicesFor(
  sets: readonly string[],
  asked: readonly OodChoice[],
  recorded: readonly OodRecord[],
): readonly OodChoice[] {
  return sets.map((set) => {
    const choice = asked.find((choice) => choice.set === set);
    if (choice !== undefined) return choice;
    const path = recorded.find((record) => record.set === set)?.path;
    return { set, ...path !== undefined && { path } };
  });
}

function requireFit(set: string, shape: ImageShape, trained: TrainedOn): void {
  const [found, expected] = [shape, trained.shape].map((sides) => sides.join("×"));
  if (found === expected) return;
  throw new Error(
    `--ood ${set}: expected images of ${expected}, as ${trained.title} has (those of data sets are not resized), ` +
      `found ${found}`,
  );
}

async function requireForeign(
  set: string,
  images: Split,
  { known, title }: { known: KnownImages; title: string },
): Promise<void> {
  const found = await countKnown(images, known);
  if (found <= MOST_KNOWN * images.count) return;
  throw new Error(
    `--ood ${set}: expected images that the network was neither trained nor tested on, found ${found} of ` +
      `${images.count} among those of ${title}, pixel for pixel; leave them out, or name others`,
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
