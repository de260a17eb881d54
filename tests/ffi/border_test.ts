/** What callers must not get wrong, native checks: sizes, states that do not belong together, ranges of counts. */
import { deepEqual, equal, ok, rejects, throws } from "node:assert/strict";
import { NativeError } from "../../src/ffi/error.ts";
import { Features } from "../../src/ffi/features.ts";
import { HandleSlot, sized, text } from "../../src/ffi/handle.ts";
import { Images } from "../../src/ffi/images.ts";
import type { Library } from "../../src/ffi/library.ts";
import { Network } from "../../src/ffi/network.ts";
import { NetworkBuilder } from "../../src/models/network.ts";
import { encodePlan } from "../../src/models/encode.ts";
import { makePlan } from "../../src/models/make_plan.ts";
import type { Plan } from "../../src/models/plan.ts";
import { rewritePlan } from "../../src/models/rewrite.ts";
import {
  firstIndices,
  gradientsOf,
  nativeTest,
  noiseImages,
  refusesUntilFlushed,
  relativeError,
  stateOf,
  trainerOf,
} from "./native.ts";

const SGD = { momentum: 0.9, weightDecay: 5e-4 };
const STEP = { batchSize: 4, firstStep: 0, steps: 1, learningRate: 0.1 };
const READS = "loss kind=cross_entropy label_smoothing=0\nread value=feature form=flattened\n";
const SHAPE = [3, 2, 2] as const;
const data = noiseImages(4, { shape: SHAPE, classes: 2 });

/** Two convolutions with norms, the second on a map of 1×1, where only the middle tap of its kernel meets data. */
function tinyPlan({ third = false } = {}): Plan {
  const net = new NetworkBuilder();
  const norm = (input: string, name: string, stride = 1) =>
    net.batchNorm2d(net.conv2d(input, name, { channels: 4, kernel: 3, padding: 1, stride }), `${name}.norm`);
  const first = norm("input", "first", 2);
  const second = norm(net.plain("relu", "relu", first), "second");
  const sum = third ? net.plain("add", "sum", second, first, norm("input", "other", 2)) : second;
  net.linear(net.plain("flatten", "flat", net.adaptiveAvgPool2d(sum, "mean")), "fc", 2);
  return makePlan(net.build("tiny", 2), SHAPE);
}

function tinyNetwork(library: Library, plan = rewritePlan(tinyPlan())): Network {
  const network = Network.create(library, encodePlan(plan), { precision: "float64" });
  network.initialise(1);
  return network;
}

nativeTest("every array of another size than the call needs is refused", async (library) => {
  using network = tinyNetwork(library);
  using images = Images.create(library, data);
  using trainer = trainerOf(library, network, images, SGD);
  using features = await Features.extract(library, network, images);
  const [d, c, n] = [features.width, features.classes, features.count];
  const doubles = (length: number) => sized(new Float64Array(length));
  const order = firstIndices(4);
  const run = (totals: number) =>
    library.callLong(
      "nc_trainer_run",
      trainer.address,
      order,
      4n,
      null,
      0n,
      4,
      0n,
      1n,
      0.1,
      ...doubles(totals),
      new BigUint64Array(1),
    );
  const calls: [what: string, expected: number, call: (off: number) => void | Promise<void>][] = [
    ["totals", 3, (off) => run(3 + off)],
    [
      "lazy_decay.map",
      4,
      (off) =>
        library.call("nc_trainer_read", trainer.address, ...text("lazy_decay.map"), ...doubles(4 + off)),
    ],
    [
      "momentum.fc.bias",
      2,
      (off) =>
        library.call("nc_trainer_write", trainer.address, ...text("momentum.fc.bias"), ...doubles(2 + off)),
    ],
    ["totals", 3, async (off) => {
      const slot = new HandleSlot();
      const sizes = [4, 1n, ...doubles(3 + off), slot.place, 1n] as const;
      await library.callLong(
        "nc_features_extract",
        network.address,
        images.address,
        ...text(READS),
        ...sizes,
      );
      library.call("nc_features_free", slot.address);
    }],
    [
      "shape",
      4,
      (off) => library.call("nc_features_shape", features.address, ...sized(new BigInt64Array(4 + off))),
    ],
    [
      "counts",
      c,
      (off) =>
        library.callLong("nc_features_class_sums", features.address, ...doubles(c + off), ...doubles(c * d)),
    ],
    [
      "sums",
      c * d,
      (off) =>
        library.callLong("nc_features_class_sums", features.address, ...doubles(c), ...doubles(c * d + off)),
    ],
    [
      "means",
      c * d,
      (off) =>
        library.callLong("nc_features_scatter", features.address, ...doubles(c * d + off), ...doubles(d * d)),
    ],
    [
      "scatter",
      d * d,
      (off) =>
        library.callLong("nc_features_scatter", features.address, ...doubles(c * d), ...doubles(d * d + off)),
    ],
    ["basis", 2 * d, (off) =>
      library.callLong(
        "nc_features_within_class",
        features.address,
        ...doubles(c * d),
        ...doubles(2 * d + off),
        2n,
        ...doubles(4),
        ...doubles(c),
      )],
    ["deviations", c, (off) =>
      library.callLong(
        "nc_features_within_class",
        features.address,
        ...doubles(c * d),
        ...doubles(2 * d),
        2n,
        ...doubles(4),
        ...doubles(c + off),
      )],
    ["centres", c * d, (off) =>
      library.callLong(
        "nc_features_decisions",
        features.address,
        ...doubles(c * d + off),
        ...doubles(c * d),
        ...doubles(c),
        ...sized(new BigInt64Array(4)),
      )],
    ["counts", 4, (off) =>
      library.callLong(
        "nc_features_decisions",
        features.address,
        ...doubles(c * d),
        ...doubles(c * d),
        ...doubles(c),
        ...sized(new BigInt64Array(4 + off)),
      )],
    ["bias", c, (off) =>
      library.callLong(
        "nc_features_correct",
        features.address,
        ...doubles(c * d),
        ...doubles(c + off),
        new BigInt64Array(1),
      )],
    ["predictions", n, (off) =>
      library.callLong(
        "nc_features_predictions",
        features.address,
        ...doubles(c * d),
        ...doubles(c),
        ...sized(new Int32Array(n + off)),
      )],
    ["labels", n, (off) =>
      library.callLong(
        "nc_features_read",
        features.address,
        0n,
        BigInt(n),
        ...doubles(n * d),
        ...sized(new Int32Array(n + off)),
      )],
  ];
  for (const [what, expected, call] of calls) {
    await call(0);
    for (const off of [-1, 1]) {
      const message = new RegExp(`^${what}: expected (a buffer of )?\\d+ bytes, found \\d+$`);
      await rejects(
        async () => await call(off),
        { name: "NativeError", code: 1, message },
        `${what} ${expected}`,
      );
    }
  }
  throws(
    () => Images.create(library, { ...data, mean: [0.5] }),
    /expected 3 means and deviations, found 1 and 3/,
  );
  throws(
    () => Images.create(library, { ...data, std: [1, 1, Infinity] }),
    /channel 2: expected a finite mean/,
  );
});

nativeTest("passes leave features as they are, of either precision", async (library) => {
  const labels = Int32Array.of(0, 1, 0, 1);
  const means = Float64Array.of(1, 2, 3, 4);
  const weight = Float64Array.of(1, 0, 0, 1);
  for (const make of [Float32Array, Float64Array]) {
    using features = await Features.create(library, make.of(1, 2, 3, 4, 5, 6, 7, 8), labels, { classes: 2 });
    const before = await features.classSums();
    await features.withinClass(means, weight);
    await features.withinClassScatter(means);
    await features.decisions(means, { weight, bias: Float64Array.of(0, 0) });
    deepEqual(await features.classSums(), before);
  }
});

nativeTest("a scatter in no directions has no entries", async (library) => {
  using features = await Features.create(library, new Float32Array(8).fill(1), Int32Array.of(0, 1), {
    classes: 2,
  });
  const { scatter, deviations } = await features.withinClass(new Float64Array(8), new Float64Array(0));
  deepEqual([scatter.length, deviations], [0, Float64Array.of(4, 4)]);
});

nativeTest("counts of steps and rows that cannot be are refused before they overflow", async (library) => {
  using network = tinyNetwork(library);
  using images = Images.create(library, data);
  using trainer = trainerOf(library, network, images, SGD);
  const call = (first: bigint, steps: bigint) =>
    library.callLong(
      "nc_trainer_run",
      trainer.address,
      firstIndices(4),
      4n,
      null,
      0n,
      4,
      first,
      steps,
      0.1,
      ...sized(new Float64Array(3)),
      new BigUint64Array(1),
    );
  await rejects(
    call(1n, 2n ** 63n - 1n),
    /expected steps within 0 to 0, found 9223372036854775807 from 1 on/,
  );
  await rejects(call(2n ** 64n - 1n, 2n), /first step: expected at most 2⁶³ − 1, found 18446744073709551615/);
  for (const count of [2n ** 63n - 1n, -1n]) {
    throws(
      () => trainer.write("steps", BigInt64Array.of(count)),
      /steps: expected a count from 0 to \d+, found/,
    );
  }
  throws(
    () => trainer.write("lazy_decay.map", Float64Array.of(1, 0, NaN, 1)),
    /lazy_decay.map: expected finite numbers, found others/,
  );
  const counter = "first.norm.num_batches_tracked";
  throws(() => network.write(counter, BigInt64Array.of(2n ** 63n - 1n)), /expected a count from 0 to/);
  throws(() => network.write(counter, BigInt64Array.of(-1n)), /expected a count from 0 to/);
  using features = await Features.extract(library, network, images);
  const read = library.callLong(
    "nc_features_read",
    features.address,
    2n ** 63n - 1n,
    2n,
    ...sized(new Float64Array(8)),
    ...sized(new Int32Array(2)),
  );
  await rejects(read, /expected samples within 0 to 3, found 2 from 9223372036854775807 on/);
  await rejects(
    trainer.run(firstIndices(4), { ...STEP, learningRate: NaN }),
    /a finite learning rate, found nan/,
  );
});

nativeTest("a batch norm that would see one value a channel is refused before any step", async (library) => {
  using network = tinyNetwork(library);
  using images = Images.create(library, data);
  using trainer = trainerOf(library, network, images, SGD);
  const before = stateOf(network, tinyPlan());
  await rejects(
    trainer.differentiate(firstIndices(1)),
    /expected batches of at least 2 images, found one of 1/,
  );
  const uneven = { ...STEP, batchSize: 3, steps: 2 };
  await rejects(trainer.run(firstIndices(4), uneven), /batch norm first.norm sees one value a channel/);
  deepEqual(stateOf(network, tinyPlan()), before);
});

nativeTest("features that are computed again refuse a network that has changed", async (library) => {
  const plan = tinyPlan();
  using network = tinyNetwork(library);
  using images = Images.create(library, data);
  using trainer = trainerOf(library, network, images, SGD);
  const changes: (() => void | Promise<void>)[] = [
    () => network.write("fc.bias", new Float64Array(2)),
    () => network.initialise(2),
    async () => void await trainer.run(firstIndices(4), STEP),
    async () => void await trainer.differentiate(firstIndices(4)),
  ];
  for (const change of changes) {
    trainer.flush();
    using kept = await Features.extract(library, network, images);
    using again = await Features.extract(library, network, images, { keepBytes: 0 });
    const { sums } = await kept.classSums();
    deepEqual(await kept.withinClassScatter(sums), await again.withinClassScatter(sums));
    await change();
    await kept.withinClassScatter(sums);
    await rejects(
      again.withinClassScatter(sums),
      /a network that has changed since they were extracted: extract them again/,
    );
  }
  trainer.flush();
  ok(stateOf(network, plan).size > 0);
});

nativeTest("a trainer that is freed leaves another on the same network at work", async (library) => {
  using network = tinyNetwork(library);
  using images = Images.create(library, data);
  using stays = trainerOf(library, network, images, SGD);
  const loss = await stays.differentiate(firstIndices(4));
  const goes = trainerOf(library, network, images, SGD);
  equal(await goes.differentiate(firstIndices(4)), loss);
  goes.free();
  equal(await stays.differentiate(firstIndices(4)), loss);
});

nativeTest("what steps have put off for dead taps is never missing from what is read", async (library) => {
  const name = "second.weight";
  const taps = new Float64Array(4 * 4 * 9);
  using images = Images.create(library, data);
  const trained = async (rewrite: boolean, flush: boolean) => {
    const plan = rewrite ? rewritePlan(tinyPlan()) : tinyPlan();
    using network = tinyNetwork(library, plan);
    const trainer = trainerOf(library, network, images, SGD);
    await trainer.run(firstIndices(4), STEP);
    if (rewrite) {
      refusesUntilFlushed(network, name, taps);
      network.read("fc.bias", new Float64Array(2));
      trainer.read(name, taps);
    }
    if (flush) trainer.flush();
    trainer.free();
    network.read(name, taps);
    return taps.slice();
  };
  const expected = await trained(false, false);
  ok(relativeError(await trained(true, true), expected) < 1e-14);
  ok(relativeError(await trained(true, false), expected) < 1e-14, "freeing a trainer flushes it");
});

nativeTest("two trainers step in turn, each from where the other was flushed", async (library) => {
  using images = Images.create(library, data);
  const trained = async (flushes: boolean) => {
    const plan = flushes ? rewritePlan(tinyPlan()) : tinyPlan();
    using network = tinyNetwork(library, plan);
    using first = trainerOf(library, network, images, SGD);
    using second = trainerOf(library, network, images, { ...SGD, momentum: 0 });
    for (let turn = 0; turn < 2; turn++) {
      await first.run(firstIndices(4), STEP);
      if (flushes) {
        await rejects(second.run(firstIndices(4), STEP), /another trainer of this network .*flush it first/);
        const steps = new BigInt64Array(1);
        second.read("steps", steps);
        throws(() => second.write("steps", steps), /another trainer of this network .*flush it first/);
        first.write("steps", BigInt64Array.of(1n));
        first.flush();
        second.write("steps", steps);
      }
      await second.run(firstIndices(4), STEP);
      second.flush();
    }
    return stateOf(network, plan);
  };
  const [found, expected] = [await trained(true), await trained(false)];
  for (const [name, { data: values }] of expected) {
    ok(relativeError(found.get(name)!.data, values) < 1e-9, name);
  }
});

nativeTest("a sum of three is the sum of all three, in value and gradient", async (library) => {
  using images = Images.create(library, data);
  const plan = tinyPlan({ third: true });
  const results = [];
  for (const variant of [plan, rewritePlan(plan)]) {
    using network = tinyNetwork(library, variant);
    using trainer = trainerOf(library, network, images, SGD);
    results.push(
      [await trainer.differentiate(firstIndices(4)), gradientsOf(trainer, plan, "float64")] as const,
    );
  }
  const [[loss, gradients], [rewritten, found]] = results;
  ok(relativeError([rewritten], [loss]) < 1e-14);
  for (const [name, { data: values }] of gradients) {
    ok(relativeError(found.get(name)!.data, values) < 1e-10, name);
  }
  const norm = gradients.get("other.norm.weight")!.data as Float64Array;
  ok(norm.some((value) => value !== 0), "the third addend is part of the sum");
});

nativeTest("memory that the host does not have arrives as that error", async (library) => {
  // A scatter matrix of 6,000,000 × 6,000,000: more than processors can address.
  const width = 6_000_000;
  using features = await Features.create(library, new Float32Array(width), Int32Array.of(0), { classes: 1 });
  const call = library.callLong(
    "nc_features_scatter",
    features.address,
    ...sized(new Float64Array(width)),
    ...sized(new Float64Array(1)),
  );
  await rejects(
    call,
    (error) => error instanceof NativeError && error.code === 3 && /memory/.test(error.message),
  );
});

nativeTest("a text that is no device is refused in native, too", (library) => {
  const slot = new HandleSlot();
  throws(
    () => library.call("nc_network_create", ...text("input shape=1,1,1"), ...text("cpu:"), 0, slot.place),
    { name: "NativeError", code: 1 },
  );
  equal(slot.address, 0n);
});

nativeTest(
  "ranks that cannot be, and what they are not given, are refused before anybody is waited for",
  async (library) => {
    const meet = (rank: number, count: number, host: string, port: number, patience: bigint) =>
      library.callLong("nc_ranks_create", rank, count, ...text(host), port, patience, new HandleSlot().place);
    const refused: [call: () => Promise<void>, message: RegExp][] = [
      [() => meet(0, 1, "localhost", 29500, 1n), /expected at least 2 ranks, found 1/],
      [() => meet(2, 2, "localhost", 29500, 1n), /expected a rank from 0 to 1, found 2/],
      [() => meet(-1, 2, "localhost", 29500, 1n), /expected a rank from 0 to 1, found -1/],
      [() => meet(0, 2, "localhost", 65536, 1n), /expected a port from 1 to 65535, found 65536/],
      [() => meet(0, 2, "localhost", 29500, 0n), /expected a patience from 1 to 86400000 ms, found 0/],
      [() => meet(0, 2, "", 29500, 1n), /expected a host, found ''/],
      [
        () => library.callLong("nc_ranks_sum", 0n, ...sized(new Float64Array(1))),
        /expected ranks, found a null pointer/,
      ],
      [
        () => library.callLong("nc_ranks_broadcast", 0n, ...sized(new Uint8Array(1))),
        /expected ranks, found a null/,
      ],
    ];
    for (const [call, message] of refused) await rejects(call, message);
    using network = tinyNetwork(library);
    using images = Images.create(library, data);
    using trainer = trainerOf(library, network, images, SGD);
    throws(
      () => library.call("nc_trainer_share", trainer.address, 0n, 1),
      /expected ranks, found a null pointer/,
    );
  },
);
