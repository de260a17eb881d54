import assert from "node:assert/strict";
import { arraySource } from "../../src/collapse/array_source.ts";
import { bootstrap } from "../../src/collapse/bootstrap.ts";
import { measure } from "../../src/collapse/measure.ts";
import { type Case, gaussianCase, simplexCase } from "./features.ts";

const CASE = gaussianCase({ counts: [40, 25, 35], width: 4 });
const INPUT = { train: arraySource(CASE), test: arraySource(CASE), classifier: CASE };
const METRICS = ["nc1_quotient_train", "train_accuracy", "equinorm_weights"];

Deno.test("equal seeds give equal intervals, and other seeds others", async () => {
  const once = await bootstrap(INPUT, { metrics: METRICS, replicates: 5, seed: 1 });
  assert.deepEqual(await bootstrap(INPUT, { metrics: METRICS, replicates: 5, seed: 1 }), once);
  assert.notDeepEqual(await bootstrap(INPUT, { metrics: METRICS, replicates: 5, seed: 2 }), once);
});

Deno.test("the interval of an accuracy has the width that the binomial errors of the classes predict", async () => {
  const { values } = await measure(INPUT, { metrics: METRICS });
  const { train_accuracy: { low, high, replicates } } = await bootstrap(INPUT, {
    metrics: METRICS,
    replicates: 400,
  });
  const accuracy = values["train_accuracy"] ?? NaN;
  const predicted = 2 * 1.96 * 100 * Math.sqrt(varianceOfCorrect(CASE)) / CASE.labels.length;
  assert.equal(replicates, 400);
  assert.ok(low < accuracy && accuracy < high, `${low} ${accuracy} ${high}`);
  assert.ok(Math.abs((high - low) / predicted - 1) < 0.25, `${high - low} against ${predicted}`);
});

Deno.test("resampling within classes leaves collapsed features and the classifier as they are", async () => {
  const simplex = simplexCase();
  const train = arraySource({ ...simplex, features: simplex.features.map(Math.fround) });
  const intervals = await bootstrap({ train, classifier: simplex }, { replicates: 3 });
  assert.equal(intervals["within_class_variation"].high, 0);
  assert.equal(intervals["equinorm_weights"].low, intervals["equinorm_weights"].high);
  assert.equal(intervals["test_accuracy"], undefined);
});

Deno.test("too few replicates and a confidence outside 0 to 1 are refused", async () => {
  await assert.rejects(bootstrap(INPUT, { replicates: 1 }), /expected at least 2 replicates, found 1/);
  await assert.rejects(bootstrap(INPUT, { confidence: 1 }), /expected a confidence between 0 and 1, found 1/);
});

/** Σ_c n_c p_c (1 − p_c), p_c the accuracy of class c. */
function varianceOfCorrect({ features, labels, width, classes, weight, bias }: Case): number {
  const hits = new Float64Array(classes), counts = new Float64Array(classes);
  labels.forEach((label, i) => {
    const logits = Array.from(bias, (b, c) => {
      for (let k = 0; k < width; k++) b += weight[c * width + k] * features[i * width + k];
      return b;
    });
    counts[label]++;
    if (logits.indexOf(Math.max(...logits)) === label) hits[label]++;
  });
  return hits.reduce((sum, hit, c) => sum + hit * (1 - hit / counts[c]), 0);
}
