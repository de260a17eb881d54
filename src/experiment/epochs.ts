/** Lists of epochs: whether they fit a run, and how they are told. */
import type { Field } from "../fields.ts";

/** Why a list is not one of ascending epochs from `first` to `last`, in a sentence; null where it is. */
export function misplaced(
  { option }: Pick<Field, "option">,
  list: readonly number[],
  { first, last, epochs }: { first: number; last: number; epochs: number },
): string | null {
  const wrong = list.findIndex((epoch, i) =>
    epoch < first || epoch > last || (i > 0 && epoch <= list[i - 1]!)
  );
  return wrong < 0
    ? null
    : `--${option}: expected ascending epochs from ${first} to ${last} in a run of ${epochs} epochs, found ${
      list.join(", ")
    }`;
}

/** "1, 5 to 350 in steps of 5": an ascending list with its even stretches shortened. */
export function describeSteps(epochs: readonly number[]): string {
  const parts: string[] = [];
  let start = 0;
  while (start < epochs.length) {
    const step = epochs[start + 1]! - epochs[start]!;
    let end = start;
    while (end + 1 < epochs.length && epochs[end + 1]! - epochs[end]! === step) end++;
    // A stretch shorter than four is easier to read written out, one by one: the next stretch may start inside it.
    if (end - start >= 3) parts.push(`${epochs[start]} to ${epochs[end]} in steps of ${step}`);
    else end = start, parts.push(String(epochs[start]));
    start = end + 1;
  }
  return parts.join(", ");
}
