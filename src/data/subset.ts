/** Parts of a split: some of its classes, and the first images of each. */
import type { Split } from "./dataset.ts";

/** The images of some classes in their original order; the i-th of `classes` is class i of what is kept. */
export function ofClasses(split: Split, classes: readonly number[]): Split {
  const labels = new Map(classes.map((label, i) => [label, i]));
  const kept = indices(split).filter((i) => labels.has(split.labels[i]!));
  const part = pick(split, kept);
  return { ...part, labels: part.labels.map((label) => labels.get(label)!) };
}

/**
 * The first `counts[c]` images of each class c, in their original order.
 *
 * @throws if a class has fewer images than that.
 */
export function firstOfEach(split: Split, counts: readonly number[]): Split {
  const there = countsOf(split, counts.length);
  const short = there.findIndex((count, label) => count < counts[label]!);
  if (short >= 0) {
    throw new Error(
      `expected ${counts[short]} training images of class ${short}, found ${there[short]}; ` +
        `ask for at most ${Math.min(...there)} with --per-class`,
    );
  }
  const taken = new Array<number>(counts.length).fill(0);
  return pick(split, indices(split).filter((i) => taken[split.labels[i]!]!++ < counts[split.labels[i]!]!));
}

/** How many images each class has. */
export function countsOf({ labels }: Pick<Split, "labels">, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]! += 1;
  return counts;
}

function indices({ count }: Split): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function pick(split: Split, samples: readonly number[]): Split {
  const labels = Int32Array.from(samples, (sample) => split.labels[sample]!);
  const count = samples.length;
  if (split.file !== undefined) {
    const { rows } = split.file;
    const kept = Int32Array.from(samples, (sample) => rows === null ? sample : rows[sample]!);
    return { images: new Uint8Array(), labels, count, file: { ...split.file, rows: kept } };
  }
  const size = split.images.length / split.count;
  const images = new Uint8Array(samples.length * size);
  samples.forEach((sample, i) =>
    images.set(split.images.subarray(sample * size, (sample + 1) * size), i * size)
  );
  return { images, labels, count };
}
