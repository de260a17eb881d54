import assert from "node:assert/strict";
import { arraySource } from "../../src/collapse/array_source.ts";
import { CATALOGUE, idealOf } from "../../src/collapse/catalogue.ts";
import { measure, type MeasureResult } from "../../src/collapse/measure.ts";
import { FIRST_METRICS } from "../../src/collapse/catalogue.ts";
import { runOracle, testWithOracle } from "../oracle.ts";
import { type Case, type CaseOptions, gaussianCase, rotate, rotation, simplexCase } from "./features.ts";

const DEFINITIONS = new URL("definitions.py", import.meta.url);

const WEIGHT_DECAY = 5e-3;

const CASES: Record<string, Splits> = {
  "random features": splits({ counts: [30, 30, 30, 30, 30], width: 12 }),
  "unbalanced classes": splits({ counts: [50, 7, 21, 2, 33, 12], width: 9 }),
  "collapsed features": splits({ counts: [8, 5, 9, 4], width: 7, spread: 0 }),
  "nearly collapsed features": splits({ counts: [20, 20, 20, 20], width: 10, spread: 1e-6 }),
  "more classes than dimensions": splits({ counts: [9, 12, 7, 11, 6, 10, 8, 9], width: 3 }),
  "more dimensions than samples": splits({ counts: [4, 5, 3], width: 40 }),
  "a class with one sample": splits({ counts: [10, 1, 14], width: 5 }),
  "two classes": splits({ counts: [8, 9], width: 4 }),
};

testWithOracle("every metric equals its definition in PyTorch to 1e-9", async () => {
  const cases = Object.values(CASES);
  const expected = await oracleValues(cases);
  for (const [i, name] of Object.keys(CASES).entries()) {
    const { values } = await measureCase(cases[i]);
    for (const [metric, value] of Object.entries(values)) {
      assertClose(value, expected[i][metric], 1e-9, `${metric} of ${name}`);
    }
  }
});

Deno.test("the columns of the reference figures come first, in their order", async () => {
  const { values } = await measureCase(CASES["random features"]);
  assert.deepEqual(Object.keys(values).slice(0, FIRST_METRICS.length), [...FIRST_METRICS]);
});

Deno.test("nc1 is exactly zero for collapsed features in float32", async () => {
  const { train } = CASES["random features"];
  const collapsed = new Float32Array(train.features.length);
  train.labels.forEach((c, i) => {
    for (let k = 0; k < train.width; k++) collapsed[i * train.width + k] = train.weight[c * train.width + k];
  });
  const { values } = await measure({
    train: arraySource({ ...train, features: collapsed }),
    classifier: train,
  });
  for (
    const name of ["within_class_variation", "nc1_pinv_train", "nc1_quotient_train", "nc1_fraction_train"]
  ) {
    assert.equal(values[name], 0, name);
  }
});

Deno.test("a collapsed simplex reaches the collapse value of every metric", async () => {
  const simplex = simplexCase();
  const { outcomes } = await measureCase({ train: simplex, test: simplex });
  const ideals = CATALOGUE.filter((metric) =>
    metric.split !== "ood" && idealOf(metric, simplex.classes, simplex.width) !== null
  );
  assert.ok(ideals.length > 120);
  for (const metric of ideals) {
    const outcome = outcomes[metric.name];
    assert.ok("value" in outcome, metric.name);
    assertClose(outcome.value, idealOf(metric, simplex.classes, simplex.width), 1e-12, metric.name, 1e-12);
  }
});

Deno.test("NECO scores of collapsed features are 1 without an offset and less with one, so it states no ideal", async () => {
  const simplex = simplexCase();
  const moved = simplex.features.map((x, i) => x + (i % simplex.width === 0 ? 2 : 0));
  const scoreOf = async (features: Float64Array) => {
    const train = arraySource({ ...simplex, features });
    const { values } = await measure({ train, classifier: simplex }, { metrics: ["nc5_neco_train"] });
    return values["nc5_neco_train"];
  };
  assertClose(await scoreOf(simplex.features), 1, 1e-12, "without an offset");
  assert.ok((await scoreOf(moved))! < 0.9);
  assert.ok(
    CATALOGUE.filter(({ name }) => /^nc5_neco_t/.test(name)).every((metric) =>
      idealOf(metric, 4, 6) === null
    ),
  );
});

Deno.test("without out-of-distribution features no column speaks of them", async () => {
  const { train } = CASES["two classes"];
  const source = arraySource(train);
  const without = await measure({ train: source, classifier: train }, { metrics: "all" });
  assert.ok(Object.keys(without.values).every((name) => !name.endsWith("_ood")));
  const asked = await measure({ train: source, classifier: train }, { metrics: ["nc5_neco_ood"] });
  assert.deepEqual(asked.outcomes["nc5_neco_ood"], {
    undefined: "there are no out-of-distribution features",
  });
});

Deno.test("rotating feature space changes no metric", async () => {
  const { train, test } = CASES["unbalanced classes"];
  const turn = rotation(train.width);
  const before = await measureCase({ train, test });
  const after = await measureCase({ train: rotateCase(train, turn), test: rotateCase(test, turn) });
  for (const [name, value] of Object.entries(before.values)) {
    assertClose(after.values[name], value, 1e-10, name);
  }
});

Deno.test("a class without test samples leaves the test accuracy and says why the rest is undefined", async () => {
  const { train } = CASES["random features"];
  const test = gaussianCase({ counts: [5, 5, 0, 5, 5], width: 12 });
  const { values, outcomes } = await measureCase({ train, test });
  assert.deepEqual(outcomes["nc1_svd_test"], { undefined: "class 2 has no test samples" });
  assert.equal(typeof values["test_accuracy"], "number");
  assert.equal(typeof values["ncc_mismatch"], "number");
});

Deno.test("a class without training samples leaves only accuracies", async () => {
  const train = gaussianCase({ counts: [5, 0, 5], width: 4 });
  const { outcomes, values } = await measureCase({ train, test: train });
  assert.deepEqual(outcomes["within_class_variation"], { undefined: "class 1 has no training samples" });
  assert.deepEqual(outcomes["ncc_mismatch"], { undefined: "class 1 has no training samples" });
  assert.equal(typeof values["train_accuracy"], "number");
});

Deno.test("without a test split its columns are null, with the reason", async () => {
  const { train } = CASES["random features"];
  const { values, outcomes } = await measure({ train: arraySource(train), classifier: train });
  assert.equal(values["test_accuracy"], null);
  assert.deepEqual(outcomes["ncc_mismatch"], { undefined: "there is no test split" });
});

Deno.test("features that are not finite give reasons and no numbers", async () => {
  const train = gaussianCase({ counts: [5, 5], width: 3 });
  train.features[4] = NaN;
  const { values, outcomes } = await measureCase({ train, test: train });
  assert.deepEqual(outcomes["within_class_variation"], {
    undefined: "training features of class 0 are NaN or infinite",
  });
  assert.equal(values["train_accuracy"], null);
});

Deno.test("equal class means leave ratios undefined, not infinite", async () => {
  const features = Float64Array.from([1, 0, -1, 0, 0, 1, 0, -1]);
  const labels = Int32Array.from([0, 0, 1, 1]);
  const source = arraySource({ features, labels, width: 2, classes: 2 });
  const { outcomes } = await measure({
    train: source,
    classifier: { weight: new Float64Array([1, 0, 0, 1]) },
  });
  assert.deepEqual(outcomes["within_class_variation"], {
    undefined: "all class means are equal, so Σ_B is zero",
  });
  assert.deepEqual(outcomes["equiangular_means"], {
    undefined: "the centred mean of class 0 is zero and has no direction",
  });
});

Deno.test("a classifier of another size is refused with both sizes", async () => {
  const { train } = CASES["random features"];
  await assert.rejects(
    measure({ train: arraySource(train), classifier: { weight: new Float64Array(12) } }),
    /expected the length of the classifier's weight \(classes × width\) to be 60, found 12/,
  );
});

Deno.test("an unknown metric name is refused", async () => {
  const { train } = CASES["random features"];
  await assert.rejects(
    measure({ train: arraySource(train), classifier: train }, { metrics: ["nc9"] }),
    /expected the name of a metric or of a family, found "nc9"/,
  );
});

interface Splits {
  readonly train: Case;
  readonly test: Case;
  readonly ood: Case;
}

function splits(options: CaseOptions): Splits {
  const train = gaussianCase(options);
  const test = gaussianCase({ ...options, seed: 2 });
  return { train, test, ood: gaussianCase({ ...options, counts: [11, 6], spread: 1, seed: 4 }) };
}

function measureCase({ train, test, ood }: Omit<Splits, "ood"> & { ood?: Case }): Promise<MeasureResult> {
  return measure(
    {
      train: arraySource(train),
      test: arraySource(test),
      ood: ood ? arraySource(ood) : null,
      classifier: train,
      // Two classes each, as in definitions.py.
      superclasses: Array.from({ length: train.classes }, (_, c) => Math.floor(c / 2)),
    },
    { metrics: "all", weightDecay: WEIGHT_DECAY },
  );
}

function rotateCase(original: Case, turn: Float64Array): Case {
  const { width, features, weight } = original;
  return { ...original, features: rotate(features, width, turn), weight: rotate(weight, width, turn) };
}

async function oracleValues(cases: Splits[]): Promise<Record<string, number>[]> {
  const split = ({ features, labels, width }: Case) => ({
    features: rows(features, width),
    labels: [...labels],
  });
  const input = cases.map(({ train, test, ood }) => ({
    train: split(train),
    test: split(test),
    ood: split(ood),
    weight_decay: WEIGHT_DECAY,
    weight: rows(train.weight, train.width),
    bias: [...train.bias],
  }));
  const script = await Deno.readTextFile(DEFINITIONS);
  const output = await runOracle(script, [], new TextEncoder().encode(JSON.stringify(input)));
  return JSON.parse(new TextDecoder().decode(output));
}

function rows(values: Float64Array, width: number): number[][] {
  return Array.from(
    { length: values.length / width },
    (_, i) => [...values.subarray(i * width, (i + 1) * width)],
  );
}

/** Relative closeness, with an absolute floor for values that are rounding around zero. */
function assertClose(
  found: number | null,
  expected: number | null,
  tolerance: number,
  what: string,
  floor = 1e-14,
): void {
  if (found === null || expected === null) return assert.equal(found, expected, what);
  const error = Math.abs(found - expected);
  assert.ok(error <= tolerance * Math.abs(expected) + floor, `${what}: expected ${expected}, found ${found}`);
}
