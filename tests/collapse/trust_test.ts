import assert from "node:assert/strict";
import { arraySource } from "../../src/collapse/array_source.ts";
import { decideRank } from "../../src/collapse/eigen.ts";
import { measure, type MeasureResult } from "../../src/collapse/measure.ts";
import type { Defined, Outcome } from "../../src/collapse/outcome.ts";
import { sensitivity } from "../../src/collapse/tolerance.ts";
import { type Case, gaussianCase, rotate, rotation } from "./features.ts";

Deno.test("a value that no tolerance changes is stable", () => {
  const eigenvalues = Float64Array.from([1, 0.5]);
  const { spread, verdict } = sensitivity(eigenvalues, (kept) => kept, decideRank(eigenvalues, 1e-14));
  assert.deepEqual({ spread, verdict }, { spread: 1, verdict: "stable" });
});

Deno.test("verdicts follow the spread over tolerances 1e-8 to 1e-3", () => {
  const eigenvalues = Float64Array.from([1, 1e-5]);
  const verdictOf = (factor: number) =>
    sensitivity(eigenvalues, (kept) => (kept === 2 ? factor : 1), decideRank(eigenvalues, 1e-14)).verdict;
  assert.deepEqual([1.005, 1.5, 2.5].map(verdictOf), ["stable", "sensitive", "unreliable"]);
});

Deno.test("a mode that only the reported value keeps makes it unreliable", async () => {
  // Tr(Σ_W Σ_B†)/C with Σ_B of eigenvalues 1, 1 and 1e-10: the last counts for 1e10 times its variance.
  const centres = [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1e-5], [0, 0, -1e-5]];
  const features = Float64Array.from(
    centres.flatMap((centre) => [-0.02, 0.02].flatMap((noise) => centre.map((x) => x + noise))),
  );
  const labels = Int32Array.from({ length: 12 }, (_, i) => Math.floor(i / 2));
  const source = arraySource({ features, labels, width: 3, classes: 6 });
  const { outcomes } = await measure({ train: source, classifier: { weight: new Float64Array(18) } });
  const { value, sensitivity: found } = defined(outcomes["within_class_variation"]);
  assert.ok(found !== undefined && value > 1e6, `${value}`);
  assert.ok(found.readings.slice(1).every((reading) => reading.value < 1e-2 && reading.kept === 2));
  assert.deepEqual(found.readings[0], { ...found.readings[0], value, kept: 3 });
  assert.equal(found.verdict, "unreliable");
});

Deno.test("a weak mode of the class means makes nc1 unreliable, and its readings show where", async () => {
  const { outcomes } = await measureCase(withWeakMode(1e-3));
  const { value, rank, sensitivity } = defined(outcomes["within_class_variation"]);
  assert.equal(sensitivity?.verdict, "unreliable");
  assert.deepEqual(sensitivity.readings.map(({ kept }) => kept), [2, 2, 2, 1, 1, 1, 1]);
  assert.equal(sensitivity.readings[0].value, value);
  assert.equal(rank?.kept, 2);
  assert.ok(rank.condition > 1e5 && rank.condition < 1e7, `${rank.condition}`);
});

Deno.test("a mode of the class means a million times weaker than the first keeps its digits", async () => {
  // Means ±e₁ and ±b·e₂, noise ±s in both directions: Tr(Σ_W Σ_B†) = 2s² + 2s²/b².
  const b = 1e-6, s = 1e-4, width = 5;
  const centres = [[1, 0], [-1, 0], [0, b], [0, -b]];
  const noise = [[s, s], [s, -s], [-s, s], [-s, -s]];
  const flat = centres.flatMap(([x, y]) => noise.flatMap(([dx, dy]) => [x + dx, y + dy, 0, 0, 0]));
  const features = rotate(Float64Array.from(flat), width, rotation(width));
  const labels = Int32Array.from({ length: 16 }, (_, i) => Math.floor(i / 4));
  const source = arraySource({ features, labels, width, classes: 4 });
  const { values } = await measure({ train: source, classifier: { weight: new Float64Array(4 * width) } });
  const expected = (2 * s ** 2 + 2 * s ** 2 / b ** 2) / 4;
  assert.ok(Math.abs((values["within_class_variation"] ?? NaN) / expected - 1) < 1e-9);
});

Deno.test("modes that are zero to rounding are left out of nc1 and counted", async () => {
  const { outcomes } = await measureCase(withWeakMode(0));
  const { value, rank } = defined(outcomes["within_class_variation"]);
  assert.deepEqual([rank?.kept, rank?.of], [1, 2]);
  assert.ok(value < 1);
});

Deno.test("variances are exact and never negative far from the origin", async () => {
  const features = Float64Array.from([1e8, 1e8 + 2, -1e8, -1e8 + 2]);
  const source = arraySource({ features, labels: [0, 0, 1, 1], width: 1, classes: 2 });
  const { values } = await measure({ train: source, classifier: { weight: new Float64Array([1, -1]) } });
  assert.equal(values["nc1_quotient_train"], 1e-16);
});

Deno.test("with one sample a class nothing is said about variation within classes", async () => {
  const { outcomes } = await measureCase(gaussianCase({ counts: [1, 1, 1], width: 5 }));
  const reason = { undefined: "every class has one sample, so nothing varies within classes" };
  assert.deepEqual(outcomes["within_class_variation"], reason);
  assert.deepEqual(outcomes["nc1_numerical_rank_train"], reason);
  assert.ok("value" in outcomes["equinorm_means"]);
});

Deno.test("a class with one sample has no unbiased variance, and the reason names it", async () => {
  const { outcomes } = await measureCase(gaussianCase({ counts: [3, 1, 4], width: 5 }));
  assert.deepEqual(outcomes["nc1_cdnv_unbiased_train"], {
    undefined: "class 1 has one sample, so its unbiased variance is not defined",
  });
  assert.ok("value" in outcomes["nc1_cdnv_train"]);
});

Deno.test("more classes than a simplex has room for: the value stands with a note", async () => {
  const { outcomes } = await measureCase(gaussianCase({ counts: [5, 5, 5, 5], width: 2 }));
  assert.equal(
    defined(outcomes["maxangle_means"]).note,
    "4 classes in 2 dimensions have no simplex ETF, so 0 is out of reach",
  );
  assert.deepEqual(outcomes["nc5_neco_train"], {
    undefined: "4 classes in 2 dimensions: every NECO score is 1",
  });
  assert.deepEqual(outcomes["nc2_riesz_mean_weights"], {
    undefined: "the Riesz kernel of 2 dimensions is constant",
  });
});

Deno.test("without weight decay more dimensions than samples leave the central path undefined", async () => {
  const { outcomes } = await measureCase(gaussianCase({ counts: [3, 3], width: 9 }), 0);
  assert.deepEqual(outcomes["mse_nc1_train"], {
    undefined: "A has rank 6 of 10: the features do not span their space and λ is 0",
  });
});

Deno.test("an unknown weight decay is said to be unknown", async () => {
  const { outcomes } = await measureCase(gaussianCase({ counts: [3, 3], width: 2 }), null);
  assert.deepEqual(outcomes["mse_total_train"], { undefined: "the weight decay is not known" });
});

Deno.test("a classifier that is not finite leaves the metrics of features alone", async () => {
  const broken = gaussianCase({ counts: [4, 4], width: 3 });
  broken.weight[2] = NaN;
  const { outcomes } = await measureCase(broken);
  const reason = { undefined: "the classifier holds NaN or infinite values" };
  for (
    const name of [
      "train_accuracy",
      "equinorm_weights",
      "self_duality",
      "mse_nc1_train",
      "nc4_bias_collapse_train",
    ]
  ) {
    assert.deepEqual(outcomes[name], reason, name);
  }
  assert.ok("value" in outcomes["within_class_variation"]);
});

Deno.test("no outcome is NaN or infinite, whatever the shape", async () => {
  for (const counts of [[1, 1], [2, 1, 1], [30, 1], [2, 2, 2, 2, 2, 2, 2]]) {
    for (const width of [1, 2, 3, 20]) {
      for (const spread of [0, 1e-9, 1, 1e9]) {
        const { values } = await measureCase(gaussianCase({ counts, width, spread }));
        for (const [name, value] of Object.entries(values)) {
          assert.ok(value === null || Number.isFinite(value), `${name} of ${counts} × ${width}: ${value}`);
        }
      }
    }
  }
});

/** Three classes on a line but for `offset`, with noise in two dimensions. */
function withWeakMode(offset: number): Case {
  const original = gaussianCase({ counts: [40, 40, 40], width: 3, spread: 0.1 });
  const centres = [[-1, 0, 0], [1, 0, 0], [0, offset, 0]];
  const features = original.features.map((_, i) => {
    const sample = Math.floor(i / 3);
    const noise = [1, -1, 1, -1][sample % 4] * (i % 3 === 1 ? 1 : sample % 2 ? 0.1 : -0.1);
    return centres[original.labels[sample]][i % 3] + 0.5 * noise;
  });
  return { ...original, features };
}

function measureCase(one: Case, weightDecay: number | null = 1e-3): Promise<MeasureResult> {
  const source = arraySource(one);
  return measure({ train: source, test: source, ood: source, classifier: one }, {
    metrics: "all",
    weightDecay,
  });
}

function defined(outcome: Outcome): Defined {
  assert.ok("value" in outcome, JSON.stringify(outcome));
  return outcome;
}
