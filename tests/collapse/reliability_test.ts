/** The bins of a calibration error, against NumPy. */
import assert from "node:assert/strict";
import { arraySource } from "../../src/collapse/array_source.ts";
import { measure } from "../../src/collapse/measure.ts";
import { runOracle, testWithNumPy } from "../oracle.ts";
import { type Case, gaussianCase } from "./features.ts";

const SCRIPT = `
import json, sys, numpy as np
case = json.load(sys.stdin)
n, d, c = case["count"], case["width"], case["classes"]
h, w = np.array(case["features"]).reshape(n, d), np.array(case["weight"]).reshape(c, d)
z = h @ w.T + np.array(case["bias"])
y = np.array(case["labels"])
def bins(z, y):
    p = np.exp(z - z.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    sure, right = p.max(1), p.argmax(1) == y
    place = np.digitize(sure, np.linspace(0, 1, 16)[1:-1], right=True)
    out = []
    for k in range(15):
        own = place == k
        out.append([int(own.sum()), sure[own].mean() if own.any() else None, right[own].mean() if own.any() else None])
    return out
print(json.dumps([bins(z, y), bins(z[1::2] / case["temperature"], y[1::2])]))`;

/** Labels of which three in four are what the classifier decides, so that a temperature fits. */
function mostlyDecided({ features, labels, weight, bias, width, classes }: Case): Int32Array {
  return Int32Array.from(labels, (label, i) => {
    if (i % 8 < 2) return label;
    const logits = Array.from({ length: classes }, (_, c) => {
      let sum = bias[c]!;
      for (let k = 0; k < width; k++) sum += weight[c * width + k]! * features[i * width + k]!;
      return sum;
    });
    return logits.indexOf(Math.max(...logits));
  });
}

testWithNumPy("the bins of a calibration error are NumPy's to 1e-9", async () => {
  const sharp = gaussianCase({ counts: [60, 40, 50, 50], width: 6, spread: 1.5, seed: 5 });
  // Short rows, so that confidence comes in all sizes.
  const drawn = { ...sharp, weight: sharp.weight.map((x) => 0.3 * x) };
  const test = { ...drawn, labels: mostlyDecided(drawn) };
  const { outcomes, values } = await measure(
    { train: arraySource(test), test: arraySource(test), classifier: test },
    { metrics: ["calibration"] },
  );
  const { features, labels, weight, bias, width, classes } = test;
  const input = {
    ...{ width, classes, count: labels.length, temperature: values.calibration_temperature_test },
    ...{ features: Array.from(features), labels: Array.from(labels) },
    ...{ weight: Array.from(weight), bias: Array.from(bias) },
  };
  const output = await runOracle(SCRIPT, [], new TextEncoder().encode(JSON.stringify(input)));
  const expected: (number | null)[][][] = JSON.parse(new TextDecoder().decode(output));
  for (const [i, name] of ["calibration_ece_test", "calibration_ece_scaled_test"].entries()) {
    const outcome = outcomes[name]!;
    assert.ok("value" in outcome && outcome.bins !== undefined);
    const { bins } = outcome;
    assert.ok(bins.filter(({ count }) => count > 0).length > 3);
    for (const [k, { count, confidence, accuracy }] of bins.entries()) {
      const [n, sure, right] = expected[i]![k]!;
      assert.equal(count, n);
      assert.ok(Math.abs((confidence ?? -1) - (sure ?? -1)) < 1e-9, `${name}, bin ${k}`);
      assert.ok(Math.abs((accuracy ?? -1) - (right ?? -1)) < 1e-9, `${name}, bin ${k}`);
    }
  }
});
