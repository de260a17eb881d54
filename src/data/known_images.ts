/** Tells images again, pixel for pixel, whatever set, folder or file they come from. */
import { createHash } from "node:crypto";
import { eachImage, type Split } from "./dataset.ts";

/** SHA-256 of the pixels of each image. */
export type KnownImages = ReadonlySet<string>;

export async function knownImages(splits: readonly Split[]): Promise<KnownImages> {
  const known = new Set<string>();
  for (const split of splits) {
    for await (const image of eachImage(split)) known.add(digestOfImage(image));
  }
  return known;
}

/** How many images of a split are known. */
export async function countKnown(split: Split, known: KnownImages): Promise<number> {
  let count = 0;
  for await (const image of eachImage(split)) {
    if (known.has(digestOfImage(image))) count += 1;
  }
  return count;
}

function digestOfImage(pixels: Uint8Array): string {
  return createHash("sha256").update(pixels).digest("base64");
}
