/** Loads images of a person's own: converted where that has not been done, their pixels left in the file. */
import { createHash } from "node:crypto";
import { dirname, join, resolve } from "node:path";
import { type Dataset, fileDigestOf, type ImageShape, type Split } from "../dataset.ts";
import { isThere } from "../../files.ts";
import { lockFolder, type OnWait } from "../lock_folder.ts";
import { OWN_IMAGES } from "../registry.ts";
import { select, type Selection } from "../selection.ts";
import { convert, type ConvertOptions, removeHalfConverted } from "./convert.ts";
import { type Converted, readConverted, RECORD_FILE } from "./converted.ts";
import { findImages, type FoundImages } from "./find.ts";
import type { OwnPart } from "./own_source.ts";

/** Folder of converted sets in the cache. */
const FOLDER = "images";

/** Images of a person's own, and where what is converted of them is kept. */
interface OwnPlace extends Pick<ConvertOptions, "size" | "onImage"> {
  /** A folder, or files with commas between them: see find.ts. */
  readonly path: string;
  /** Folder for what is converted. */
  readonly cache: string;
  readonly onWait?: OnWait | undefined;
}

export interface OwnImages extends Selection, OwnPlace {}

/** Throws where there are no such images, one cannot be read, or a class has too few for what is asked of it. */
export async function loadOwn(
  { path, size, cache, onImage, onWait, ...selection }: OwnImages,
): Promise<Dataset> {
  const found = await findImages(path);
  const { record, train, test } = await converted(found, { path, size, cache, onImage, onWait });
  const { classNames, shape, mean, std, title } = record;
  const kept = select({ train, test }, classNames.length, selection);
  const isWhole = Object.values(selection).every((value) => value === undefined);
  return {
    name: OWN_IMAGES,
    title,
    classes: selection.classes?.length ?? classNames.length,
    classNames: selection.classes?.map((label) => classNames[label]!) ?? classNames,
    shape,
    mean,
    std,
    ...kept,
    digest: isWhole ? record.digest : await fileDigestOf(kept.train, kept.test),
  };
}

/** Images that are only measured, whatever they show. */
export interface Pictures {
  readonly title: string;
  readonly shape: ImageShape;
  /** With label 0 each. */
  readonly images: Split;
  /** SHA-256 of pixels and labels. */
  readonly digest: string;
}

/** The test images at a place, or all where they are not told from others. Throws where there are none, or one cannot be read. */
export async function loadPictures(place: OwnPlace): Promise<Pictures> {
  const found = await findImages(place.path);
  const open = async () => ({ classNames: [], train: NO_PICTURES, test: await found.pictures() });
  const { record: { title, shape, digest }, test } = await converted({ ...found, open }, place, "pictures");
  return { title, shape, images: test, digest };
}

const NO_PICTURES: OwnPart = { labels: new Int32Array(), pictures: async function* () {} };

/** What is converted of them, now or before. `how` tells ways of reading the same files apart. */
async function converted(
  found: FoundImages,
  { path, size, cache, onImage, onWait }: OwnPlace,
  ...how: readonly string[]
): Promise<Converted> {
  const told = JSON.stringify([resolve("."), found.files, size, ...how]);
  const key = createHash("sha256").update(told).digest("hex");
  const folder = join(cache, FOLDER, `${found.title}-${size ?? "as-is"}-${key.slice(0, 12)}`);
  const isConverted = () => isThere(join(folder, RECORD_FILE));
  if (!await isConverted()) {
    using _lock = await lockFolder(dirname(folder), onWait);
    await removeHalfConverted(dirname(folder));
    // Another process may have converted them meanwhile.
    if (!await isConverted()) await convert(found, folder, { size, source: path, onImage });
  }
  return await readConverted(folder);
}
