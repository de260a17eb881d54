/** fn*: the norm where NC1 has come down for good, and since when features were that short. */
import assert from "node:assert/strict";
import { normThreshold, normThresholdWords } from "../../src/report/norm_threshold.ts";

function measured(spreads: readonly (number | null)[], norms: readonly (number | null)[]) {
  return spreads.map((spread, i) => ({
    epoch: 10 * (i + 1),
    values: { within_class_variation: spread, norm_mean_train: norms[i] ?? null },
  }));
}

Deno.test("it is the norm at the first checkpoint from which on NC1 stays under a tenth of its first value", () => {
  // The dip at epoch 20 does not last.
  const run = measured([8, 0.7, 2, 0.79, 0.1], [14, 9, 8, 6, 5]);
  assert.deepEqual(normThreshold(run), { onset: 40, norm: 6, crossing: 40 });
  assert.match(
    normThresholdWords(run)!,
    /sets in at epoch 40, .* below 10\u202f% .*: features are 6\.00 long/,
  );
});

Deno.test("a norm that came down before is said to have, with the epochs between", () => {
  const run = measured([8, 4, 2, 0.5, 0.1], [14, 6, 5, 6, 6]);
  assert.deepEqual(normThreshold(run), { onset: 40, norm: 6, crossing: 20 });
  assert.match(normThresholdWords(run)!, /first came down to that at epoch 20, 20 epochs before\.$/);
  const short = measured([8, 4, 0.5], [5, 6, 6]);
  assert.equal(normThreshold(short)!.crossing, null);
  assert.match(normThresholdWords(short)!, /no longer than that from the first checkpoint on\.$/);
});

Deno.test("without collapse, or without what it is told from, there is none", () => {
  assert.equal(normThreshold(measured([8, 4, 2], [3, 2, 1])), null);
  assert.equal(normThreshold(measured([8, 0.5, null], [3, 2, 1])), null, "undefined at the end");
  assert.equal(normThreshold(measured([8, 0.5], [3, null])), null);
  assert.equal(normThreshold(measured([null, null], [3, 2])), null);
  assert.equal(normThreshold(measured([0, 0], [3, 2])), null, "no spread to fall from");
  assert.equal(normThreshold([]), null);
  assert.equal(normThresholdWords([]), null);
});

Deno.test("the scale of features changes neither epoch", () => {
  const spreads = [8, 4, 2, 0.5, 0.1], norms = [14, 6, 5, 6, 6];
  const { onset, norm, crossing } = normThreshold(measured(spreads, norms))!;
  assert.deepEqual(normThreshold(measured(spreads.map((s) => 3 * s), norms.map((n) => 1e3 * n))), {
    onset,
    crossing,
    norm: 1e3 * norm,
  });
});

Deno.test("a norm that was longer in between is not said to have been no longer", () => {
  const risen = measured([8, 4, 2, 0.5], [5, 30, 25, 20]);
  assert.equal(normThreshold(risen)!.crossing, null);
  assert.match(normThresholdWords(risen)!, /as short at the first checkpoint, and up to 30\.0 in between\.$/);
});
