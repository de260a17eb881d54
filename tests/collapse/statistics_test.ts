/** Partial statistics: those of any shards, merged, are those of the whole, and measure as its samples do. */
import assert from "node:assert/strict";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { arraySource } from "../../src/collapse/array_source.ts";
import { select } from "../../src/collapse/catalogue.ts";
import { measure } from "../../src/collapse/measure.ts";
import type { Classifier, ClassSums } from "../../src/collapse/source.ts";
import {
  addSums,
  MergedStatistics,
  type SplitStatistics,
  statisticsSource,
} from "../../src/collapse/statistics.ts";
import { type Case, gaussianCase } from "./features.ts";
import { SAMPLEWISE } from "./samplewise.ts";

const SPLITS_INTO_SHARDS = 200;
const EXACT = 1e-12;

/** Statistics of samples as one part takes them, around its own means; decisions are those of `centres`. */
async function statisticsOf(
  given: Case,
  { centres, classifier }: { centres?: Float64Array; classifier?: Classifier } = {},
): Promise<SplitStatistics> {
  const source = arraySource(given);
  const sums = await source.classSums();
  const means = meansOf(sums);
  const { deviations } = await source.withinClass(means, new Float64Array());
  return {
    ...sums,
    deviations,
    scatter: await source.withinClassScatter(means),
    correct: classifier ? await source.correct(classifier) : null,
    decisions: centres && classifier
      ? { counts: await source.decisions(centres, classifier), centres }
      : null,
  };
}

function meansOf({ counts, sums }: ClassSums): Float64Array {
  const width = sums.length / counts.length;
  return sums.map((sum, i) => sum / Math.max(1, counts[Math.floor(i / width)]));
}

function merge(parts: readonly SplitStatistics[]): SplitStatistics {
  const merged = new MergedStatistics(parts.map(({ counts, sums }) => ({ counts, sums })).reduce(addSums));
  for (const part of parts) merged.add(part);
  return merged.finish();
}

/** The samples of a case dealt to `shards` at random; with few samples some shards lack classes, or have none. */
function deal(given: Case, shards: number, seed: number): Case[] {
  const random = xoroshiro128plus(seed);
  const of = Array.from(given.labels, () => uniformInt(random, 0, shards - 1));
  return Array.from({ length: shards }, (_, shard) => {
    const members = of.flatMap((at, i) => at === shard ? [i] : []);
    const { features, labels, width } = given;
    const rows = members.flatMap((i) => Array.from(features.subarray(i * width, (i + 1) * width)));
    return {
      ...given,
      features: Float64Array.from(rows),
      labels: Int32Array.from(members, (i) => labels[i]),
    };
  });
}

function assertEqual(found: Float64Array, expected: Float64Array, what: string): void {
  assert.equal(found.length, expected.length);
  const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  found.forEach((x, i) => {
    assert.ok(
      Math.abs(x - expected[i]) <= EXACT * largest,
      `${what}[${i}]: ${x}, expected ${expected[i]}`,
    );
  });
}

Deno.test("statistics of shards, merged, are those of the whole to 1e-12, however samples are dealt", async () => {
  const random = xoroshiro128plus(5);
  let lacking = 0;
  for (let round = 0; round < SPLITS_INTO_SHARDS; round++) {
    const classes = uniformInt(random, 2, 6);
    const counts = Array.from({ length: classes }, () => uniformInt(random, 1, 12));
    const given = gaussianCase({
      seed: round,
      counts,
      width: uniformInt(random, 1, 7),
      spread: 10 ** uniformInt(random, -1, 1),
    });
    const whole = await statisticsOf(given);
    const options = { centres: meansOf(whole), classifier: given };
    const expected = await statisticsOf(given, options);
    const parts = await Promise.all(
      deal(given, uniformInt(random, 1, 9), round).map((shard) => statisticsOf(shard, options)),
    );
    lacking += parts.filter(({ counts }) => counts.includes(0)).length;
    for (const order of [parts, parts.toReversed()]) {
      const merged = merge(order);
      assert.deepEqual(merged.counts, expected.counts);
      for (const name of ["sums", "deviations", "scatter"] as const) {
        assertEqual(merged[name], expected[name], `round ${round}: ${name}`);
      }
      assert.equal(merged.correct, expected.correct);
      assert.deepEqual(merged.decisions?.counts, expected.decisions?.counts);
    }
  }
  assert.ok(lacking > SPLITS_INTO_SHARDS, `only ${lacking} shards lacked a class`);
});

Deno.test("merged statistics measure as their samples do, but for what reads samples one by one", async (t) => {
  const shapes = { width: 7, spread: 0.3 };
  for (
    const [name, counts] of [["equal classes", [20, 20, 20, 20]], ["unequal classes", [
      30,
      20,
      25,
      6,
    ]]] as const
  ) {
    await t.step(name, async () => {
      const train = gaussianCase({ ...shapes, counts });
      const test = gaussianCase({ ...shapes, seed: 2, counts: counts.map((n) => n - 2) });
      const centres = meansOf(await arraySource(train).classSums());
      const options = { centres, classifier: train };
      const shards = async (given: Case) =>
        merge(await Promise.all(deal(given, 3, 9).map((shard) => statisticsOf(shard, options))));
      const asked = { metrics: "all", weightDecay: 1e-3 } as const;
      const { values: expected } = await measure(
        { train: arraySource(train), test: arraySource(test), classifier: train },
        asked,
      );
      const { values, outcomes } = await measure({
        train: statisticsSource(await shards(train)),
        test: statisticsSource(await shards(test)),
        classifier: train,
      }, asked);
      const missing = Object.keys(expected).filter((metric) =>
        values[metric] === null && expected[metric] !== null
      );
      for (const metric of missing) {
        const outcome = outcomes[metric];
        assert.match(
          "undefined" in outcome ? outcome.undefined : "",
          /no samples, which this reads one by one/,
        );
      }
      // Equal classes need no samples for the mean of their covariances.
      const samplewise = Object.keys(expected).filter((metric) =>
        SAMPLEWISE.has(metric) && expected[metric] !== null &&
        !(name === "equal classes" && metric.startsWith("nc1_class_weighted"))
      );
      assert.deepEqual(missing, samplewise);
      assert.ok(select("default").every((metric) => !missing.includes(metric.name)));
      for (const [metric, value] of Object.entries(values)) {
        if (value === null) continue;
        const reference = expected[metric]!;
        assert.ok(
          Math.abs(value - reference) <= 1e-10 * Math.abs(reference) + 1e-13,
          `${metric}: ${value}, expected ${reference}`,
        );
      }
    });
  }
});

Deno.test("decisions of other centres than all parts' means, and counts that a part lacks, have no value", async () => {
  const train = gaussianCase({ counts: [9, 9, 9], width: 5 });
  const [a, b] = deal(train, 2, 4);
  const own = await Promise.all(
    [a, b].map(async (part) =>
      statisticsOf(part, { centres: meansOf(await arraySource(part).classSums()), classifier: train })
    ),
  );
  const bare = await statisticsOf(b);
  const undefinedFor = async (parts: readonly SplitStatistics[], metric: string) => {
    const { outcomes } = await measure({ train: statisticsSource(merge(parts)), classifier: train });
    const outcome = outcomes[metric];
    return "undefined" in outcome ? outcome.undefined : "";
  };
  assert.match(await undefinedFor(own, "nc4_ncc_accuracy_train"), /hold no decisions/);
  assert.match(
    await undefinedFor([own[0], { ...own[1], decisions: own[0].decisions }], "nc4_ncc_accuracy_train"),
    /other points than the class means/,
  );
  assert.match(
    await undefinedFor([own[0], bare], "nc4_ncc_accuracy_train"),
    /hold no decisions of nearest centres/,
  );
  assert.match(await undefinedFor([own[0], bare], "train_accuracy"), /no count of the classifier's right/);
  assert.equal(await undefinedFor(own, "train_accuracy"), "");
});
