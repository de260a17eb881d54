/** Which definitions the page holds, what their families say, and who contradicts. */
import assert from "node:assert/strict";
import { CATALOGUE } from "../../src/collapse/catalogue.ts";
import { compareDefinitions } from "../../src/report/comparison.ts";
import { FAMILIES } from "../../src/report/definitions/families.ts";
import type { Measurement, Trust, TrustRecord } from "../../src/record.ts";
import { MEASUREMENTS } from "./synthetic_run.ts";

const CONTEXT = { trust: null, classes: 10, terminalStart: 90 };

/** Rows in which every metric of the catalogue takes the same value. */
function everywhere(valueAt: (epoch: number) => number | null): Measurement[] {
  return MEASUREMENTS.map(({ epoch }) => ({
    epoch,
    values: Object.fromEntries(CATALOGUE.map(({ name }) => [name, valueAt(epoch)])),
  }));
}

Deno.test("every definition of the catalogue has its plain sentence and its reason to dissent, and no text is left over", () => {
  const shown = compareDefinitions({ ...CONTEXT, measurements: everywhere(() => 1) });
  for (const [i, family] of shown.entries()) {
    for (const { id, text } of family.definitions) {
      assert.match(text?.plain ?? "none", /^\p{Lu}.*\.$/u, id);
      assert.match(text.dissent, /^\p{Lu}.*\.$/u, id);
    }
    assert.deepEqual(
      Object.keys(FAMILIES[i]!.definitions).toSorted(),
      family.definitions.map(({ id }) => id).toSorted(),
    );
  }
});

Deno.test("every metric but the accuracies is shown once, at most once a split of its definition", () => {
  const shown = compareDefinitions({ ...CONTEXT, measurements: everywhere(() => 1) });
  const definitions = shown.flatMap((family) => family.definitions);
  const names = definitions.flatMap(({ readings }) => readings.map(({ metric }) => metric.name));
  const expected = CATALOGUE.filter(({ family }) => family !== "accuracy").map(({ name }) => name);
  assert.deepEqual(names.toSorted(), expected.toSorted());
  for (const { id, readings } of definitions) {
    assert.equal(new Set(readings.map(({ metric }) => metric.split)).size, readings.length, id);
  }
});

Deno.test("a title is what the variants of a definition share", () => {
  const [nc1, nc2] = compareDefinitions({ ...CONTEXT, measurements: MEASUREMENTS });
  assert.deepEqual(nc1!.definitions.map(({ title }) => title), ["inverse of the C − 1 largest modes"]);
  assert.deepEqual(nc2!.definitions.map(({ title }) => title), [
    "equal norms",
    "equal angles",
    "maximal angles",
  ]);
});

Deno.test("metrics that were not measured are named by their family", () => {
  const [, , nc3] = compareDefinitions({ ...CONTEXT, measurements: MEASUREMENTS });
  assert.ok(nc3!.notMeasured.includes("nc3_cosine_train"));
  assert.ok(!nc3!.notMeasured.includes("self_duality"));
});

Deno.test("one definition that rises contradicts a family that falls, with its family's call unchanged", () => {
  const measurements = everywhere((epoch) => Math.exp(-epoch / 100)).map(({ epoch, values }) => ({
    epoch,
    values: { ...values, nc1_cdnv_fourth_train: epoch },
  }));
  const [nc1] = compareDefinitions({ ...CONTEXT, measurements });
  assert.equal(nc1!.call, "collapsing");
  const contradicting = nc1!.definitions.flatMap(({ readings }) => readings)
    .filter((reading) => reading.contradicts).map(({ metric }) => metric.name);
  // The ranks are 1 at collapse: falling from 1 to 0 takes them away from it.
  const ranks = ["nc1_numerical_rank", "nc1_numerical_rank_squared", "nc1_stable_rank"];
  assert.deepEqual(contradicting, [
    "nc1_cdnv_fourth_train",
    ...ranks.flatMap((rank) => [`${rank}_train`, `${rank}_test`]),
  ]);
});

Deno.test("test images have no vote: their rise is marked and does not turn the family", () => {
  const measurements = everywhere((epoch) => Math.exp(-epoch / 100)).map(({ epoch, values }) => ({
    epoch,
    values: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, name.endsWith("_test") ? epoch : value]),
    ),
  }));
  const [, , nc3] = compareDefinitions({ ...CONTEXT, measurements });
  assert.equal(nc3!.call, "collapsing");
  assert.ok(
    nc3!.definitions.flatMap(({ readings }) => readings).every(({ metric, votes }) =>
      votes === (metric.split === "train")
    ),
  );
});

Deno.test("definitions without a value at collapse are judged by their least value and have no vote", () => {
  const mse = compareDefinitions({ ...CONTEXT, measurements: everywhere(() => 1) }).at(-1)!;
  assert.equal(mse.call, null);
  for (const { readings } of mse.definitions) {
    for (const { reference, verdict, votes } of readings) {
      assert.deepEqual(reference, { value: 0, kind: "bound" });
      assert.deepEqual([verdict!.call, votes], ["stalled", false]);
    }
  }
});

Deno.test("an ideal that depends on the width is left open until the width is known", () => {
  const one = (trust: Parameters<typeof compareDefinitions>[0]["trust"]) =>
    compareDefinitions({ ...CONTEXT, measurements: everywhere(() => 1), trust })[1]!.definitions
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
  const [nc1] = compareDefinitions({ ...CONTEXT, trust, measurements: MEASUREMENTS });
  const [reading] = nc1!.definitions[0]!.readings;
  assert.deepEqual([reading!.trust, reading!.doubtful], [{ note: "last" }, 2]);
});
