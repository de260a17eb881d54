/**
 * Seeded mutations of resume states: each must be refused, with network and trainer as they were, or be taken whole.
 */
import { deepEqual } from "node:assert/strict";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { Images } from "../../src/ffi/images.ts";
import type { Library } from "../../src/ffi/library.ts";
import { Network } from "../../src/ffi/network.ts";
import type { Trainer } from "../../src/ffi/trainer.ts";
import { elementCount, type StateDict, type TensorData } from "../../src/formats/tensor.ts";
import { NetworkBuilder } from "../../src/models/network.ts";
import { encodePlan } from "../../src/models/encode.ts";
import { makePlan } from "../../src/models/make_plan.ts";
import { rewritePlan } from "../../src/models/rewrite.ts";
import { loadStateDict, saveStateDict } from "../../src/engine/checkpoint.ts";
import { loadResume, saveResume, START } from "../../src/engine/resume.ts";
import type { Session } from "../../src/engine/session.ts";
import { noiseImages, trainerOf } from "../ffi/native.ts";
import { mutate } from "../formats/mutate.ts";

const SGD = { momentum: 0.9, weightDecay: 0.1 };
const IMAGE = [3, 2, 2] as const;
const VALUES = [0, -0, 1, -1, 0.5, 2 ** 53, 1e308, -1e308, Infinity, -Infinity, NaN];
const COUNTS = [0n, 1n, -1n, 2n ** 53n, 2n ** 62n, 2n ** 63n - 1n, -(2n ** 63n)];
const SHAPES = [[], [0], [1], [2], [4], [2, 2], [2, 2, 1], [1, 4], [3, 3], [4, 4, 3, 3]];
const DTYPES = ["float32", "float64", "int64"] as const;

type Below = (limit: number) => number;

/** Runs cases `first` to `first + count − 1`; returns how many states were refused. Throws for any other end. */
export async function mutateResumeStates(
  library: Library,
  folder: string,
  { seed, first = 0, count }: { seed: number; first?: number; count: number },
): Promise<number> {
  using session = tinySession(library, { repeats: true });
  const [sound, damaged, after] = ["sound", "damaged", "after"].map((name) => `${folder}/${name}.pth`);
  await saveSound(sound, session);
  const bytes = await Deno.readFile(sound);
  let refused = 0;
  for (let number = first; number < first + count; number++) {
    const random = xoroshiro128plus(seed * 1_000_003 + number);
    const below: Below = (limit) => uniformInt(random, 0, limit - 1);
    if (below(2) === 0) await Deno.writeFile(damaged, mutate(bytes, random));
    else await saveStateDict(damaged, mutateState(await loadStateDict(sound), below));
    using fresh = trainerOf(library, session.network, session.train, {
      momentum: 0.9,
      weightDecay: 0.1,
    });
    await loadResume(sound, session, fresh);
    fresh.flush();
    const before = await Deno.readFile(await saved(after, session, fresh));
    try {
      const position = await loadResume(damaged, session, fresh);
      await saveResume(after, session, fresh, position!);
      deepEqual(words(await loadStateDict(after)), words(await loadStateDict(damaged)), `case ${number}`);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes(damaged)) throw error;
      deepEqual(await Deno.readFile(await saved(after, session, fresh)), before, `case ${number}`);
      refused++;
    }
  }
  return refused;
}

/** The state after one step, of which the dead taps know nothing yet. */
async function saveSound(path: string, session: Session): Promise<void> {
  using trainer = trainerOf(session.library, session.network, session.train, SGD);
  session.network.initialise(1);
  await trainer.run(BigInt64Array.of(0n, 1n), { batchSize: 2, firstStep: 0, steps: 1, learningRate: 0.1 });
  await saveResume(path, session, trainer, { ...START, epoch: 3, step: 1, loss: 2, correct: 1, seconds: 4 });
}

/** A state as text, in which 0 and −0 are one. */
function words(state: StateDict): Map<string, string> {
  return new Map(
    [...state].map(([name, { dtype, shape, data }]) => [name, `${dtype} ${shape}: ${data.join()}`]),
  );
}

async function saved(path: string, session: Session, trainer: Trainer): Promise<string> {
  await saveResume(path, session, trainer, START);
  return path;
}

/**
 * A network of two convolutions, of one of which eight in nine taps are dead, and, with `repeats`, of a hidden layer that
 * reads each channel four times.
 */
export function tinySession(library: Library, { repeats = false } = {}): Session {
  const net = new NetworkBuilder();
  const first = net.batchNorm2d(
    net.conv2d("input", "first", { channels: 4, kernel: 3, stride: 2, padding: 1 }),
    "n1",
  );
  const second = net.batchNorm2d(net.conv2d(first, "second", { channels: 4, kernel: 3, padding: 1 }), "n2");
  const flat = net.plain("flatten", "flat", net.adaptiveAvgPool2d(second, "mean", repeats ? 2 : 1));
  net.linear(repeats ? net.linear(flat, "hidden", 3) : flat, "fc", 2);
  const plan = rewritePlan(makePlan(net.build("tiny", 2), IMAGE));
  const network = Network.create(library, encodePlan(plan));
  const images = Images.create(library, noiseImages(2, { shape: IMAGE, classes: 2 }));
  const free = () => [images, network].forEach((handle) => handle.free());
  return { library, plan, network, train: images, test: images, rewrite: true, [Symbol.dispose]: free };
}

/** One entry lost, renamed, of another type or shape, or with another value. */
function mutateState(state: StateDict, below: Below): StateDict {
  const names = [...state.keys()];
  const name = names[below(names.length)];
  const tensor = state.get(name)!;
  switch (below(5)) {
    case 0:
      state.delete(name);
      return state;
    case 1:
      return new Map([...state, [names[below(names.length)] + (below(2) === 0 ? "" : "x"), tensor]]);
    case 2:
      return state.set(name, resized(tensor, tensor.shape, DTYPES[below(DTYPES.length)]));
    case 3:
      return state.set(name, resized(tensor, SHAPES[below(SHAPES.length)], tensor.dtype));
    default: {
      const { data } = tensor;
      if (data instanceof BigInt64Array) data[below(data.length)] = COUNTS[below(COUNTS.length)];
      else data[below(data.length)] = VALUES[below(VALUES.length)];
      return state;
    }
  }
}

function resized({ data }: TensorData, shape: readonly number[], dtype: TensorData["dtype"]): TensorData {
  const values = Array.from({ length: elementCount(shape) }, (_, i) => Number(data[i % data.length] ?? 0));
  if (dtype === "float32") return { dtype, shape, data: Float32Array.from(values) };
  if (dtype === "float64") return { dtype, shape, data: Float64Array.from(values) };
  return { dtype: "int64", shape, data: BigInt64Array.from(values, (value) => BigInt(Math.trunc(value))) };
}
