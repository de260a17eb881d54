import assert from "node:assert/strict";
import { arraySource } from "../../src/collapse/array_source.ts";
import { singularValues } from "../../src/collapse/singular_values.ts";
import { moments } from "../../src/collapse/moments.ts";
import { classSpectra } from "../../src/collapse/needs/spectra.ts";
import { turn } from "../../src/collapse/turns.ts";
import { gaussianCase } from "./features.ts";

const GIBIBYTE = 2 ** 30;

for (const spread of [1, 1e-6]) {
  Deno.test(`classes larger and smaller than their width have the singular values of their matrix, spread ${spread}`, async () => {
    const { features, labels, width, classes } = gaussianCase({ counts: [150, 3, 64, 1], width: 6, spread });
    const source = arraySource({ features, labels, width, classes });
    const spectra = await classSpectra(source, moments(await source.classSums()), { memory: GIBIBYTE, turn });
    for (let c = 0; c < classes; c++) {
      const rows = [...labels.keys()].filter((i) => labels[i] === c);
      const matrix = Float64Array.from(
        rows.flatMap((i) => [...features.subarray(i * width, (i + 1) * width)]),
      );
      const expected = singularValues(matrix, rows.length, width);
      expected.forEach((sigma, k) => {
        assert.ok(
          Math.abs(spectra[c][k] - sigma) < 1e-12 * expected[0],
          `class ${c}: ${spectra[c][k]} ${sigma}`,
        );
      });
    }
  });
}

Deno.test("less memory takes more passes and gives the same", async () => {
  const one = gaussianCase({ counts: [20, 15, 25, 12, 9], width: 4 });
  let passes = 0;
  const source = arraySource(one);
  const chunks = source.chunks.bind(source);
  source.chunks = () => {
    passes++;
    return chunks();
  };
  const first = moments(await source.classSums());
  passes = 0;
  const whole = await classSpectra(source, first, { memory: GIBIBYTE, turn });
  assert.equal(passes, 1);
  assert.deepEqual(await classSpectra(source, first, { memory: 2 * 8 * 4 * 4, turn }), whole);
  assert.equal(passes, 1 + 3);
});
