/** Several sets of out-of-distribution samples in one table: their columns, by name, and what these hold. */
import assert from "node:assert/strict";
import { arraySource } from "../../src/collapse/array_source.ts";
import {
  CATALOGUE,
  catalogueWith,
  metricNamed,
  partLabel,
  select,
  setsIn,
  withSets,
} from "../../src/collapse/catalogue.ts";
import { measure } from "../../src/collapse/measure.ts";
import { type Case, gaussianCase } from "./features.ts";

const OOD = CATALOGUE.filter(({ split }) => split === "ood").map(({ name }) => name);

Deno.test("a column of a set is named after both, and known by that name alone", () => {
  const names = catalogueWith(["SVHN", "a_b.c-1"]).map(({ name }) => name);
  assert.equal(names.length, CATALOGUE.length + 2 * OOD.length);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.equal(metricNamed(name)?.name, name);
  assert.deepEqual(setsIn(names), ["SVHN", "a_b.c-1"]);
  assert.equal(partLabel(metricNamed("nc5_neco_ood_SVHN")!), "OOD SVHN");
  assert.equal(partLabel(metricNamed("nc5_neco_ood")!), "OOD");
  for (const name of ["nc5_neco_ood_", "nc5_neco_ood_a b", "nc5_neco_test_SVHN", "nc1_svd_test_SVHN"]) {
    assert.equal(metricNamed(name), undefined, name);
  }
});

Deno.test("sets add all of their columns to a selection, and none that stays empty", () => {
  const sets = ["A", "B"];
  const chosen = select(withSets("default", sets), { sets }).map(({ name }) => name);
  const plain = select("default").map(({ name }) => name);
  assert.deepEqual(chosen.filter((name) => metricNamed(name)!.split !== "ood"), plain);
  const foreign = chosen.filter((name) => metricNamed(name)!.split === "ood");
  assert.deepEqual(foreign, OOD.flatMap((name) => [`${name}_A`, `${name}_B`]));
  assert.deepEqual(select("all").filter(({ set }) => set !== undefined), []);
  const ofAll = select(["nc5_neco_ood"], { sets }).filter(({ split }) => split === "ood");
  assert.deepEqual(ofAll.map(({ name }) => name), ["nc5_neco_ood_A", "nc5_neco_ood_B"]);
  const ofOne = select(["nc5_neco_ood_A"], { sets }).filter(({ split }) => split === "ood");
  assert.deepEqual(ofOne.map(({ name }) => name), ["nc5_neco_ood_A"]);
});

Deno.test("each set has the values that it has by itself", async () => {
  const whole = ({ features, labels, width, classes }: Case) =>
    arraySource({ features, labels, width, classes });
  const trainCase = gaussianCase({ counts: [30, 20, 25, 6], width: 7, spread: 0.3 });
  const test = whole(gaussianCase({ seed: 2, counts: [5, 6, 7, 8], width: 7, spread: 0.3 }));
  const train = whole(trainCase);
  const oodSets = {
    near: whole(gaussianCase({ seed: 3, counts: [9], width: 7 })),
    far: whole(gaussianCase({ seed: 4, counts: [4, 8], width: 7, spread: 4 })),
  };
  const metrics = withSets([], ["near", "far"]);
  const { values } = await measure({ train, test, oodSets, classifier: trainCase }, { metrics });
  for (const [set, ood] of Object.entries(oodSets)) {
    const alone = await measure({ train, test, ood, classifier: trainCase }, { metrics: OOD });
    for (const name of OOD) {
      assert.equal(typeof values[`${name}_${set}`], "number", name);
      assert.equal(values[`${name}_${set}`], alone.values[name], name);
    }
  }
  assert.ok(OOD.some((name) => values[`${name}_near`] !== values[`${name}_far`]));
  const narrow = { train, oodSets: { odd: whole(gaussianCase({ counts: [9], width: 5 })) } };
  await assert.rejects(
    measure(narrow),
    /^RangeError: expected the width of the out-of-distribution features odd to be 7, found 5$/,
  );
  const { outcomes } = await measure({ train, test, classifier: trainCase }, { metrics });
  assert.deepEqual(outcomes.nc5_neco_ood_near, { undefined: "there are no out-of-distribution features" });
});
