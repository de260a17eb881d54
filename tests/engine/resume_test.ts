/** A resume state is held against the network and the trainer before any of it reaches them. */
import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { Library } from "../../src/ffi/library.ts";
import { elementCount, type StateDict, type TensorData } from "../../src/formats/tensor.ts";
import { loadStateDict, readState, saveStateDict } from "../../src/engine/checkpoint.ts";
import { loadResume, saveResume, START } from "../../src/engine/resume.ts";
import { openSession } from "../../src/engine/session.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { mutateResumeStates, tinySession } from "./resume_mutations.ts";
import { tinyDataset, tinyProtocol } from "./tiny.ts";
import { trainerOf } from "../ffi/native.ts";

const NEEDS = ["read", "write", "ffi"] as const;

function zeros(dtype: "float32" | "float64" | "int64", shape: readonly number[]): TensorData {
  const count = elementCount(shape);
  if (dtype === "int64") return { dtype, shape, data: new BigInt64Array(count) };
  return dtype === "float32"
    ? { dtype, shape, data: new Float32Array(count) }
    : { dtype, shape, data: new Float64Array(count) };
}

function scalar(value: number): TensorData {
  return { dtype: "float64", shape: [], data: Float64Array.of(value) };
}

/** What one entry becomes, and what must be said of it. */
const DAMAGES: [name: string, becomes: TensorData, message: RegExp][] = [
  [
    "lazy_decay.map",
    zeros("float64", [2]),
    /lazy_decay.map to be float64 of shape \(2, 2\), found float64 of shape \(2\)/,
  ],
  ["lazy_decay.map", zeros("float64", [0]), /lazy_decay.map to be float64 of shape \(2, 2\)/],
  ["lazy_decay.map", zeros("float32", [2, 2]), /lazy_decay.map .*found float32 of shape \(2, 2\)/],
  [
    "lazy_decay.map",
    { dtype: "float64", shape: [2, 2], data: Float64Array.of(1, 0, NaN, 1) },
    /finite numbers in lazy_decay.map/,
  ],
  [
    "steps",
    { dtype: "int64", shape: [], data: BigInt64Array.of(-1n) },
    /steps to be a count from 0 to 2⁶², found -1/,
  ],
  ["steps", zeros("int64", [0]), /steps to be int64 of shape \(\), found int64 of shape \(0\)/],
  ["steps", zeros("float64", []), /steps to be int64/],
  ["plan.rewritten", scalar(2), /plan.rewritten to be 0 or 1, found 2/],
  ["position.epoch", scalar(0), /position.epoch to be an integer of at least 1, found 0/],
  ["position.step", scalar(0.5), /position.step to be an integer of at least 0, found 0.5/],
  ["position.loss", scalar(Infinity), /position.loss to be a finite number of at least 0, found Infinity/],
  [
    "momentum.fc.bias",
    zeros("float64", [10]),
    /momentum.fc.bias to be float32 of shape \(10\), found float64/,
  ],
  ["momentum.fc.bias", zeros("float32", [5, 2]), /momentum.fc.bias to be float32 of shape \(10\)/],
  ["bn1.weight", zeros("float64", [16]), /bn1.weight to be float32 of shape \(16\), found float64/],
  [
    "bn1.weight",
    zeros("float32", [15]),
    /bn1.weight to be float32 of shape \(16\), found float32 of shape \(15\)/,
  ],
  [
    "bn1.num_batches_tracked",
    zeros("float32", []),
    /bn1.num_batches_tracked to be int64 of shape \(\), found float32/,
  ],
];

test("an entry of another type, shape or range is refused, and nothing is changed", NEEDS, async () => {
  using library = Library.open();
  using session = openSession(library, tinyProtocol(), tinyDataset(), { device: "cpu" });
  using trainer = trainerOf(library, session.network, session.train, {
    momentum: 0.9,
    weightDecay: 0.1,
  });
  await withTemporaryFolder(async (folder) => {
    const path = `${folder}/state.pth`;
    await saveResume(path, session, trainer, { ...START, epoch: 3, step: 2 });
    const sound = await loadStateDict(path);
    session.network.initialise(1);
    const before = readState(session.network);
    for (const [name, becomes, message] of DAMAGES) {
      ok(sound.has(name), name);
      const damaged: StateDict = new Map([...sound, [name, becomes]]);
      await saveStateDict(path, damaged);
      await rejects(loadResume(path, session, trainer), message, name);
    }
    deepEqual(readState(session.network), before);
    const steps = new BigInt64Array(1);
    trainer.read("steps", steps);
    equal(steps[0], 0n);
    await saveStateDict(path, sound);
    equal((await loadResume(path, session, trainer))?.epoch, 3);
  });
});

test(
  "of repeated inputs, a state without the coordinates that are trained is an earlier version's",
  NEEDS,
  async () => {
    using library = Library.open();
    using session = tinySession(library, { repeats: true });
    using trainer = trainerOf(library, session.network, session.train, { momentum: 0.9, weightDecay: 0.1 });
    await trainer.run(BigInt64Array.of(0n, 1n), { batchSize: 2, firstStep: 0, steps: 1, learningRate: 0.1 });
    await withTemporaryFolder(async (folder) => {
      const path = `${folder}/state.pth`;
      await saveResume(path, session, trainer, START);
      const sound = await loadStateDict(path);
      const before = readState(trainer);
      for (const name of ["live.hidden.weight", "live.momentum.hidden.weight"]) {
        await saveStateDict(path, new Map([...sound].filter(([other]) => other !== name)));
        await rejects(
          loadResume(path, session, trainer),
          new RegExp(`expected ${name}, found none, as an earlier version saves it; go on with that version`),
        );
        await saveStateDict(path, new Map([...sound, [name, zeros("float32", [3, 16])]]));
        await rejects(
          loadResume(path, session, trainer),
          /to be float32 of shape \(3, 4\), found .*\(3, 16\)/,
        );
      }
      deepEqual(readState(trainer), before);
    });
  },
);

test("mutated resume states are refused or taken whole", NEEDS, async () => {
  using library = Library.open();
  await withTemporaryFolder(async (folder) => {
    const refused = await mutateResumeStates(library, folder, { seed: 2, count: 80 });
    ok(refused > 40 && refused < 80, `${refused} refused`);
  });
  equal(library.liveHandles(), 0);
});

test("a state that was saved by the names of before is gone on from", NEEDS, async () => {
  using library = Library.open();
  using session = tinySession(library);
  using trainer = trainerOf(library, session.network, session.train, { momentum: 0.9, weightDecay: 0.1 });
  const folder = new URL("./resume/", import.meta.url).pathname;
  // Both files were written before the trainer listed its state; the second after one step more.
  const position = await loadResume(`${folder}names_of_before.pth`, session, trainer);
  deepEqual(position, { epoch: 3, step: 1, loss: 2, correct: 1, seconds: 4 });
  await trainer.run(BigInt64Array.of(0n, 1n), { batchSize: 2, firstStep: 0, steps: 1, learningRate: 0.1 });
  trainer.flush();
  const expected = await loadStateDict(`${folder}next_step.pth`);
  const found = readState(session.network);
  deepEqual([...found.keys()], [...expected.keys()]);
  // Not to the bit: the file was written with the instructions and threads of another machine.
  const scale = Math.max(...[...expected.values()].map((tensor) => largest(numbersOf(tensor))));
  for (const [name, tensor] of found) {
    const [is, wanted] = [numbersOf(tensor), numbersOf(expected.get(name)!)];
    // Not by its own size alone: where gradients cancel, a bias is zero on one machine and a rounding on the next.
    const error = largest(is.map((value, i) => value - wanted[i]!)) / Math.max(largest(wanted), 0.01 * scale);
    ok(error <= 1e-5, `${name}: ${error}`);
  }
});

function numbersOf({ data }: TensorData): number[] {
  return Array.from(data as ArrayLike<number | bigint>, Number);
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
