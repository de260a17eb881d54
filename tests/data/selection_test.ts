import assert from "node:assert/strict";
import { select } from "../../src/data/selection.ts";
import { countsOf } from "../../src/data/subset.ts";
import { drawnLabels, indicesIn, splitOf } from "./splits.ts";

const TRAIN = drawnLabels(250, 5, 7);
const TEST = drawnLabels(60, 5, 8);
/** Anew each time: the pixels of what is not kept are released. */
const splits = () => ({ train: splitOf(TRAIN), test: splitOf(TEST) });

Deno.test("without a selection all stays as it is", () => {
  assert.deepEqual(select(splits(), 5, {}), splits());
});

Deno.test("classes are kept in both splits, images a class and new labels in the training split alone", () => {
  const noise = { fraction: 0.3, seed: 5 };
  const { train, test } = select(splits(), 5, { classes: [4, 1, 2], perClass: 20, labelNoise: noise });
  const kept = (labels: number[]) =>
    labels.flatMap((label, i) => [4, 1, 2].includes(label) ? [{ i, label: [4, 1, 2].indexOf(label) }] : []);
  const right = indicesIn(train).map((i) => [4, 1, 2].indexOf(TRAIN[i]!));
  assert.deepEqual(countsOf({ labels: Int32Array.from(right) }, 3), [20, 20, 20]);
  const wrong = [...train.labels].filter((label, i) => label !== right[i]).length;
  assert.ok(wrong > 0 && wrong <= 18, String(wrong));
  assert.deepEqual(indicesIn(test), kept(TEST).map(({ i }) => i));
  assert.deepEqual([...test.labels], kept(TEST).map(({ label }) => label));
});

Deno.test("classes that the set does not have are refused", () => {
  assert.throws(
    () => select(splits(), 5, { classes: [0, 9] }),
    /^Error: --classes: expected classes from 0 to 4, found 9$/,
  );
});

Deno.test("the largest of unbalanced classes has as many images as are asked for, else as the smallest had", () => {
  const imbalance = { profile: "step", ratio: 0.5 } as const;
  const counts = countsOf(splits().train, 5);
  const least = Math.min(...counts);
  const small = Math.floor(least / 2);
  const asked = select(splits(), 5, { imbalance, perClass: 10 });
  assert.deepEqual(countsOf(asked.train, 5), [10, 10, 10, 5, 5]);
  assert.deepEqual(countsOf(select(splits(), 5, { imbalance }).train, 5), [
    least,
    least,
    least,
    small,
    small,
  ]);
  assert.deepEqual(asked.test, splits().test);
});

Deno.test("labels that leave a class without an image are refused", () => {
  const few = { train: splitOf([0, 1, 2, 3]), test: splitOf([0]) };
  assert.throws(
    () => select(few, 4, { labelNoise: { fraction: 1, seed: 0 } }),
    /^Error: --label-noise 1 with seed 0 leaves class \d no image: expected one of each class; take more images/,
  );
});

Deno.test("a number of images a class that is not a positive whole number is refused", () => {
  for (const perClass of [0, -1, 1.5, NaN]) {
    assert.throws(
      () => select(splits(), 5, { perClass }),
      /expected a positive whole number of training images a class/,
    );
  }
});
