/** Loads images of a person's own: converted where that has not been done, their pixels left in the file. */
import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { type Dataset, fileDigestOf } from "../dataset.ts";
import { isThere } from "../../files.ts";
import { OWN_IMAGES } from "../registry.ts";
import { select, type Selection } from "../selection.ts";
import { convert, type ConvertOptions } from "./convert.ts";
import { readConverted, RECORD_FILE } from "./converted.ts";
import { findImages } from "./find.ts";

/** Folder of converted sets in the cache. */
const FOLDER = "images";

export interface OwnImages extends Selection, Pick<ConvertOptions, "size" | "onImage"> {
  /** A folder, or files with commas between them: see find.ts. */
  readonly path: string;
  /** Folder for what is converted. */
  readonly cache: string;
}

/** Throws where there are no such images, one cannot be read, or a class has too few for what is asked of it. */
export async function loadOwn({ path, size, cache, onImage, ...selection }: OwnImages): Promise<Dataset> {
  const found = await findImages(path);
  const key = createHash("sha256").update(JSON.stringify([resolve("."), found.files, size])).digest("hex");
  const folder = join(cache, FOLDER, `${found.title}-${size ?? "as-is"}-${key.slice(0, 12)}`);
  if (!await isThere(join(folder, RECORD_FILE))) {
    await convert(found, folder, { size, source: path, onImage });
  }
  const { record, train, test } = await readConverted(folder);
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
