/** Fixed simplex ETFs as native draws them, and parameters that training leaves alone. */
import { deepEqual, notDeepEqual, ok, throws } from "node:assert/strict";
import { readState } from "../../src/engine/checkpoint.ts";
import { Images } from "../../src/ffi/images.ts";
import type { Library } from "../../src/ffi/library.ts";
import { withClassifier } from "../../src/models/classifier.ts";
import { makePlan } from "../../src/models/make_plan.ts";
import { mlp } from "../../src/models/mlp.ts";
import { gradientsOf, nativeTest, networkOf, noiseImages, trainerOf } from "./native.ts";

const SHAPE = [3, 2, 2] as const;

function etfPlan({ classes, width, length }: { classes: number; width: number; length: number }) {
  const last = {
    bias: true,
    width,
    temperature: null,
    weightInit: { kind: "etf", length },
    frozen: true,
  } as const;
  return makePlan(withClassifier(mlp({ classes, depth: 1, width: 8 }), last), SHAPE);
}

function rowsOf(library: Library, shape: Parameters<typeof etfPlan>[0], seed = 3): Float64Array[] {
  using network = networkOf(library, etfPlan(shape), "float64", seed);
  const { data } = readState(network).get("fc.weight")!;
  return Array.from(
    { length: shape.classes },
    (_, c) => (data as Float64Array).slice(c * shape.width, (c + 1) * shape.width),
  );
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

nativeTest(
  "a simplex ETF has rows of one length at angles of −1/(C−1), in any width that holds it",
  (library) => {
    for (
      const [classes, width] of [[2, 1], [2, 7], [3, 2], [10, 9], [10, 10], [10, 64], [100, 128]] as const
    ) {
      const rows = rowsOf(library, { classes, width, length: 2.5 });
      for (const [c, row] of rows.entries()) {
        for (const [other, next] of rows.entries()) {
          const expected = 2.5 ** 2 * (c === other ? 1 : -1 / (classes - 1));
          ok(Math.abs(dot(row, next) - expected) < 1e-12, `${classes} in ${width}: ${dot(row, next)}`);
        }
      }
    }
  },
);

nativeTest("its position follows from the seed alone", (library) => {
  const shape = { classes: 10, width: 33, length: 1 };
  const first = rowsOf(library, shape);
  library.setThreads(1);
  deepEqual(rowsOf(library, shape), first);
  notDeepEqual(rowsOf(library, shape, 4), first);
});

nativeTest("what is frozen has no gradient and no state, and stays to the bit", async (library) => {
  const plan = etfPlan({ classes: 4, width: 5, length: 1 });
  using images = Images.create(library, noiseImages(8, { shape: SHAPE, classes: 4 }));
  using network = networkOf(library, plan);
  const before = readState(network);
  const optimizer = { kind: "adam", betas: [0.9, 0.999], eps: 1e-8 } as const;
  using trainer = trainerOf(library, network, images, { optimizer, weightDecay: 0.1, featureDecay: 0.1 });
  const order = BigInt64Array.from({ length: 8 }, (_, i) => BigInt(i));
  await trainer.differentiate(order);
  deepEqual([...gradientsOf(trainer, plan, "float64").keys()], [
    ...["hidden.0", "projection"].flatMap((scope) => [`${scope}.weight`, `${scope}.bias`]),
    "fc.bias",
  ]);
  throws(() => trainer.readGradient("fc.weight", new Float64Array(20)), /'fc\.weight' is frozen/);
  await trainer.run(order, { batchSize: 4, firstStep: 0, steps: 2, learningRate: 0.1 });
  const after = readState(network);
  deepEqual(after.get("fc.weight"), before.get("fc.weight"));
  notDeepEqual(after.get("fc.bias"), before.get("fc.bias"));
  const kept = trainer.entries().map(({ name }) => name).filter((name) => name.includes("fc."));
  deepEqual(kept, ["fc.weight", "fc.bias", "exp_avg.fc.bias", "exp_avg_sq.fc.bias"]);
});
