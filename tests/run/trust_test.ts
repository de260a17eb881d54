/** trust.json: what measuring knows about its values survives the way to the disk and back. */
import assert from "node:assert/strict";
import { arraySource } from "../../src/collapse/array_source.ts";
import { bootstrap } from "../../src/collapse/bootstrap.ts";
import { measure } from "../../src/collapse/measure.ts";
import type { TrustRecord } from "../../src/run/tables.ts";
import { readTrust, trustOf, writeTrust } from "../../src/run/trust.ts";
import { test, withTemporaryFolder } from "../support.ts";

/** Three classes of two samples each in the plane, and a fourth coordinate that never varies. */
const INPUT = {
  train: arraySource({
    features: Float64Array.of(3, 0, 0, 2, 0, 0, 0, 4, 0, 0, 5, 1, -3, -1, 0, -4, -2, 0),
    labels: Int32Array.of(0, 0, 1, 1, 2, 2),
    width: 3,
    classes: 3,
  }),
  classifier: { weight: Float64Array.of(1, 0, 0, 0, 1, 0, -1, -1, 0) },
};

test("what measuring says survives the way to the disk and back", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    const { outcomes } = await measure(INPUT);
    const options = { replicates: 3, seed: 1, confidence: 0.95 };
    const intervals = await bootstrap(INPUT, { ...options, metrics: ["self_duality"] });
    const checkpoints = [trustOf(5, outcomes, { bootstrap: options, intervals }), trustOf(1, outcomes)];
    const record: TrustRecord = { format: 1, width: 3, checkpoints };
    await writeTrust(`${folder}/trust.json`, record);
    const found = await readTrust(`${folder}/trust.json`);
    assert.deepEqual(found, { ...record, checkpoints: checkpoints.toReversed() });
    const { metrics } = found!.checkpoints[1]!;
    assert.equal(metrics.within_class_variation!.rank!.of, 2);
    assert.equal(metrics.within_class_variation!.sensitivity!.readings.length, 7);
    assert.equal(metrics.self_duality!.interval!.replicates, 3);
    assert.match(metrics.ncc_mismatch!.undefined!, /./);
  });
});

Deno.test("a value about which there is nothing to say has no entry", () => {
  assert.deepEqual(trustOf(1, { plain: { value: 1 } }).metrics, {});
});

Deno.test("what is infinite is null, as JSON has no infinity", () => {
  const { metrics } = trustOf(1, {
    m: {
      value: 0,
      rank: { tolerance: 0, kept: 0, of: 2, condition: Infinity },
      sensitivity: {
        readings: [{ tolerance: 1e-8, value: NaN, kept: 0 }],
        spread: Infinity,
        verdict: "unreliable",
      },
    },
  });
  assert.equal(metrics.m!.rank!.condition, null);
  assert.equal(metrics.m!.sensitivity!.spread, null);
  assert.equal(metrics.m!.sensitivity!.readings[0]!.value, null);
});

test("no trust.json is no record", ["read"], async () => {
  assert.equal(await readTrust("no/such/trust.json"), null);
});

test("a trust.json edited by hand is refused by its place", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    const path = `${folder}/trust.json`;
    const { outcomes } = await measure(INPUT);
    await writeTrust(path, { format: 1, width: 3, checkpoints: [trustOf(1, outcomes)] });
    const text = await Deno.readTextFile(path);
    for (
      const [from, to, message] of [
        [text, "{", /trust\.json: expected JSON, found something else/],
        ['"width": 3', '"width": "3"', /trust\.json: width: expected number, found "3"$/],
        ['"epoch":1', '"epoch":-1', /trust\.json: checkpoints\.0\.epoch: expected >=0, found -1$/],
        ['"verdict":"stable"', '"verdict":"fine"', /sensitivity\.verdict: expected .*found "fine"$/],
        ['"format": 1', '"format": 2', /trust\.json: format: expected 1, found 2$/],
        ['"width": 3', '"width": 3, "mood": 1', /trust\.json: mood: expected no such key$/],
      ] as const
    ) {
      assert.ok(text.includes(from), from);
      await Deno.writeTextFile(path, text.replace(from, to));
      await assert.rejects(readTrust(path), message);
    }
  });
});
