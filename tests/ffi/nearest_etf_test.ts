/** The classifier at the class means' nearest simplex: that it is one, the nearest, of all batches so far; and its borders. */
import { deepEqual, ok, throws } from "node:assert/strict";
import { readState } from "../../src/engine/checkpoint.ts";
import { Images } from "../../src/ffi/images.ts";
import type { Library } from "../../src/ffi/library.ts";
import { Network } from "../../src/ffi/network.ts";
import type { StateDict } from "../../src/formats/tensor.ts";
import { withClassifier } from "../../src/models/classifier.ts";
import { encodePlan } from "../../src/models/encode.ts";
import { makePlan } from "../../src/models/make_plan.ts";
import { NetworkBuilder } from "../../src/models/network.ts";
import { nativeTest, networkOf, noiseImages, trainerOf } from "./native.ts";

const [CLASSES, WIDTH] = [3, 5];
const SHAPE = [1, 2, 2] as const;
const IMAGES = noiseImages(12, { shape: SHAPE, classes: CLASSES });

/** A linear map of the pixels, and the classifier on it. */
function nearestPlan(width = WIDTH) {
  const net = new NetworkBuilder();
  net.linear(net.plain("flatten", "flat", "input"), "fc", CLASSES);
  return makePlan(
    withClassifier(net.build("nearest", CLASSES), {
      bias: true,
      width,
      temperature: null,
      weightInit: { kind: "etf", length: 1 },
      frozen: true,
      nearest: true,
    }),
    SHAPE,
  );
}

/** The state after a step on each of `batches` (indices of images), with a rate of 0 unless another is given. */
async function after(
  library: Library,
  batches: readonly (readonly number[])[],
  learningRate = 0,
): Promise<{ state: StateDict; loss: number }> {
  using network = networkOf(library, nearestPlan());
  using images = Images.create(library, IMAGES);
  using trainer = trainerOf(library, network, images, { loss: { kind: "mse", scale: 1, target: 1 } });
  let loss = NaN;
  for (const batch of batches) {
    const order = BigInt64Array.from(batch, BigInt);
    ({ loss } = await trainer.run(order, {
      batchSize: batch.length,
      firstStep: 0,
      steps: 1,
      learningRate,
    }));
  }
  return { state: readState(network), loss };
}

function rowsOf(state: StateDict, name: string): number[][] {
  const { data, shape: [, width] } = state.get(name)!;
  return Array.from(
    { length: data.length / width! },
    (_, i) => Array.from(data.slice(i * width!, (i + 1) * width!), Number),
  );
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const ALL = IMAGES.labels.length;
const EVERY = Array.from({ length: ALL }, (_, i) => i);

nativeTest(
  "after a step the weight is a simplex of rows of length 1, and the frame is orthonormal",
  async (library) => {
    const { state } = await after(library, [EVERY]);
    const [rows, frame] = [rowsOf(state, "fc.weight"), rowsOf(state, "fc.frame")];
    for (let i = 0; i < CLASSES; i++) {
      for (let j = 0; j < CLASSES; j++) {
        ok(Math.abs(dot(rows[i]!, rows[j]!) - (i === j ? 1 : -1 / (CLASSES - 1))) < 1e-12);
        ok(Math.abs(dot(frame[i]!, frame[j]!) - Number(i === j)) < 1e-12);
      }
    }
  },
);

nativeTest("no other frame is nearer to the means", async (library) => {
  const { state } = await after(library, [EVERY]);
  const [means, frame] = [rowsOf(state, "fc.class_means"), rowsOf(state, "fc.frame")];
  const length = Math.sqrt(means.reduce((sum, row) => sum + dot(row, row), 0));
  const cost = (rows: readonly (readonly number[])[]) => {
    const centre = rows[0]!.map((_, d) => rows.reduce((sum, row) => sum + row[d]! / CLASSES, 0));
    return rows.reduce(
      (sum, row, c) =>
        sum + row.reduce((part, value, d) => {
          const axis = Number(c === d);
          return part + (means[c]![d]! / length - (value - centre[d]!) / Math.sqrt(CLASSES - 1)) ** 2 +
            5e-4 * (value - axis) ** 2;
        }, 0),
      0,
    );
  };
  const turned = (p: number, q: number, angle: number) =>
    frame.map((row) =>
      row.map((value, d) =>
        d === p
          ? Math.cos(angle) * value - Math.sin(angle) * row[q]!
          : d === q
          ? Math.cos(angle) * value + Math.sin(angle) * row[p]!
          : value
      )
    );
  const own = cost(frame);
  for (let p = 0; p < WIDTH; p++) {
    for (let q = 0; q < p; q++) {
      for (const angle of [-1, -0.1, -1e-3, 1e-3, 0.1, 1, 3]) {
        ok(cost(turned(p, q, angle)) >= own - 1e-14, `turned by ${angle} in ${p}, ${q}`);
      }
    }
  }
});

nativeTest(
  "a class that a batch does not have keeps its mean, and one that none had stands at the centre",
  async (library) => {
    const of = (c: number) => EVERY.filter((i) => IMAGES.labels[i] === c);
    const first = await after(library, [[...of(0), ...of(1)]]);
    deepEqual(rowsOf(first.state, "fc.class_means")[2], Array(WIDTH).fill(0));
    const both = await after(library, [[...of(0), ...of(1)], [...of(1), ...of(2)]]);
    const kept = rowsOf(both.state, "fc.class_means")[0]!;
    rowsOf(first.state, "fc.class_means")[0]!.forEach((value, d) => ok(Math.abs(value - kept[d]!) < 1e-12));
    deepEqual(both.state.get("fc.num_batches_tracked")!.data, BigInt64Array.of(2n));
  },
);

nativeTest("what diverges ends in a loss that is no number", async (library) => {
  const { loss } = await after(library, Array(40).fill(EVERY), 1e300);
  ok(Number.isNaN(loss), `${loss}`);
});

nativeTest("a plan whose classifier cannot follow the means is refused, with the line", (library) => {
  const plan = encodePlan(nearestPlan());
  Network.create(library, plan).free();
  const changes: [from: string | RegExp, to: string, message: RegExp][] = [
    ["nearest=fc", "nearest=other", /no line declares buffer 'other.class_means'/],
    ["fc.frame shape=3,5", "fc.frame shape=5,3", /expected fc.frame of 3×5, found 5×3 for 'linear/],
    [/buffer name=fc.num_batches_tracked\n/, "", /no line declares the counter 'fc.num_batches_tracked'/],
    [/(name=fc.bias .*) frozen=1/, "$1", /expected frozen weight and bias/],
    [/(name=fc.weight .*) frozen=1/, "$1", /expected frozen weight and bias/],
    ["output", "relu to=4 from=3\noutput", /no op behind the nearest simplex/],
  ];
  for (const [from, to, message] of changes) {
    const changed = plan.replace(from, to);
    ok(changed !== plan, `${from}`);
    throws(() => Network.create(library, changed), { name: "NativeError", code: 1, message }, `${from}`);
  }
  throws(
    () => nearestPlan(2),
    /features of at least 3 numbers, which the nearest simplex ETF of 3 classes needs, found 2/,
  );
});
