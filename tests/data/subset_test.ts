import assert from "node:assert/strict";
import { countsOf, firstOfEach, ofClasses } from "../../src/data/subset.ts";
import { drawnLabels, indicesIn, splitOf } from "./splits.ts";

Deno.test("the first images of each class are kept whole, in their original order", () => {
  const subset = firstOfEach(splitOf([1, 0, 0, 1, 0, 2, 2, 1]), [2, 1, 2]);
  assert.deepEqual([...subset.labels], [1, 0, 0, 2, 2]);
  assert.deepEqual(indicesIn(subset), [0, 1, 2, 5, 6]);
  assert.equal(subset.count, 5);
});

Deno.test("each class keeps as many images as are asked for, and the images their labels", () => {
  for (let seed = 0; seed < 20; seed++) {
    const labels = drawnLabels(200, 4, seed);
    const whole = splitOf(labels);
    const counts = countsOf(whole, 4).map((count, label) => count - label * 3 - seed);
    const subset = firstOfEach(whole, counts);
    assert.deepEqual(countsOf(subset, 4), counts);
    assert.deepEqual([...subset.labels], indicesIn(subset).map((i) => labels[i]));
  }
});

Deno.test("a subset that a class is too small for is refused, with the largest possible", () => {
  assert.throws(
    () => firstOfEach(splitOf([0, 0, 0, 1, 1, 1, 2]), [2, 2, 2]),
    new Error("expected 2 training images of class 2, found 1; ask for at most 1 with --per-class"),
  );
  assert.throws(() => firstOfEach(splitOf([0, 1]), [1, 1, 1]), /of class 2, found 0/);
});

Deno.test("classes that are kept get their labels by the order in which they are named", () => {
  const kept = ofClasses(splitOf([3, 0, 1, 3, 2, 0]), [3, 0]);
  assert.deepEqual([...kept.labels], [0, 1, 0, 1]);
  assert.deepEqual(indicesIn(kept), [0, 1, 3, 5]);
  assert.equal(kept.count, 4);
});

Deno.test("a split whose classes are all kept in their order stays as it is", () => {
  const whole = splitOf(drawnLabels(50, 5, 1));
  assert.deepEqual(ofClasses(whole, [0, 1, 2, 3, 4]), whole);
});
