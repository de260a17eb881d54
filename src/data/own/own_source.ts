/** Images of a person's own before they are converted, whatever holds them. */
import type { Picture } from "./picture.ts";

/** One part of them: images with their labels, in the order in which they are read. */
export interface OwnPart {
  /** One a picture, in 0..classes−1. */
  readonly labels: Int32Array;
  /** Read one by one, from the first on. Throws, naming the file, where one cannot be read. */
  readonly pictures: () => AsyncIterable<Picture>;
}

export interface OwnSource {
  /** One name a class, in the order of their labels. */
  readonly classNames: readonly string[];
  readonly train: OwnPart;
  /** Null where they are in one part: see convert.ts for what is held out then. */
  readonly test: OwnPart | null;
}

/** Pictures of which nobody asks what they show. */
export function unlabelled(pictures: OwnPart["pictures"], count: number): OwnPart {
  return { labels: new Int32Array(count), pictures };
}

/** The number of classes that labels name, which are to have at least one image each. Throws where one has none. */
export function requireClasses(classNames: readonly string[], { labels }: OwnPart, where: string): void {
  if (classNames.length < 2) {
    throw new Error(`${where}: expected images of at least 2 classes, found ${classNames.length}`);
  }
  const counts = new Uint32Array(classNames.length);
  for (const label of labels) counts[label]! += 1;
  const empty = counts.indexOf(0);
  if (empty >= 0) {
    throw new Error(`${where}: expected an image of each class, found none of ${classNames[empty]}`);
  }
}
