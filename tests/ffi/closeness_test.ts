/** The measure of closeness that every comparison of tensors rests on. */
import { equal, throws } from "node:assert/strict";
import { entryError, largestOf, relativeError } from "./native.ts";

Deno.test("a relative error is that of the largest difference to the largest value", () => {
  equal(relativeError([1, 2, 3], [1, 2, 4]), 0.25);
  equal(relativeError([1n, -8n], [1n, -4n]), 1);
  equal(relativeError([0.5], [0]), 0.5);
});

Deno.test("a value that is not finite is never close, wherever it stands", () => {
  for (let place = 0; place < 4; place++) {
    for (const wrong of [NaN, Infinity, -Infinity]) {
      const damaged = [1, 2, 3, 4].with(place, wrong);
      for (const [a, b] of [[damaged, [1, 2, 3, 4]], [[1, 2, 3, 4], damaged], [damaged, damaged]] as const) {
        equal(relativeError(a, b) < 1e300, false, `${a} against ${b}`);
      }
    }
  }
  equal(relativeError([NaN, NaN, NaN, 4], [1, 2, 3, 4]), NaN);
});

Deno.test("the largest of some errors is NaN where one is", () => {
  equal(largestOf([1, 3, 2]), 3);
  equal(largestOf([1, NaN, 2]), NaN);
});

Deno.test("nothing compared is no success", () => {
  throws(() => largestOf([]), /expected errors to choose the largest of, found none/);
  throws(() => relativeError([], []), /expected values to compare, found none/);
  throws(() => relativeError([1], [1, 2]), /expected 2 values, found 1/);
});

Deno.test("an error of entries holds small ones to their own size, down to a thousandth of the largest", () => {
  equal(entryError([1000, 1.5], [1000, 1]), 0.25);
  equal(entryError([1000, 0.5], [1000, 0]), 0.5);
  equal(entryError([0, 0], [0, 0]), 0);
  equal(relativeError([1000, 1.5], [1000, 1]), 0.0005);
  for (const damaged of [[NaN, 1], [1000, NaN]]) equal(entryError(damaged, [1000, 1]), NaN);
  throws(() => entryError([], []), /found none/);
});
