/** What --mean, --std and --scale make of pixels. */
import assert from "node:assert/strict";
import { normalisationOf, normalisationText } from "../../src/data/normalisation.ts";

const own = { mean: [0.1, 0.2, 0.3], std: [0.4, 0.5, 0.6], shape: [3, 32, 32] as const, title: "Some" };

Deno.test("without a choice the data set's own normalisation holds, with one that", () => {
  assert.deepEqual(normalisationOf(own, {}), { mean: own.mean, std: own.std, chosen: false });
  assert.deepEqual(normalisationOf(own, { mean: [0.5], std: [0.25] }), {
    mean: [0.5, 0.5, 0.5],
    std: [0.25, 0.25, 0.25],
    chosen: true,
  });
  const scaled = normalisationOf(own, { mean: [51, 102, 153], std: [255], scale: "0..255" });
  assert.deepEqual(scaled, { mean: [0.2, 0.4, 0.6], std: [1, 1, 1], chosen: true });
});

Deno.test("a scale alone feeds pixels as they are on it", () => {
  assert.deepEqual(normalisationOf(own, { scale: "0..1" }), {
    mean: [0, 0, 0],
    std: [1, 1, 1],
    chosen: true,
  });
  const { std } = normalisationOf(own, { scale: "0..255" });
  assert.deepEqual(std, [1 / 255, 1 / 255, 1 / 255]);
});

Deno.test("half a choice, or one for another number of channels, is refused", () => {
  assert.throws(
    () => normalisationOf(own, { mean: [0] }),
    /expected --std beside --mean, found --mean alone/,
  );
  assert.throws(() => normalisationOf(own, { std: [1] }), /expected --mean beside --std/);
  assert.throws(
    () => normalisationOf(own, { mean: [0, 0], std: [1] }),
    /one number or 3 for --mean, .* found 2/,
  );
});

Deno.test("the text has the numbers", () => {
  assert.equal(normalisationText(own), "(x/255 − mean) / std with mean 0.1 0.2 0.3 and std 0.4 0.5 0.6");
});
