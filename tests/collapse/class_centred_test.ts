/** Where classes differ in size, the centre decides what a simplex looks like: around the mean of class means it is one. */
import assert from "node:assert/strict";
import { arraySource } from "../../src/collapse/array_source.ts";
import { CATALOGUE, idealOf } from "../../src/collapse/catalogue.ts";
import { measure } from "../../src/collapse/measure.ts";
import { type Case, simplexCase } from "./features.ts";

const CLASSES = 10;
const WIDTH = 16;
const CENTRED = CATALOGUE.filter(({ name, family }) => /_class_centred/.test(name) && family !== "NC1");

/** A collapsed simplex around an offset, with `sizeOf(c)` samples of class c. */
function simplexOf(sizeOf: (c: number) => number): Case {
  const simplex = simplexCase({ classes: CLASSES, perClass: 1, width: WIDTH });
  const labels = Int32Array.from(
    Array.from({ length: CLASSES }, (_, c) => new Array<number>(sizeOf(c)).fill(c)).flat(),
  );
  const features = new Float64Array(labels.length * WIDTH);
  for (let i = 0; i < features.length; i++) {
    features[i] = simplex.features[labels[Math.floor(i / WIDTH)] * WIDTH + i % WIDTH] + Math.cos(i % WIDTH);
  }
  return { ...simplex, features, labels };
}

async function measureAll(one: Case) {
  const source = arraySource(one);
  const { values } = await measure({ train: source, test: source, classifier: one }, { metrics: "all" });
  return values;
}

Deno.test("a simplex of unequal classes is one around the mean of its class means only", async () => {
  const values = await measureAll(simplexOf((c) => Math.round(10 + c * 490 / (CLASSES - 1))));
  assert.ok(CENTRED.length > 0);
  for (const metric of CENTRED) {
    const ideal = idealOf(metric, CLASSES, WIDTH);
    if (metric.ideal === null) continue;
    assert.ok(ideal !== null && Math.abs(values[metric.name]! - ideal) < 1e-10, metric.name);
  }
  for (const name of ["nc2_etf_means_train", "equinorm_means", "maxangle_means", "self_duality"]) {
    assert.ok(values[name]! > 0.02, name);
  }
});

Deno.test("with equal classes the two centres are one, to the last bit", async () => {
  const values = await measureAll(simplexOf(() => 7));
  for (const { name } of CENTRED) {
    const around = CATALOGUE.find(({ systematic }) => systematic === name.replace("_class_centred", ""))!;
    assert.equal(values[name], values[around.name], name);
  }
});
