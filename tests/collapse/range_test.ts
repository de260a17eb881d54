/** Ranges as the catalogue states them, read as numbers that hold of what is measured. */
import { deepEqual, ok, throws } from "node:assert/strict";
import { arraySource } from "../../src/collapse/array_source.ts";
import { CATALOGUE } from "../../src/collapse/catalogue.ts";
import { measure } from "../../src/collapse/measure.ts";
import { boundsOf, isWithin } from "../../src/collapse/range.ts";
import { gaussianCase, simplexCase } from "./features.ts";

Deno.test("a range is read as its two ends", () => {
  for (
    const [range, low, high] of [
      ["[0, 1]", 0, 1],
      ["[0, 100] %", 0, 100],
      ["[−1, 1]", -1, 1],
      ["[0, 1.1)", 0, 1.1],
      ["[0, ∞)", 0, Infinity],
      ["(−∞, ∞)", -Infinity, Infinity],
      ["[0, π/2] rad", 0, Math.PI / 2],
      ["[0, 1 + 1/(C−1)]", 0, 2],
      ["[1, √min(n_c, d)]", 1, Infinity],
      ["[0, √C]", 0, Infinity],
    ] as const
  ) {
    deepEqual(boundsOf(range), { low, high });
  }
  throws(() => boundsOf("positive"), /expected a range such as "\[0, 1\]", found "positive"/);
});

Deno.test("a value may leave its range by rounding only", () => {
  const accuracy = boundsOf("[0, 100] %");
  ok(isWithin(-1e-12, accuracy) && isWithin(100.00001, accuracy));
  ok(!isWithin(-0.01, accuracy) && !isWithin(100.01, accuracy));
});

Deno.test("what is measured lies in the range that its definition states", async () => {
  const simplex = simplexCase();
  const cases = [
    ["a simplex", simplex, simplex],
    ...[1, 1e-3, 1e3].flatMap((spread) =>
      [[9, 9, 9], [30, 2, 11, 7], [4, 5]].map((counts, seed) =>
        [
          `classes of ${counts}, spread ${spread}`,
          gaussianCase({ counts, width: 6, spread, seed }),
          gaussianCase({ counts, width: 6, spread, seed: seed + 50 }),
        ] as const
      )
    ),
  ] as const;
  for (const [name, train, test] of cases) {
    const input = { train: arraySource(train), test: arraySource(test), classifier: train };
    const { values } = await measure(input, { metrics: "all", weightDecay: 5e-3 });
    for (const metric of CATALOGUE) {
      const value = values[metric.name] ?? null;
      if (value === null) continue;
      ok(isWithin(value, boundsOf(metric.range)), `${metric.name} of ${name}: ${value} in ${metric.range}`);
    }
  }
});
