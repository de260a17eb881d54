/** What callers of the library hand over by mistake is taken or refused in words. */
import assert from "node:assert/strict";
import { arraySource } from "../../src/collapse/array_source.ts";
import { measure } from "../../src/collapse/measure.ts";

const FEATURES = new Float32Array([2, 0, 1.5, 0, 0, 2, 0, 2.5]);
const LABELS = [0, 0, 1, 1];
const SHAPE = { width: 2, classes: 2 };

Deno.test("BigInt labels count as the numbers they are, and those that are none are refused", async () => {
  const metrics = ["nc1_quotient_train"];
  const [plain, big, typed] = await Promise.all(
    [LABELS, LABELS.map(BigInt), BigInt64Array.from(LABELS.map(BigInt))].map((labels) =>
      measure({ train: arraySource({ features: FEATURES, labels, ...SHAPE }) }, { metrics })
    ),
  );
  assert.deepEqual([big!.values, typed!.values], [plain!.values, plain!.values]);
  assert.throws(
    () => arraySource({ features: FEATURES, labels: [0n, 0n, 1n, 2n ** 40n], ...SHAPE }),
    new RangeError("expected whole numbers as labels, found 1099511627776 at sample 3"),
  );
  assert.throws(
    () => arraySource({ features: FEATURES, labels: ["0", "0", "1", "1"] as never, ...SHAPE }),
    new RangeError("expected whole numbers as labels, found 0 at sample 0"),
  );
});

Deno.test("nested and plain arrays are refused with the way to flat ones", async () => {
  assert.throws(
    () => arraySource({ features: [[2, 0], [1, 0], [0, 2], [0, 1]] as never, labels: LABELS, ...SHAPE }),
    new TypeError(
      "expected features as one Float32Array or Float64Array (samples × width), found nested arrays; " +
        "Float32Array.from(rows.flat()) makes one of arrays, row by row",
    ),
  );
  const train = arraySource({ features: FEATURES, labels: LABELS, ...SHAPE });
  await assert.rejects(
    measure({ train, classifier: { weight: [1, -1, -1, 1] as never } }),
    new TypeError(
      "expected the classifier's weight as one Float32Array or Float64Array (classes × width), found an Array; " +
        "Float32Array.from(array) makes one",
    ),
  );
});

Deno.test("features that are no source are refused, and no classifier is none", async () => {
  await assert.rejects(
    measure({ train: { features: FEATURES, labels: LABELS, ...SHAPE } as never }),
    new TypeError(
      "expected train to be a source of features, as arraySource({ features, labels, width, classes }) makes, " +
        "found an Object",
    ),
  );
  const train = arraySource({ features: FEATURES, labels: LABELS, ...SHAPE });
  for (const classifier of [undefined, null]) {
    const { outcomes } = await measure({ train, classifier: classifier as null });
    assert.deepEqual(outcomes.train_accuracy, { undefined: "there is no classifier" });
  }
});
