/** What definitions say of each other, and what they are blind to: the relations that their notes state. */
import assert from "node:assert/strict";
import { arraySource } from "../../src/collapse/array_source.ts";
import { symmetricEigen } from "../../src/collapse/eigen.ts";
import { measure, type MeasureResult } from "../../src/collapse/measure.ts";
import { type Case, gaussian, gaussianCase, simplexCase } from "./features.ts";

const BALANCED = gaussianCase({ counts: [30, 30, 30, 30, 30], width: 12 });
const UNBALANCED = gaussianCase({ counts: [50, 7, 21, 2, 33, 12], width: 9 });

async function valuesOf(train: Case, test: Case = train): Promise<MeasureResult["values"]> {
  const input = { train: arraySource(train), test: arraySource(test), classifier: train };
  return (await measure(input, { metrics: "all" })).values;
}

function assertClose(
  found: number | null | undefined,
  expected: number,
  what: string,
  tolerance = 1e-10,
): void {
  assert.ok(typeof found === "number", what);
  assert.ok(
    Math.abs(found - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${what}: ${found}, ${expected}`,
  );
}

Deno.test("where classes are equal the SELI geometry of the classifier is the simplex", async () => {
  const values = await valuesOf(BALANCED);
  assertClose(values.nc2_seli_weights, values.nc2_etf_weights!, "nc2_seli_weights");
});

Deno.test("the class that varies most is above the mean of equal classes, which is C times the variation of all", async () => {
  const values = await valuesOf(BALANCED);
  const mean = 5 * values.within_class_variation!;
  assert.ok(values.nc1_worst_class_train! > mean && values.nc1_worst_class_train! < 5 * mean);
});

Deno.test("weak test collapse is never above strong test collapse, and equals it where every decision is right", async () => {
  const noisy = gaussianCase({ counts: [30, 30, 30, 30, 30], width: 12, seed: 2 });
  const far = await valuesOf(BALANCED, noisy);
  assert.ok(far.nc1_weak_test! < far.nc1_strong_test!);
  const near = await valuesOf(gaussianCase({ counts: [9, 9, 9], width: 6, spread: 0.01 }));
  assert.ok(near.nc1_strong_test! > 0);
  assertClose(near.nc1_weak_test! / near.nc1_strong_test!, 1, "weak over strong");
  const own = await valuesOf(UNBALANCED);
  assertClose(own.nc1_rnc1_test, own.nc1_rnc1_train!, "RNC1 of the same samples");
});

Deno.test("spread along the line to another class is at most all spread: directional CDNV is at most twice CDNV", async () => {
  for (const one of [BALANCED, UNBALANCED]) {
    const { nc1_directional_cdnv_train: along, nc1_cdnv_train: all } = await valuesOf(one);
    assert.ok(along! > 0 && along! < 2 * all!);
  }
});

Deno.test("lengths of samples change nothing that is measured on the sphere, and what is not", async () => {
  const normal = gaussian(11);
  const { features, labels, width } = UNBALANCED;
  const factors = Float64Array.from(labels, () => Math.exp(normal()));
  const stretched = { ...UNBALANCED, features: features.map((x, i) => x * factors[Math.floor(i / width)]!) };
  const [before, after] = [await valuesOf(UNBALANCED), await valuesOf(stretched)];
  for (const name of ["nc1_sphere_train", "nc1_separation_train"]) {
    assertClose(after[name], before[name]!, name);
  }
  assert.ok(Math.abs(after.nc1_quotient_train! / before.nc1_quotient_train! - 1) > 0.1);
});

Deno.test("a zero feature has no direction, which is said", async () => {
  const features = UNBALANCED.features.slice();
  features.fill(0, 0, UNBALANCED.width);
  const { outcomes } = await measure(
    { train: arraySource({ ...UNBALANCED, features }), classifier: UNBALANCED },
    { metrics: ["nc1_sphere_train", "norm_mean_train"] },
  );
  assert.deepEqual(outcomes.nc1_sphere_train, {
    undefined: "1 of 125 training features are zero and have no direction",
  });
  assert.ok("value" in outcomes.norm_mean_train!);
});

Deno.test("the participation ratio is never above the effective rank", async () => {
  for (const one of [BALANCED, UNBALANCED]) {
    const values = await valuesOf(one);
    assert.ok(values.nc1_participation_ratio_train! < values.nc1_effective_rank_train!);
  }
});

Deno.test("rows of small classes that merge have a mean cosine of 1 within the minority", async () => {
  const { weight, width } = UNBALANCED;
  const merged = weight.slice();
  // Classes 1, 3 and 5 have 7, 2 and 12 samples, the others more.
  for (const c of [3, 5]) merged.copyWithin(c * width, width, 2 * width);
  const values = await valuesOf({ ...UNBALANCED, weight: merged });
  assertClose(values.nc2_minority_weights, 1, "merged");
  assert.ok(values.nc2_max_cosine_weights! > 1 - 1e-12);
});

Deno.test("a component that all classifier rows share shows in NC0, and not in the nearest frame's angles", async () => {
  const shared = simplexCase();
  const weight = shared.weight.map((w, i) => w + 0.3 * Math.cos(i % shared.width));
  const [without, withIt] = [await valuesOf(shared), await valuesOf({ ...shared, weight })];
  assert.ok(without.nc0_relative_weights! < 1e-30 && withIt.nc0_relative_weights! > 1e-3);
  assertClose(withIt.nc3_nearest_etf_train, 0, "nc3_nearest_etf_train");
});

Deno.test("samples labelled at random have no cosine margin, and collapsed ones that of a simplex", async () => {
  const base = simplexCase({ perClass: 40 });
  const shuffled = {
    ...base,
    labels: base.labels.map((_, i) => Math.floor(i / base.classes) % base.classes),
  };
  const random = await valuesOf(base, shuffled);
  assert.ok(Math.abs(random.nc3_margin_test!) < 0.9 && random.nc3_margin_train! > 1.3);
  assertClose(random.nc3_margin_train, 4 / 3, "margin of a simplex of four");
});

Deno.test("logits twice as large fit at twice the temperature, which leaves the same calibration error", async () => {
  const test = gaussianCase({ counts: [40, 40, 40], width: 4, spread: 2, seed: 5 });
  const train = gaussianCase({ counts: [40, 40, 40], width: 4, spread: 2, seed: 5 });
  const twice = { ...train, weight: train.weight.map((w) => 2 * w), bias: train.bias.map((b) => 2 * b) };
  const [once, doubled] = [await valuesOf(train, test), await valuesOf(twice, test)];
  assertClose(doubled.calibration_temperature_test, 2 * once.calibration_temperature_test!, "temperature");
  assertClose(doubled.calibration_ece_scaled_test, once.calibration_ece_scaled_test!, "error that is left");
  assert.ok(Math.abs(doubled.calibration_ece_test! - once.calibration_ece_test!) > 1e-3);
  assertClose(doubled.calibration_margin_train, once.calibration_margin_train!, "margin");
});

Deno.test("where every held-out sample is right no temperature fits, which is said", async () => {
  const source = arraySource(simplexCase({ perClass: 8 }));
  const { outcomes } = await measure(
    { train: source, test: source, classifier: simplexCase() },
    { metrics: ["calibration"] },
  );
  assert.deepEqual(outcomes.calibration_temperature_test, {
    undefined: "every held-out sample is right, and no temperature above 0 fits best",
  });
});

Deno.test("foreign samples that are the test samples are told apart by no score", async () => {
  const train = gaussianCase({ counts: [40, 40, 40], width: 8 });
  const test = gaussianCase({ counts: [20, 20, 20], width: 8, seed: 2 });
  const { values } = await measure({
    train: arraySource(train),
    test: arraySource(test),
    ood: arraySource(test),
    classifier: train,
  }, { metrics: ["nc5"] });
  for (const score of ["softmax", "energy", "nci", "neco"]) {
    assert.equal(values[`nc5_${score}_auroc_ood`], 0.5, score);
    assert.equal(values[`nc5_${score}_fpr95_ood`], 0.95, score);
  }
});

Deno.test("features whose logits are simplex-encoded labels at least norm are SELI's for unequal classes, and no simplex", async () => {
  const counts = [24, 12, 6, 3], classes = counts.length, width = 5;
  // P diag(√n) = VΛQᵀ by the eigenvectors of its square; rows of W are VΛ^½, class means Λ^½Q_c/√n_c.
  const encoded = (c: number, k: number) => (c === k ? 1 : 0) - 1 / classes;
  const square = Float64Array.from({ length: classes ** 2 }, (_, at) => {
    const [i, j] = [Math.floor(at / classes), at % classes];
    return counts.reduce((sum, n, k) => sum + encoded(i, k) * n * encoded(j, k), 0);
  });
  const { values, vectors } = symmetricEigen(square, classes);
  const weight = new Float64Array(classes * width), means = new Float64Array(classes * width);
  for (let k = 0; k < classes - 1; k++) {
    const singular = Math.sqrt(values[k]!);
    for (let c = 0; c < classes; c++) {
      weight[c * width + k] = vectors[k * classes + c]! * Math.sqrt(singular);
      const projected = counts.reduce((sum, _, j) => sum + vectors[k * classes + j]! * encoded(j, c), 0);
      means[c * width + k] = projected / Math.sqrt(singular);
    }
  }
  for (let a = 0; a < classes; a++) {
    for (let b = 0; b < classes; b++) {
      let logit = 0;
      for (let k = 0; k < width; k++) logit += weight[a * width + k]! * means[b * width + k]!;
      assertClose(logit, encoded(a, b), `logit ${a} of class ${b}`);
    }
  }
  const labels = Int32Array.from(counts.flatMap((n, c) => new Array<number>(n).fill(c)));
  const features = Float64Array.from(
    { length: labels.length * width },
    (_, i) => means[labels[Math.floor(i / width)]! * width + i % width]!,
  );
  const found = await valuesOf({ features, labels, width, classes, weight, bias: new Float64Array(classes) });
  assertClose(found.nc2_seli_weights, 0, "SELI of the classifier");
  assertClose(found.nc2_seli_means_train, 0, "SELI of the class means");
  assert.ok(found.nc2_etf_weights! > 0.05 && found.nc2_etf_class_centred_means_train! > 0.05);
});
