/** The files of a run, each with the reader that production uses. Networks are small: what is read is the same. */
import assert from "node:assert/strict";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { Images } from "../../src/ffi/images.ts";
import { Library } from "../../src/ffi/library.ts";
import { Network } from "../../src/ffi/network.ts";
import type { Trainer } from "../../src/ffi/trainer.ts";
import { checkTensor, type StateDict, type TensorData } from "../../src/formats/tensor.ts";
import { NetworkBuilder } from "../../src/models/network.ts";
import { encodePlan } from "../../src/models/encode.ts";
import { makePlan } from "../../src/models/make_plan.ts";
import { loadStateDict, readState, saveStateDict, writeState } from "../../src/engine/checkpoint.ts";
import { readLog, writeLog } from "../../src/run/log.ts";
import { readMetrics, writeMetrics } from "../../src/run/metrics.ts";
import { loadResume, saveResume, START } from "../../src/engine/resume.ts";
import { readRun } from "../../src/run/run_json.ts";
import { runPaths } from "../../src/run/paths.ts";
import type { Session } from "../../src/engine/session.ts";
import { readTrust, writeTrust } from "../../src/run/trust.ts";
import { firstIndices, noiseImages, trainerOf } from "../ffi/native.ts";
import { encodeStateDict } from "../formats/whole_files.ts";
import { LOG, MEASUREMENTS, RUN } from "../report/synthetic_run.ts";
import type { MakeSubject, Subject } from "./mutations.ts";

/** Accuracies in %, by the first words of their columns. */
const ACCURACY = /^(train|test)(_running)?_accuracy$/;
const SGD = { momentum: 0.9, weightDecay: 5e-4 };

export const RUN_FILES: Readonly<Record<string, MakeSubject>> = {
  "run.json": async (folder) => {
    await Deno.writeTextFile(runPaths(folder).record, JSON.stringify(RUN, null, 2));
    return await textFile(folder, "run.json", async () => assert.ok(await readRun(runPaths(folder))));
  },
  "log.csv": async (folder) => {
    await writeLog(`${folder}/log.csv`, LOG.slice(0, 12));
    return await textFile(folder, "log.csv", async (path) => {
      for (const row of await readLog(path)) requireSound(Object.entries(row));
    });
  },
  "metrics.csv": async (folder) => {
    const [measurements, metrics] = [MEASUREMENTS.slice(0, 8), Object.keys(MEASUREMENTS[0]!.values)];
    await writeMetrics(`${folder}/metrics.csv`, { metrics, measurements });
    return await textFile(folder, "metrics.csv", async (path) => {
      const table = await readMetrics(path, RUN.protocol.training.checkpoints);
      for (const { epoch, values } of table!.measurements) {
        assert.ok(RUN.protocol.training.checkpoints.includes(epoch), `epoch ${epoch}`);
        requireSound(Object.entries(values));
      }
    });
  },
  "trust.json": async (folder) => {
    const sensitivity = {
      readings: [{ tolerance: 1e-8, value: 0.5, kept: 9 }, { tolerance: 1e-3, value: null, kept: 0 }],
      spread: 1,
      verdict: "stable" as const,
    };
    const metrics = {
      within_class_variation: { rank: { tolerance: 1e-10, kept: 9, of: 9, condition: 12.5 }, sensitivity },
      nc1_cdnv_train: { note: "of 9 pairs", interval: { low: 0.1, high: 0.2, replicates: 100 } },
      nc2_etf_weights: { undefined: "all rows are equal" },
    };
    const bootstrap = { replicates: 100, seed: 0, confidence: 0.95 };
    const checkpoints = [1, 5].map((epoch) => ({ epoch, bootstrap, metrics }));
    await writeTrust(`${folder}/trust.json`, { format: 1, width: 512, checkpoints });
    return await textFile(folder, "trust.json", async (path) => assert.ok(await readTrust(path)));
  },
  checkpoint: async (folder, opened) => {
    const { session } = openTiny(opened);
    const path = `${folder}/resnet18_005.pth`;
    const state = readState(session.network);
    await saveStateDict(path, state);
    const read = async (path: string) => {
      writeState(session.network, session.plan, await loadStateDict(path), path);
      assert.deepEqual(readState(session.network), state);
    };
    const untouched = () => assert.deepEqual(readState(session.network), state);
    return { file: "resnet18_005.pth", bytes: await Deno.readFile(path), read, untouched };
  },
  "state.pth": async (folder, opened) => (await resumeState(folder, opened)).subject,
  "state-entries": async (folder, opened) => {
    const { subject, state, load, step } = await resumeState(folder, opened);
    const read = async (path: string) => {
      await load(path);
      // What was accepted has to be something to train with; a loss that is not finite ends a run in words.
      await step();
    };
    const damage = (random: RandomGenerator) => encodeStateDict(damageEntries(state, random));
    return { file: subject.file, bytes: subject.bytes, read, damage };
  },
};

/** A file of text without a checksum, of which `read` looks at what can be told from the values alone. */
async function textFile(
  folder: string,
  file: string,
  read: (path: string) => Promise<void>,
): Promise<Subject> {
  return { file, bytes: await Deno.readFile(`${folder}/${file}`), read };
}

function requireSound(values: readonly (readonly [string, number | null])[]): void {
  for (const [name, value] of values) {
    if (value === null) continue;
    assert.ok(Number.isFinite(value), `${name} is ${value}`);
    if (ACCURACY.test(name)) assert.ok(value >= 0 && value <= 100, `${name} is ${value} %`);
  }
}

/** A convolution, a batch norm and a linear layer, as a run holds them. */
function openTiny(
  opened: DisposableStack,
): { session: Session; trainer: Trainer; step: () => Promise<void> } {
  const library = opened.use(Library.open());
  library.setThreads(1);
  const net = new NetworkBuilder();
  let x = net.conv2d("input", "conv", { channels: 4, kernel: 3, padding: 1 });
  x = net.adaptiveAvgPool2d(x, "pool");
  net.linear(net.plain("flatten", "flat", x), "fc", 10);
  const plan = makePlan(net.build("tiny", 10), [3, 8, 8]);
  const network = opened.use(Network.create(library, encodePlan(plan), { precision: "float32" }));
  network.initialise(1);
  const images = opened.use(Images.create(library, noiseImages(20, { shape: [3, 8, 8] })));
  const trainer = opened.use(trainerOf(library, network, images, SGD));
  const session: Session = {
    library,
    plan,
    network,
    train: images,
    test: images,
    rewrite: false,
    [Symbol.dispose]() {},
  };
  const step = async () => {
    const options = { batchSize: 10, firstStep: 0, steps: 1, learningRate: 0.01 };
    await trainer.run(firstIndices(20), options);
  };
  return { session, trainer, step };
}

/** A resume state, and the means to read others like it. */
interface ResumeState {
  readonly subject: Subject;
  readonly state: StateDict;
  readonly load: (path: string) => Promise<void>;
  readonly step: () => Promise<void>;
}

async function resumeState(folder: string, opened: DisposableStack): Promise<ResumeState> {
  const { session, trainer, step } = openTiny(opened);
  await step();
  const path = `${folder}/state.pth`;
  const position = { ...START, epoch: 3, step: 1, loss: 0.5, correct: 7, seconds: 2 };
  await saveResume(path, session, trainer, position);
  const before = readState(session.network);
  const load = async (path: string) => assert.ok(await loadResume(path, session, trainer));
  const read = async (path: string) => {
    assert.deepEqual(await loadResume(path, session, trainer), position);
    assert.deepEqual(readState(session.network), before);
  };
  const untouched = () => assert.deepEqual(readState(session.network), before);
  const bytes = await Deno.readFile(path);
  const state = await loadStateDict(path);
  return { subject: { file: "state.pth", bytes, read, untouched }, state, load, step };
}

/** A sound file of other entries: one is missing, renamed, reshaped, of another type, or holds other numbers. */
function damageEntries(state: StateDict, random: RandomGenerator): StateDict {
  const below = (limit: number) => uniformInt(random, 0, limit - 1);
  const entries = [...state];
  const place = below(entries.length);
  const [name, tensor] = entries[place]!;
  const damaged = new Map(entries.filter((_, i) => i !== place));
  switch (below(5)) {
    case 0:
      return damaged;
    case 1:
      return damaged.set(`${name}x`, tensor);
    case 2:
      return damaged.set(name, entries[below(entries.length)]![1]);
    case 3:
      return damaged.set(name, reshaped(tensor, below(3)));
    default:
      return damaged.set(
        name,
        withNumber(tensor, [NaN, Infinity, -1, 0.5, 1e300, 2 ** 53][below(6)]!, below),
      );
  }
}

function reshaped(tensor: TensorData, kind: number): TensorData {
  const { length } = tensor.data;
  if (kind === 0) return { ...tensor, shape: [1, ...tensor.shape] };
  if (kind === 1) return { ...tensor, shape: [length] };
  return { dtype: "float64", shape: [length + 1], data: new Float64Array(length + 1) };
}

function withNumber(tensor: TensorData, value: number, below: (limit: number) => number): TensorData {
  if (tensor.dtype !== "float64" && tensor.dtype !== "float32") return tensor;
  const changed = { ...tensor, data: tensor.data.slice() } as typeof tensor;
  changed.data[below(changed.data.length)] = value;
  checkTensor(changed);
  return changed;
}
