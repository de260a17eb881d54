import assert from "node:assert/strict";
import { withLabelNoise } from "../../src/data/label_noise.ts";
import { epochOrder } from "../../src/train/order.ts";
import { drawnLabels } from "./splits.ts";

const CLASSES = 5;

Deno.test("labels are drawn anew on the share of the images that is asked for, from all classes alike", () => {
  for (const fraction of [0.1, 0.5, 1]) {
    const count = 20_000;
    // No label that is drawn is a right one.
    const labels = new Int32Array(count).fill(CLASSES);
    const noisy = withLabelNoise(labels, CLASSES, { fraction, seed: 3 });
    const drawn = [...noisy].filter((label) => label !== CLASSES);
    assert.equal(drawn.length, fraction * count);
    for (let label = 0; label < CLASSES; label++) {
      const share = drawn.filter((other) => other === label).length / drawn.length;
      const deviation = Math.sqrt(0.2 * 0.8 / drawn.length);
      assert.ok(Math.abs(share - 0.2) < 4 * deviation, `${share} of class ${label}`);
    }
  }
});

Deno.test("images with new labels lie anywhere among all", () => {
  const noisy = withLabelNoise(new Int32Array(20_000).fill(CLASSES), CLASSES, { fraction: 0.5, seed: 8 });
  const inFirstHalf = noisy.subarray(0, 10_000).filter((label) => label !== CLASSES).length;
  assert.ok(Math.abs(inFirstHalf - 5_000) < 4 * Math.sqrt(2_500 / 2), String(inFirstHalf));
});

Deno.test("one seed gives the same labels each time, another one others, and no noise those of before", () => {
  const labels = Int32Array.from(drawnLabels(300, CLASSES, 1));
  const before = labels.slice();
  const noisy = withLabelNoise(labels, CLASSES, { fraction: 0.4, seed: 9 });
  assert.deepEqual(labels, before);
  assert.deepEqual(withLabelNoise(labels, CLASSES, { fraction: 0.4, seed: 9 }), noisy);
  assert.notDeepEqual(withLabelNoise(labels, CLASSES, { fraction: 0.4, seed: 10 }), noisy);
  assert.deepEqual(withLabelNoise(labels, CLASSES, { fraction: 0, seed: 9 }), labels);
});

Deno.test("the share is rounded to whole images", () => {
  const labels = new Int32Array(7).fill(CLASSES);
  const noisy = withLabelNoise(labels, CLASSES, { fraction: 0.5, seed: 0 });
  assert.equal(noisy.filter((label) => label !== CLASSES).length, 4);
});

Deno.test("the labels of a seed are the same on every platform and in every version", () => {
  const labels = new Int32Array(12).fill(CLASSES);
  assert.deepEqual(
    [...withLabelNoise(labels, CLASSES, { fraction: 0.5, seed: 1 })],
    [1, 3, 5, 3, 5, 3, 2, 5, 5, 3, 5, 5],
  );
});

Deno.test("images are not chosen in the order of an epoch", () => {
  const noisy = withLabelNoise(new Int32Array(1000).fill(CLASSES), CLASSES, { fraction: 0.5, seed: 4 });
  const chosen = new Set([...noisy.keys()].filter((i) => noisy[i] !== CLASSES));
  const halves = [1, 2, 3].map((epoch) => [...epochOrder(4, epoch, 1000)].slice(500));
  for (const half of halves) {
    const both = half.filter((i) => chosen.has(Number(i))).length;
    assert.ok(Math.abs(both - 250) < 60, String(both));
  }
});
