/** Whatever the features: every metric is a finite number or undefined with a reason, and measuring ends. */
import assert from "node:assert/strict";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { arraySource } from "../../src/collapse/array_source.ts";
import { CATALOGUE } from "../../src/collapse/catalogue.ts";
import { measure, type MeasureResult } from "../../src/collapse/measure.ts";
import { type Case, gaussian, gaussianCase, simplexCase } from "./features.ts";

const SCALES = [1, 1, 1, 1e-30, 1e78, 1e-78, 1e150, 1e-150, 1e200, 1e300, 1e-300, 5e-324];
const WEIGHT_SCALES = [1, 1, 1, 0, 1e200, 1e-200, 1e78, 5e-324];
const KINDS = [
  "constant",
  "two means",
  "collapsed",
  "noise",
  "one huge",
  "float32",
  "zero",
  "opposite",
] as const;

function measureAll(one: Case): Promise<MeasureResult> {
  const source = arraySource(one);
  return measure({ train: source, test: source, ood: source, classifier: one }, {
    metrics: "all",
    weightDecay: 5e-4,
  });
}

/** Class means and noise of the kind, before scaling. */
function featuresOf(kind: typeof KINDS[number], { features, labels, width }: Case): Float64Array {
  const first = features.slice(0, width);
  return features.map((x, i) => {
    const label = labels[Math.floor(i / width)], k = i % width;
    if (kind === "constant") return first[k];
    if (kind === "two means") return first[k] + (label % 2);
    if (kind === "collapsed") return first[k] + Math.sin(7 * label + k);
    if (kind === "one huge") return i === 3 ? 1e250 : x;
    if (kind === "float32") return Math.fround(first[k] + 1e-7 * label);
    if (kind === "zero") return 0;
    if (kind === "opposite") return Math.floor(i / width) % 2 === 0 ? x : -x;
    return x;
  });
}

Deno.test("500 hostile sets of features give finite numbers or reasons, and nothing is thrown", async () => {
  const generator = xoroshiro128plus(5);
  const upTo = (last: number) => uniformInt(generator, 0, last);
  const pick = <T>(from: readonly T[]): T => from[upTo(from.length - 1)]!;
  for (let round = 0; round < 500; round++) {
    const classes = pick([2, 2, 3, 5, 9]), width = pick([1, 2, 3, 8, 20]);
    const counts = Array.from({ length: classes }, () => pick([1, 1, 2, 7, 25]));
    const base = gaussianCase({ counts, width, seed: round + 1, spread: pick([0, 1e-12, 1e-3, 1]) });
    const kind = pick(KINDS), scale = pick(SCALES), weightScale = pick(WEIGHT_SCALES);
    const one: Case = {
      ...base,
      features: featuresOf(kind, base).map((x) => Math.max(-1e308, Math.min(1e308, x * scale))),
      weight: base.weight.map((w) => w * weightScale),
    };
    const what = `round ${round}: ${kind}, ${counts} × ${width}, scale ${scale}, weights ${weightScale}`;
    const { outcomes } = await measureAll(one).catch((error) => assert.fail(`${what}: ${error.stack}`));
    assert.equal(Object.keys(outcomes).length, CATALOGUE.length);
    for (const [name, outcome] of Object.entries(outcomes)) {
      if ("undefined" in outcome) assert.ok(outcome.undefined.length > 5, `${what}: ${name}`);
      else assert.ok(Number.isFinite(outcome.value), `${what}: ${name} is ${outcome.value}`);
    }
  }
});

Deno.test("equal features have no value that is rounding over rounding", async () => {
  // Rounding of other features is other rounding: what it decides differs from one to the next.
  const found = await Promise.all([3, 4, 5].map(async (seed) => {
    const base = gaussianCase({ counts: [40, 60], width: 512, seed });
    const { weight, bias } = gaussianCase({ counts: [40, 60], width: 512, seed: 3 });
    return (await measureAll({ ...base, weight, bias, features: featuresOf("constant", base) })).outcomes;
  }));
  const geometric = CATALOGUE.filter(({ split, family }) => split === "train" && /^NC[123]$/.test(family));
  const undefinedOnes = geometric.filter(({ name }) =>
    found.every((outcomes) => "undefined" in outcomes[name]!)
  );
  assert.ok(undefinedOnes.length > 50);
  for (const { name } of geometric.filter((metric) => !undefinedOnes.includes(metric))) {
    if (/orthogonal|uncentred/.test(name)) continue;
    const values = found.map((outcomes) => {
      const outcome = outcomes[name]!;
      assert.ok("value" in outcome, name);
      return outcome.value;
    });
    for (const value of values) assert.ok(Math.abs(value - values[0]!) < 1e-6, `${name}: ${values}`);
  }
  assert.deepEqual(found[0]!["nc1_fraction_train"], { undefined: "all features are equal" });
});

Deno.test("class means that nearly coincide leave norms, frames and duality undefined, as angles do", async () => {
  const base = gaussianCase({ counts: [30, 40, 50], width: 6, seed: 3 });
  const features = featuresOf("constant", base).map((x, i) => x * (1 + (i % 3) * Number.EPSILON));
  const { outcomes } = await measureAll({ ...base, features });
  for (
    const name of ["equinorm_means", "nc2_etf_means_train", "self_duality", "nc3_etf_train", "maxangle_means"]
  ) {
    assert.ok("undefined" in outcomes[name], name);
  }
});

Deno.test("60 classes on two means end, and what compares single classes has no value", async () => {
  const base = gaussianCase({ counts: new Array(60).fill(4), width: 64, spread: 0 });
  const { outcomes } = await measureAll({ ...base, features: featuresOf("two means", base) });
  const found = outcomes["within_class_variation"];
  assert.ok("value" in found && found.value < 1e-20 && found.rank?.kept === 1);
  assert.deepEqual(outcomes["nc1_cdnv_train"], { undefined: "two class means are equal" });
  assert.ok("undefined" in outcomes["nc2_log_mean_means_train"]);
});

Deno.test("the variability collapse index is 0 at collapse whatever the rank of the class means", async () => {
  const normal = gaussian(4);
  for (const rank of [1, 2, 4]) {
    const base = gaussianCase({ counts: [5, 5, 5, 5, 5], width: 8, spread: 0 });
    const axes = Float64Array.from({ length: rank * 8 }, normal);
    const shares = Float64Array.from({ length: 5 * rank }, normal);
    const features = base.features.map((_, i) => {
      let sum = 0;
      for (let r = 0; r < rank; r++) {
        sum += shares[base.labels[Math.floor(i / 8)] * rank + r] * axes[r * 8 + i % 8];
      }
      return sum;
    });
    const { values } = await measureAll({ ...base, features });
    assert.ok(Math.abs(values["nc1_vci_train"]!) < 1e-12, `rank ${rank}: ${values["nc1_vci_train"]}`);
  }
});

Deno.test("magnitudes whose squares leave float64 are named, and smaller ones change no value", async () => {
  const simplex = gaussianCase({ counts: [6, 7, 8], width: 5, spread: 0.1 });
  const at = async (scale: number) =>
    (await measureAll({ ...simplex, features: simplex.features.map((x) => x * scale) })).outcomes;
  const reference = await at(1);
  for (const scale of [1e78, 1e-78]) {
    const found = await at(scale);
    for (
      const name of [
        "within_class_variation",
        "nc2_etf_means_train",
        "nc1_stable_rank_train",
        "nc3_angle_max_train",
      ]
    ) {
      const [a, b] = [found[name], reference[name]];
      assert.ok(
        "value" in a && "value" in b && Math.abs(a.value - b.value) < 1e-9 * b.value,
        `${name} at ${scale}`,
      );
    }
  }
  for (const scale of [1e150, 1e-150, 1e-300]) {
    const outcome = (await at(scale))["within_class_variation"];
    assert.match(
      "undefined" in outcome ? outcome.undefined : "",
      /^training features are around \de[+-]\d+, too far from 1/,
    );
  }
});

Deno.test("weights of 1e200 leave angles undefined, with the reason, and the accuracy as it is", async () => {
  const simplex = simplexCase();
  const { outcomes, values } = await measureAll({ ...simplex, weight: simplex.weight.map((w) => w * 1e200) });
  assert.equal(values["train_accuracy"], 100);
  for (const name of ["equinorm_weights", "nc3_angle_max_train", "nc3_angle_mean_train", "self_duality"]) {
    const outcome = outcomes[name];
    assert.match(
      "undefined" in outcome ? outcome.undefined : "",
      /^weights of the classifier are around \de\+\d+/,
      name,
    );
  }
});
