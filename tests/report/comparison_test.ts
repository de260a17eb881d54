/** Which definitions the page holds, what their families say, and who contradicts. */
import assert from "node:assert/strict";
import { CATALOGUE } from "../../src/collapse/catalogue.ts";
import type { Family } from "../../src/collapse/families.ts";
import {
  compareDefinitions,
  type ComparisonInput,
  type FamilyComparison,
} from "../../src/report/comparison.ts";
import type { Measurement, Trust, TrustRecord } from "../../src/run/tables.ts";
import { MEASUREMENTS, withValues } from "./synthetic_run.ts";

const WINDOW = { from: 90, to: 350 };
const CONTEXT = { trust: null, classes: 10, window: WINDOW };

/** The families of these names, in this order. */
function families(input: ComparisonInput, ...names: readonly Family[]): FamilyComparison[] {
  const all = compareDefinitions(input);
  return names.map((name) => all.find(({ family }) => family === name)!);
}

/** Rows in which every metric of the catalogue takes the same value. */
function everywhere(valueAt: (epoch: number) => number | null): Measurement[] {
  return MEASUREMENTS.map(({ epoch }) => ({
    epoch,
    values: Object.fromEntries(CATALOGUE.map(({ name }) => [name, valueAt(epoch)])),
  }));
}

Deno.test("every definition of the catalogue has its plain sentence and its reason to dissent", () => {
  for (const { name, plain, dissent } of CATALOGUE) {
    assert.match(plain, /^\p{Lu}.*\.$/u, name);
    assert.match(dissent, /^\p{Lu}.*\.$/u, name);
  }
});

Deno.test("every metric but the accuracies is shown once, at most once a split of its definition", () => {
  const shown = compareDefinitions({ ...CONTEXT, measurements: fallingEverywhere() });
  const definitions = shown.flatMap((family) => family.definitions);
  const names = definitions.flatMap(({ readings }) => readings.map(({ metric }) => metric.name));
  const expected = CATALOGUE.filter(({ family }) => family !== "accuracy").map(({ name }) => name);
  assert.deepEqual(names.toSorted(), expected.toSorted());
  for (const { id, readings } of definitions) {
    assert.equal(new Set(readings.map(({ metric }) => metric.split)).size, readings.length, id);
  }
});

Deno.test("a title is what the variants of a definition share", () => {
  const [nc1, nc2] = families({ ...CONTEXT, measurements: MEASUREMENTS }, "NC1", "NC2");
  assert.deepEqual(nc1!.definitions.map(({ title }) => title), ["inverse of the C − 1 largest modes"]);
  assert.deepEqual(nc2!.definitions.map(({ title }) => title), [
    "equal norms",
    "equal angles",
    "maximal angles",
  ]);
});

Deno.test("around the mean of the class means only what differs from its namesake is shown, and the rest is named", () => {
  const name = "nc3_self_duality_class_centred_train";
  const nc3Of = (factor: number) => {
    const measurements = withValues(
      fallingEverywhere(),
      ({ values }) => ({ [name]: factor * values.self_duality! }),
    );
    return families({ ...CONTEXT, measurements }, "NC3")[0]!;
  };
  const readings = (factor: number) => nc3Of(factor).definitions.flatMap((each) => each.readings);
  assert.deepEqual(nc3Of(1).repeated, [name]);
  assert.ok(readings(1).every(({ metric }) => metric.name !== name));
  assert.deepEqual(nc3Of(1.001).repeated, []);
  assert.ok(readings(1.001).some(({ metric }) => metric.name === name));
});

Deno.test("metrics that were not measured are named by their family", () => {
  const [nc3] = families({ ...CONTEXT, measurements: MEASUREMENTS }, "NC3");
  assert.ok(nc3!.notMeasured.includes("nc3_cosine_train"));
  assert.ok(!nc3!.notMeasured.includes("self_duality"));
});

Deno.test("what needs images from elsewhere has no column where there were none, and is named", () => {
  const of = (value: number | null) => {
    const measurements = withValues(
      fallingEverywhere(),
      ({ values }) =>
        Object.fromEntries(
          Object.keys(values).filter((name) => name.endsWith("_ood")).map((name) => [name, value]),
        ),
    );
    return families({ ...CONTEXT, measurements }, "NC5")[0]!;
  };
  const splits = (value: number | null) =>
    of(value).definitions.flatMap(({ readings }) => readings.map(({ metric }) => metric.split));
  assert.ok(splits(0.5).includes("ood"));
  assert.deepEqual(of(0.5).withoutImages, []);
  assert.ok(!splits(null).includes("ood"));
  assert.ok(of(null).withoutImages.length > 5);
  const [unmeasured] = families({ ...CONTEXT, measurements: MEASUREMENTS }, "NC5");
  assert.deepEqual(unmeasured!.withoutImages, of(null).withoutImages);
  assert.ok(!unmeasured!.notMeasured.some((name) => name.endsWith("_ood")));
});

/** Falls by a factor of its own in each column, so that no two are one quantity. */
function fallingEverywhere(): Measurement[] {
  return MEASUREMENTS.map(({ epoch }) => ({
    epoch,
    values: Object.fromEntries(CATALOGUE.map(({ name }, i) => [name, Math.exp(-epoch / (100 + i / 10))])),
  }));
}

Deno.test("one definition that rises contradicts a family that falls, with its family's call unchanged", () => {
  const measurements = withValues(fallingEverywhere(), ({ epoch }) => ({ nc1_cdnv_fourth_train: epoch }));
  const [nc1] = families({ ...CONTEXT, measurements }, "NC1");
  assert.deepEqual(nc1!.call, { level: "near", trend: "falling" });
  // Falling from 1 to 0 takes those away from collapse that are not 0 there.
  const contradicting = nc1!.definitions.flatMap(({ readings }) => readings)
    .filter(({ contradicts, metric }) => contradicts && metric.ideal === 0).map(({ metric }) => metric.name);
  assert.deepEqual(contradicting, ["nc1_cdnv_fourth_train"]);
});

Deno.test("test images have no vote: their rise neither turns the family nor contradicts it", () => {
  const measurements = withValues(fallingEverywhere(), ({ epoch, values }) => {
    const names = Object.keys(values).filter((name) => name.endsWith("_test"));
    return Object.fromEntries(names.map((name) => [name, 1 + epoch]));
  });
  const [nc3] = families({
    ...CONTEXT,
    trust: { format: 1, width: 512, checkpoints: [] },
    measurements,
  }, "NC3");
  assert.equal(nc3!.call.trend, "falling");
  const readings = nc3!.definitions.flatMap((definition) => definition.readings)
    .filter(({ metric }) => metric.split === "test");
  assert.ok(readings.length > 5);
  for (const { verdict, votes, contradicts } of readings) {
    assert.deepEqual([verdict!.trend, votes, contradicts], ["rising", false, false]);
  }
});

Deno.test("columns that are equal to the digit have one vote, the first of them", () => {
  const twice = withValues(fallingEverywhere(), ({ values }) => ({
    nc1_pinv_train: values.within_class_variation! * (1 + 1e-14),
    nc1_quotient_train: values.within_class_variation! * (1 + 1e-9),
  }));
  const [before] = families({ ...CONTEXT, measurements: fallingEverywhere() }, "NC1");
  const [after] = families({ ...CONTEXT, measurements: twice }, "NC1");
  assert.equal(after!.votes.length, before!.votes.length - 1);
  const copies = after!.definitions.flatMap(({ readings }) => readings).filter(({ copyOf }) =>
    copyOf !== null
  );
  assert.deepEqual(copies.map(({ metric, copyOf, votes }) => [metric.name, copyOf, votes]), [
    ["nc1_pinv_train", "within_class_variation", false],
  ]);
});

Deno.test("a definition that says nothing here is not judged and does not vote", () => {
  const riesz = (trust: TrustRecord | null) =>
    families({ ...CONTEXT, trust, measurements: fallingEverywhere() }, "NC2")[0]!.definitions
      .find(({ id }) => id === "nc2_riesz_variance_means_train")!.readings[0]!;
  const wide = riesz({ format: 1, width: 512, checkpoints: [] });
  assert.deepEqual([wide.verdict, wide.votes], [null, false]);
  assert.match(wide.uninformative!, /^at d = 512/);
  const narrow = riesz({ format: 1, width: 12, checkpoints: [] });
  assert.deepEqual([narrow.uninformative, narrow.votes], [null, true]);
  assert.match(riesz(null).uninformative!, /depends on the width/);
});

Deno.test("definitions without a value at collapse have a trend, no level and no vote", () => {
  const mse = families({ ...CONTEXT, measurements: everywhere(() => 1) }, "MSE")[0]!;
  assert.deepEqual([mse.call, mse.votes], [{ level: null, trend: null }, []]);
  for (const { readings } of mse.definitions) {
    for (const { reference, verdict, votes } of readings) {
      assert.deepEqual(reference, { value: 0, kind: "none" });
      assert.deepEqual([verdict!.level, verdict!.trend, votes], [null, "flat", false]);
    }
  }
});

Deno.test("an ideal that depends on the width is left open until the width is known", () => {
  const one = (trust: Parameters<typeof compareDefinitions>[0]["trust"]) =>
    families({ ...CONTEXT, measurements: everywhere(() => 1), trust }, "NC2")[0]!.definitions
      .find(({ id }) => id === "nc2_distance_mean_means_train")!.readings[0]!;
  assert.equal(one(null).verdict, null);
  const known = one({ format: 1, width: 512, checkpoints: [] });
  assert.ok(Math.abs(known.reference!.value - Math.sqrt(20 / 9)) < 1e-12);
  assert.equal(one({ format: 1, width: 5, checkpoints: [] }).reference, null);
});

Deno.test("trust comes from the last checkpoint, and doubtful ones are counted", () => {
  const sensitive: Trust = { sensitivity: { verdict: "sensitive", spread: 1.5, readings: [] } };
  const trust: TrustRecord = {
    format: 1,
    width: 512,
    checkpoints: [1, 5, 350].map((epoch) => ({
      epoch,
      bootstrap: null,
      metrics: { within_class_variation: epoch === 350 ? { note: "last" } : sensitive },
    })),
  };
  const [nc1] = families({ ...CONTEXT, trust, measurements: MEASUREMENTS }, "NC1");
  const [reading] = nc1!.definitions[0]!.readings;
  assert.deepEqual([reading!.trust, reading!.doubtful], [{ note: "last" }, 2]);
});
