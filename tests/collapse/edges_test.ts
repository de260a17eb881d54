/** Where rounding could pass for a value, and a scale for a reason: class means of lower rank far from the origin, extreme scales, empty splits. */
import assert from "node:assert/strict";
import { arraySource } from "../../src/collapse/array_source.ts";
import { measure } from "../../src/collapse/measure.ts";
import type { Outcome } from "../../src/collapse/outcome.ts";
import { MergedStatistics, statisticsSource } from "../../src/collapse/statistics.ts";
import { gaussian, gaussianCase } from "./features.ts";

/** `n_c` samples of each class, by formula. */
function features(counts: readonly number[], width: number, at: (c: number, k: number, i: number) => number) {
  const labels = counts.flatMap((n, c) => new Array<number>(n).fill(c));
  const values = counts.flatMap((n, c) =>
    Array.from({ length: n * width }, (_, i) => at(c, i % width, Math.floor(i / width)))
  );
  return {
    features: Float64Array.from(values),
    labels: Int32Array.from(labels),
    width,
    classes: counts.length,
  };
}

function valueIn(outcomes: Readonly<Record<string, Outcome>>, name: string): number {
  const outcome = outcomes[name]!;
  assert.ok("value" in outcome, `${name}: ${JSON.stringify(outcome)}`);
  return outcome.value;
}

function reasonIn(outcomes: Readonly<Record<string, Outcome>>, name: string): string {
  const outcome = outcomes[name]!;
  assert.ok("undefined" in outcome, `${name}: ${JSON.stringify(outcome)}`);
  return outcome.undefined;
}

Deno.test("classes collapsed onto two points, off the origin, are collapsed: a mode of rounding is none", async () => {
  const points = [[0.1, 0.7, 0.3, 0.9], [0.4, 0.2, 0.8, 0.6]];
  for (const offset of [0, 1, 100]) {
    const train = arraySource(
      features([350, 550, 650, 300], 4, (c, k) => offset * (k + 1) / 3 + points[c % 2]![k]!),
    );
    const { outcomes } = await measure({ train }, { metrics: "all" });
    for (
      const name of [
        "within_class_variation",
        "nc1_class_centred_train",
        "nc1_class_weighted_train",
        "nc1_svd_sum_train",
        "nc1_fuzziness_train",
        "nc1_pinv_train",
        "nc1_vci_train",
        "nc1_worst_class_train",
      ]
    ) {
      const value = valueIn(outcomes, name);
      assert.ok(value >= 0 && value < 1e-12, `${name} at an offset of ${offset} is ${value}`);
    }
  }
});

Deno.test("two classes of the same samples keep one mode of two, however far from the origin", async () => {
  const normal = gaussian(4);
  const [noise, other] = [0, 1].map(() => Float64Array.from({ length: 50 * 4 }, normal)) as [
    Float64Array,
    Float64Array,
  ];
  const found = await Promise.all([1, 100, 1e4].map(async (offset) => {
    const one = features(
      [50, 50, 150],
      4,
      (c, k, i) => offset * (k + 1) / 3 + (c === 0 ? 3 + other[i * 4 + k]! : noise[(i % 50) * 4 + k]!),
    );
    const { outcomes } = await measure({ train: arraySource(one) });
    const outcome = outcomes.within_class_variation as Extract<Outcome, { value: number }>;
    assert.deepEqual([outcome.rank!.kept, outcome.rank!.of], [1, 2]);
    return outcome.value;
  }));
  for (const value of found) assert.ok(Math.abs(value / found[0]! - 1) < 1e-6, String(found));
});

Deno.test("the minority are the smaller classes, though fewer than half", async () => {
  const weight = new Float64Array(10 * 12);
  for (let c = 0; c < 10; c++) weight[c * 12 + (c < 3 ? 0 : c)] = 1;
  const of = async (counts: readonly number[]) => {
    const train = arraySource(
      features(counts, 12, (c, k, i) => (k === c ? 1 : 0) + 0.01 * Math.sin(7 * i + k)),
    );
    const { outcomes } = await measure({ train, classifier: { weight } }, { metrics: ["nc2_minority"] });
    return outcomes;
  };
  const merged = await of([2, 2, 2, 20, 20, 20, 20, 20, 20, 20]);
  assert.ok(Math.abs(valueIn(merged, "nc2_minority_weights") - 1) < 1e-12);
  const alone = await of([2, 20, 20, 20, 20, 20, 20, 20, 20, 20]);
  assert.match(reasonIn(alone, "nc2_minority_weights"), /class 0 alone is the minority/);
});

Deno.test("a split without samples has no value, and says why", async () => {
  const { weight, bias, ...train } = gaussianCase({ counts: [6, 7, 8], width: 5 });
  const test = arraySource({
    features: new Float64Array(0),
    labels: new Int32Array(0),
    width: 5,
    classes: 3,
  });
  const { outcomes } = await measure({ train: arraySource(train), test, classifier: { weight, bias } }, {
    metrics: "all",
  });
  for (
    const name of ["test_accuracy", "ncc_mismatch", "nc1_weak_test", "norm_mean_test", "calibration_ece_test"]
  ) {
    assert.equal(reasonIn(outcomes, name), "there are no test samples");
  }
});

Deno.test("a quotient that leaves float64 is undefined, and nothing is thrown", async () => {
  const line = {
    features: Float64Array.from([1e85, -1e85, 3e-85, 2e85, -2e85, -9e-85]),
    labels: Int32Array.from([0, 0, 0, 1, 1, 1]),
    width: 1,
    classes: 2,
  };
  const plane = {
    features: Float64Array.from([1e85, 3e-85, -1e85, 0, 2e85, -9e-85, -2e85, 0]),
    labels: Int32Array.from([0, 0, 1, 1]),
    width: 2,
    classes: 2,
  };
  for (const one of [line, plane]) {
    const { outcomes } = await measure({ train: arraySource(one) }, { metrics: "all" });
    for (const [name, outcome] of Object.entries(outcomes)) {
      assert.ok(
        "undefined" in outcome || Number.isFinite(outcome.value),
        `${name}: ${JSON.stringify(outcome)}`,
      );
    }
    assert.match(reasonIn(outcomes, "nc1_quotient_train"), /range of float64/);
  }
});

Deno.test("the scale of features changes no metric that is free of it, up to what can be measured", async () => {
  const base = gaussianCase({ counts: [6, 7, 8], width: 5 });
  const of = async (scale: number) => {
    const train = arraySource({ ...base, features: base.features.map((x) => x * scale) });
    const { outcomes } = await measure({ train }, { metrics: ["nc1_directional_cdnv", "nc1_cdnv_fourth"] });
    return [
      valueIn(outcomes, "nc1_directional_cdnv_train"),
      valueIn(outcomes, "nc1_cdnv_fourth_train") * scale * scale,
    ];
  };
  const [directional, fourth] = await of(1);
  for (const scale of [2 ** -265, 2 ** -200, 2 ** 200, 2 ** 265]) {
    assert.deepEqual(await of(scale), [directional, fourth], `at a scale of ${scale}`);
  }
});

Deno.test("margins and temperatures of a scaled classifier are the scaled ones, or say what cannot be", async () => {
  const { weight, bias: _, ...base } = gaussianCase({ counts: [60, 60, 60], width: 5, spread: 2 });
  const source = arraySource(base);
  const of = async (scale: number) => {
    const classifier = { weight: weight.map((w) => w * scale) };
    const { outcomes } = await measure({ train: source, test: source, classifier }, {
      metrics: ["calibration"],
    });
    return outcomes;
  };
  const [margin, temperature] = ["calibration_margin_test", "calibration_temperature_test"];
  const plain = await of(1);
  for (const scale of [1e-7, 1e-5, 1e5, 1e7]) {
    const scaled = await of(scale);
    assert.ok(Math.abs(valueIn(scaled, margin) / valueIn(plain, margin) - 1) < 1e-9, `${scale}`);
    assert.ok(
      Math.abs(valueIn(scaled, temperature) / scale / valueIn(plain, temperature) - 1) < 1e-6,
      `${scale}: ${valueIn(scaled, temperature)}, ${valueIn(plain, temperature)}`,
    );
  }
  for (const scale of [1e160, 1e-165]) {
    assert.match(reasonIn(await of(scale), margin), /weights of the classifier are around/);
  }
});

Deno.test("equal directions have the distance zero, which is finite; their logarithm is not", async () => {
  const { features: all, labels, width, classes } = gaussianCase({ counts: [5, 5, 5], width: 4 });
  const weight = Float64Array.from([1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0]);
  const { outcomes } = await measure({
    train: arraySource({ features: all, labels, width, classes }),
    classifier: { weight },
  }, { metrics: "all" });
  // Of three pairs one at 0, two at √2.
  assert.ok(Math.abs(valueIn(outcomes, "nc2_distance_mean_weights") - 2 * Math.SQRT2 / 3) < 1e-12);
  assert.match(reasonIn(outcomes, "nc2_log_mean_weights"), /two directions are equal/);
});

Deno.test("decisions of centres alone say nothing of the classifier", async () => {
  const { features: all, labels, width, classes, weight } = gaussianCase({ counts: [5, 6, 7], width: 4 });
  const source = arraySource({ features: all, labels, width, classes });
  const sums = await source.classSums();
  const centres = sums.sums.map((sum, i) => sum / sums.counts[Math.floor(i / width)]!);
  const { deviations } = await source.withinClass(centres, new Float64Array(0));
  const { centreCorrect } = await source.decisions(centres, { weight, bias: new Float64Array(classes) });
  const merged = new MergedStatistics(sums);
  merged.add({
    ...sums,
    deviations,
    scatter: await source.withinClassScatter(centres),
    correct: null,
    decisions: {
      counts: { classifierCorrect: 0, centreCorrect, agreement: 0, agreementWithoutBias: 0 },
      centres,
    },
  });
  const { outcomes } = await measure({ train: statisticsSource(merged.finish()), classifier: { weight } }, {
    metrics: "all",
  });
  for (const name of ["train_accuracy", "nc4_mismatch_train", "nc4_mismatch_nobias_train"]) {
    assert.match(reasonIn(outcomes, name), /no count of the classifier's right decisions/);
  }
  assert.ok(Math.abs(valueIn(outcomes, "nc4_ncc_accuracy_train") - 100 * centreCorrect / 18) < 1e-12);
});
