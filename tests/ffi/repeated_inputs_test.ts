/** Weights whose inputs are repeated: whatever is read, written, flushed or resumed, they are what the plain network has. */
import { deepEqual, ok, rejects, throws } from "node:assert/strict";
import { readState } from "../../src/engine/checkpoint.ts";
import { Images } from "../../src/ffi/images.ts";
import type { Library } from "../../src/ffi/library.ts";
import type { Buffer } from "../../src/ffi/network.ts";
import type { Trainer } from "../../src/ffi/trainer.ts";
import type { StateDict } from "../../src/formats/tensor.ts";
import { rewritePlan } from "../../src/models/rewrite.ts";
import {
  gradientsOf,
  nativeTest,
  networkOf,
  noiseImages,
  refusesUntilFlushed,
  relativeError,
  stateOf,
  trainerOf,
} from "./native.ts";
import { REPEATED, REPEATS_IMAGE, spreadPlan } from "./repeats.ts";

const { name, size } = REPEATED;
const BATCH = 4;
const STEPS = 20;
const DATA = noiseImages(BATCH * 5, { shape: REPEATS_IMAGE, classes: 2 });
const ORDER = BigInt64Array.from({ length: BATCH * STEPS - 1 }, (_, i) => BigInt((i * 7) % (BATCH * 5)));
/** The live coordinates, beside the entries in full. */
const LIVE = ["live.hidden.weight", "live.momentum.hidden.weight"];

const OPTIMIZERS = (["sgd", "sgdw"] as const).flatMap((kind) =>
  [[0, false], [0.9, false], [0.9, true]].map(([momentum, nesterov]) =>
    ({ kind, momentum, nesterov }) as { kind: typeof kind; momentum: number; nesterov: boolean }
  )
);

async function run(trainer: Trainer, firstStep: number, steps: number): Promise<void> {
  const learningRate = firstStep < STEPS / 2 ? 0.1 : 0.03;
  await trainer.run(ORDER, { batchSize: BATCH, firstStep, steps, learningRate });
}

/** All but the momentum of a trainer without any, which PyTorch does not keep. */
function withoutLive(state: StateDict, momentum: number): [string, number[]][] {
  return [...state].filter(([name]) => !name.startsWith("live.") && name !== "lazy_decay.map")
    .filter(([name]) => momentum > 0 || !name.startsWith("momentum."))
    .map(([name, { data }]) => [name, Array.from(data as ArrayLike<number | bigint>, Number)]);
}

nativeTest("every linear optimizer reaches the plain network's parameters and momentum", async (library) => {
  using images = Images.create(library, DATA);
  for (const optimizer of OPTIMIZERS) {
    for (const decayOn of ["all", "weights"] as const) {
      const reached = async (rewrite: boolean, flushes: readonly number[]) => {
        const plan = rewrite ? rewritePlan(spreadPlan()) : spreadPlan();
        using network = networkOf(library, plan);
        using trainer = trainerOf(library, network, images, {
          optimizer,
          decayOn,
          weightDecay: 0.05,
          featureDecay: 0.1,
        });
        for (let step = 0; step < STEPS; step++) {
          await run(trainer, step, 1);
          if (flushes.includes(step)) trainer.flush();
        }
        trainer.flush();
        const loss = await trainer.differentiate(ORDER.slice(0, 8));
        const gradients = [...gradientsOf(trainer, spreadPlan(), "float64")].map(([name, { data }]) =>
          [`gradient.${name}`, Array.from(data as Float64Array)] as const
        );
        return new Map([...withoutLive(readState(trainer), optimizer.momentum), ...gradients, ["loss", [
          loss,
        ]]]);
      };
      const expected = await reached(false, []);
      for (const flushes of [[], [0, 7, 13]]) {
        const found = await reached(true, flushes);
        deepEqual([...found.keys()], [...expected.keys()]);
        for (const [name, values] of expected) {
          const error = relativeError(found.get(name)!, values);
          ok(error < 1e-10, `${JSON.stringify(optimizer)}, ${decayOn}, ${name}: ${error}`);
        }
      }
    }
  }
});

nativeTest("what was written is read to the bit, and what is put off is never missing", async (library) => {
  using images = Images.create(library, DATA);
  using network = networkOf(library, rewritePlan(spreadPlan()), "float32");
  const values = Float32Array.from({ length: size }, (_, i) => Math.sin(i));
  const found = new Float32Array(size);
  network.write(name, values);
  network.read(name, found);
  deepEqual(found, values);
  const trainer = trainerOf(library, network, images, { momentum: 0.9, weightDecay: 0.1 });
  await run(trainer, 0, 1);
  refusesUntilFlushed(network, name, found);
  network.read("fc.bias", new Float32Array(2));
  trainer.free();
  network.read(name, found);
  ok(found.some((value, i) => value !== values[i]), "freeing a trainer flushes it");
});

nativeTest("two trainers step in turn, each from where the other was flushed", async (library) => {
  using images = Images.create(library, DATA);
  const trained = async (rewrite: boolean) => {
    const plan = rewrite ? rewritePlan(spreadPlan()) : spreadPlan();
    using network = networkOf(library, plan);
    using first = trainerOf(library, network, images, { momentum: 0.9, weightDecay: 0.05 });
    using second = trainerOf(library, network, images, { weightDecay: 0.01 });
    for (let turn = 0; turn < 3; turn++) {
      await run(first, turn, 1);
      if (rewrite) await rejects(run(second, turn, 1), /another trainer of this network .*flush it first/);
      first.flush();
      await run(second, turn, 1);
      second.flush();
    }
    return stateOf(network, plan);
  };
  const [found, expected] = [await trained(true), await trained(false)];
  for (const [name, { data }] of expected) ok(relativeError(found.get(name)!.data, data) < 1e-9, name);
});

/** As it was after so many steps, and then to the end in another process's place. */
async function resumed(
  library: Library,
  images: Images,
  { at, save }: { at: number; save: readonly number[] },
) {
  const plan = rewritePlan(spreadPlan());
  const options = { momentum: 0.9, weightDecay: 0.05 };
  const saved: StateDict[] = [];
  const steps = async (trainer: Trainer, from: number, to: number) => {
    for (let step = from; step < to; step++) {
      await run(trainer, step, 1);
      // As at the end of an epoch, and at moments that nobody knows before.
      if (step === 8) trainer.flush();
      if (save.includes(step)) saved.push(readState(trainer));
    }
  };
  using network = networkOf(library, plan, "float32");
  using trainer = trainerOf(library, network, images, options);
  await steps(trainer, 0, at);
  using next = networkOf(library, plan, "float32", 99);
  using other = trainerOf(library, next, images, options);
  for (const [name, { data }] of readState(trainer)) other.write(name, data as Buffer);
  deepEqual(readState(other), readState(trainer));
  await steps(other, at, STEPS);
  other.flush();
  return readState(other);
}

nativeTest(
  "a trainer goes on from another's state to the same bits, whenever that was read",
  async (library) => {
    using images = Images.create(library, DATA);
    const undisturbed = await resumed(library, images, { at: STEPS, save: [] });
    for (const entry of LIVE) ok(undisturbed.has(entry), entry);
    for (const at of [0, 1, 5, 8, 9, 15]) {
      deepEqual(await resumed(library, images, { at, save: [] }), undisturbed, `from ${at} on`);
      deepEqual(
        await resumed(library, images, { at, save: [at - 1, at + 2, 17] }),
        undisturbed,
        `${at}, read between`,
      );
    }
  },
);

nativeTest("an optimizer whose step is no linear map is refused beside repeats", (library) => {
  using images = Images.create(library, DATA);
  using network = networkOf(library, rewritePlan(spreadPlan()));
  const optimizer = { kind: "adam", betas: [0.9, 0.999], eps: 1e-8 } as const;
  throws(
    () => trainerOf(library, network, images, { optimizer, decayOn: "all" }),
    /this optimizer moves what gets no gradient of first.weight .*run the network without the rewrite/,
  );
});
