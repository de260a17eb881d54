import assert from "node:assert/strict";
import { digestOf, type Split } from "../../src/data/dataset.ts";
import { drawImages, drawnClassNames } from "../../src/data/drawn.ts";

const PIXELS = 3 * 32 * 32;

Deno.test("drawings are the same to the byte everywhere", () => {
  const ten = drawImages({ classes: 10, train: 200, test: 100 });
  assert.equal(
    digestOf(ten.train, ten.test),
    "71bb2137d4342e60f59befd09e05f31d07dff37d28bac796e9c9cf762a98c106",
  );
  const hundred = drawImages({ classes: 100, train: 200, test: 100 });
  assert.equal(
    digestOf(hundred.train, hundred.test),
    "dac0fb37710f53030d5b2970c585e59b5ed926832e4145c90885c369550ed38f",
  );
});

Deno.test("another seed draws other images", () => {
  const [a, b] = [1, 2].map((seed) => drawImages({ classes: 10, train: 10, test: 10, seed }));
  assert.notDeepEqual(a!.train.images, b!.train.images);
  assert.notDeepEqual(a!.test.images, b!.test.images);
});

Deno.test("a smaller set is the beginning of a larger one", () => {
  const small = drawImages({ classes: 10, train: 20, test: 10 });
  const large = drawImages({ classes: 10, train: 40, test: 30 });
  assert.deepEqual(small.train.images, large.train.images.subarray(0, 20 * PIXELS));
  assert.deepEqual(small.test.images, large.test.images.subarray(0, 10 * PIXELS));
});

Deno.test("every class is drawn equally often, and no image twice", () => {
  for (const classes of [10, 100] as const) {
    const { train, test } = drawImages({ classes, train: 300, test: 200 });
    for (const split of [train, test]) {
      const counts = new Array(classes).fill(0);
      split.labels.forEach((label) => counts[label] += 1);
      assert.deepEqual(counts, new Array(classes).fill(split.count / classes));
    }
    assert.equal(new Set([...imagesOf(train), ...imagesOf(test)].map((image) => image.join())).size, 500);
  }
});

Deno.test("every class has a name of its own", () => {
  for (const classes of [10, 100] as const) assert.equal(new Set(drawnClassNames(classes)).size, classes);
});

Deno.test("a linear model on pixels cannot tell the classes", () => {
  const { train, test } = drawImages({ classes: 10, train: 2000, test: 1000 });
  const accuracy = linearAccuracy(train, test, 10);
  assert.ok(accuracy < 0.3, `expected a test accuracy below 30 %, found ${100 * accuracy} %`);
  // The same model does learn what is linear: whether the left half is brighter than the right one.
  const control = linearAccuracy(withLabels(train, leftIsBrighter), withLabels(test, leftIsBrighter), 2);
  assert.ok(control > 0.9, `expected the control above 90 %, found ${100 * control} %`);
});

function imagesOf({ images, count }: Split): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => images.subarray(i * PIXELS, (i + 1) * PIXELS));
}

function withLabels(split: Split, labelOf: (image: Uint8Array) => number): Split {
  return { ...split, labels: Int32Array.from(imagesOf(split), labelOf) };
}

function leftIsBrighter(image: Uint8Array): number {
  return image.reduce((sum, value, i) => sum + (i % 32 < 16 ? value : -value), 0) > 0 ? 1 : 0;
}

/** Test accuracy of softmax regression on pixels, trained by 6 epochs of stochastic gradient descent. */
function linearAccuracy(train: Split, test: Split, classes: number): number {
  const weight = Array.from({ length: classes }, () => new Float64Array(PIXELS));
  const trainInputs = imagesOf(train).map(normalised);
  for (let epoch = 0; epoch < 6; epoch++) {
    trainInputs.forEach((x, sample) => {
      softmax(weight.map((w) => dot(w, x))).forEach((probability, c) => {
        addScaled(weight[c]!, x, 0.0003 * ((c === train.labels[sample] ? 1 : 0) - probability));
      });
    });
  }
  const correct = imagesOf(test).map(normalised).filter((x, sample) => {
    const logits = weight.map((w) => dot(w, x));
    return logits.indexOf(Math.max(...logits)) === test.labels[sample];
  });
  return correct.length / test.count;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addScaled(target: Float64Array, x: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i]! += factor * x[i]!;
}

function normalised(image: Uint8Array): Float64Array {
  return Float64Array.from(image, (value) => (value / 255 - 0.5) / 0.25);
}

function softmax(logits: number[]): number[] {
  const largest = Math.max(...logits);
  const exponentials = logits.map((logit) => Math.exp(logit - largest));
  const sum = exponentials.reduce((a, b) => a + b);
  return exponentials.map((value) => value / sum);
}
