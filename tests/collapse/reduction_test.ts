/** Passes over the samples: as many as the records of the needs say, and none of them twice. */
import assert from "node:assert/strict";
import { arraySource } from "../../src/collapse/array_source.ts";
import { CATALOGUE, type Metric, select, type Selection } from "../../src/collapse/catalogue.ts";
import { measure } from "../../src/collapse/measure.ts";
import { closure } from "../../src/collapse/needs/need.ts";
import type { FeatureSource } from "../../src/collapse/source.ts";
import { type Case, gaussianCase } from "./features.ts";

const PASSES = ["classSums", "withinClass", "correct", "decisions", "withinClassScatter", "chunks"] as const;
type Pass = typeof PASSES[number];

/** A source that writes down its passes. */
function counted(one: Case): { source: FeatureSource; passes: Pass[] } {
  const inner = arraySource(one);
  const passes: Pass[] = [];
  const source = { count: inner.count, width: inner.width, classes: inner.classes } as FeatureSource;
  for (const name of PASSES) {
    Object.assign(source, {
      [name]: (...given: never[]) => {
        passes.push(name);
        return (inner[name] as (...given: never[]) => unknown).apply(inner, given);
      },
    });
  }
  return { source, passes };
}

const SHAPE = { counts: [50, 7, 21, 9], width: 9 };

async function passesOf(
  metrics: Selection,
): Promise<{ readonly [split in "train" | "test" | "ood"]: readonly Pass[] }> {
  const [train, test, ood] = [1, 2, 3].map((seed) => counted(gaussianCase({ ...SHAPE, seed }))) as [
    ReturnType<typeof counted>,
    ReturnType<typeof counted>,
    ReturnType<typeof counted>,
  ];
  const classifier = gaussianCase(SHAPE);
  const input = {
    train: train.source,
    test: test.source,
    ood: ood.source,
    classifier,
    superclasses: [0, 0, 1, 1],
  };
  await measure(input, { metrics, weightDecay: 1e-3 });
  return { train: train.passes, test: test.passes, ood: ood.passes };
}

Deno.test("the default selection takes means, second moments and decisions of each split, and means of foreign samples", async () => {
  const { train, test, ood } = await passesOf("default");
  assert.deepEqual(train.toSorted(), ["classSums", "decisions", "withinClass"]);
  assert.deepEqual(test.toSorted(), ["classSums", "decisions", "withinClass"]);
  assert.deepEqual(ood, ["classSums"]);
});

Deno.test("each definition takes the passes that its needs state beside the first columns', once", async () => {
  const first = select([]);
  const stated = (metrics: readonly Metric[], split: string) => {
    const needs = metrics.flatMap((metric) => closure(metric.needs, metric.split));
    const distinct = needs.filter((each, i) =>
      needs.findIndex(({ need, split }) => need === each.need && split === each.split) === i
    );
    return distinct.filter((each) => each.split === split).map(({ need }) => need);
  };
  for (const definition of new Set(CATALOGUE.map((metric) => metric.definition))) {
    const chosen = select([definition], { ood: true });
    // Newton's steps are as many as they are.
    if (definition === "calibration_temperature" || definition === "calibration_ece_scaled") continue;
    const taken = await passesOf([definition]);
    for (const split of ["train", "test", "ood"] as const) {
      const needs = stated([...first, ...chosen], split);
      // Right decisions are counted by the pass that compares them with the nearest centres, where there is one.
      const compared = needs.some(({ name }) => name === "nearest centres");
      const expected = needs.filter(({ name }) => !(compared && name === "correct"))
        .reduce((sum, { passes }) => sum + passes, 0);
      assert.equal(
        taken[split].length,
        expected,
        `${definition} on ${split}: ${taken[split]}`,
      );
    }
  }
});
