/** Which images are test images where nobody says so, and the order in which training images are kept. */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** One in so many images of a class is a test image. */
const HELD_OUT = 5;

/** True for every fifth image of each class, counted in their order: the fifth, the tenth, … */
export function heldOut(labels: Int32Array): boolean[] {
  const seen = new Map<number, number>();
  return Array.from(labels, (label) => {
    const count = (seen.get(label) ?? 0) + 1;
    seen.set(label, count);
    return count % HELD_OUT === 0;
  });
}

/**
 * A place for each of `count` training images, all orders alike, always the same one: classes mix, so that neighbours in
 * the file can make a batch.
 */
export function mixedPlaces(count: number): Int32Array {
  const random = xoroshiro128plus(0);
  const places = Int32Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last--) {
    const other = uniformInt(random, 0, last);
    [places[last], places[other]] = [places[other]!, places[last]!];
  }
  return places;
}
