/** A resume state is held against the network and the trainer before any of it reaches them. */
import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { Library } from "../../src/ffi/library.ts";
import { Trainer } from "../../src/ffi/trainer.ts";
import { elementCount, type StateDict, type TensorData } from "../../src/formats/tensor.ts";
import { loadStateDict, readState, saveStateDict } from "../../src/engine/checkpoint.ts";
import { loadResume, saveResume, START } from "../../src/engine/resume.ts";
import { openSession } from "../../src/engine/session.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { mutateResumeStates } from "./resume_mutations.ts";
import { tinyDataset, tinyProtocol } from "./tiny.ts";

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
    "pending.map",
    zeros("float64", [2]),
    /pending.map to be float64 of shape \(2, 2\), found float64 of shape \(2\)/,
  ],
  ["pending.map", zeros("float64", [0]), /pending.map to be float64 of shape \(2, 2\)/],
  ["pending.map", zeros("float32", [2, 2]), /pending.map .*found float32 of shape \(2, 2\)/],
  [
    "pending.map",
    { dtype: "float64", shape: [2, 2], data: Float64Array.of(1, 0, NaN, 1) },
    /finite numbers in pending/,
  ],
  ["pending.steps", scalar(-1), /pending.steps to be an integer of at least 0, found -1/],
  [
    "pending.steps",
    zeros("float64", [0]),
    /pending.steps to be float64 of shape \(\), found float64 of shape \(0\)/,
  ],
  ["pending.steps", zeros("int64", []), /pending.steps to be float64/],
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
  ["bn1.weight", zeros("float64", [64]), /expected bn1.weight in float32, found float64/],
  ["bn1.weight", zeros("float32", [63]), /bn1.weight of shape 63 instead of 64/],
  ["bn1.num_batches_tracked", zeros("float32", []), /bn1.num_batches_tracked in float32/],
];

test("an entry of another type, shape or range is refused, and nothing is changed", NEEDS, async () => {
  using library = Library.open();
  using session = openSession(library, tinyProtocol(), tinyDataset(), { device: "cpu" });
  using trainer = Trainer.create(library, session.network, session.train, {
    momentum: 0.9,
    weightDecay: 0.1,
  });
  await withTemporaryFolder(async (folder) => {
    const path = `${folder}/state.pth`;
    await saveResume(path, session, trainer, { ...START, epoch: 3, step: 2 });
    const sound = await loadStateDict(path);
    session.network.initialise(1);
    const before = readState(session.network, session.plan);
    for (const [name, becomes, message] of DAMAGES) {
      ok(sound.has(name), name);
      const damaged: StateDict = new Map([...sound, [name, becomes]]);
      await saveStateDict(path, damaged);
      await rejects(loadResume(path, session, trainer), message, name);
    }
    deepEqual(readState(session.network, session.plan), before);
    deepEqual(trainer.readPending(), { map: Float64Array.of(1, 0, 0, 1), steps: 0 });
    await saveStateDict(path, sound);
    equal((await loadResume(path, session, trainer))?.epoch, 3);
  });
});

test("mutated resume states are refused or taken whole", NEEDS, async () => {
  using library = Library.open();
  await withTemporaryFolder(async (folder) => {
    const refused = await mutateResumeStates(library, folder, { seed: 2, count: 80 });
    ok(refused > 40 && refused < 80, `${refused} refused`);
  });
  equal(library.liveHandles(), 0);
});
