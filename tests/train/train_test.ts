import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Library } from "../../src/ffi/library.ts";
import type { Protocol } from "../../src/experiment/parts.ts";
import { loadStateDict, readState, saveStateDict, writeState } from "../../src/engine/checkpoint.ts";
import { readLog } from "../../src/run/log.ts";
import type { OptionTexts } from "../../src/experiment/options.ts";
import { recipeOf } from "../../src/experiment/recipe.ts";
import { checkpointPath, runPaths } from "../../src/run/paths.ts";
import { openSession, type Session } from "../../src/engine/session.ts";
import type { TrainOptions } from "../../src/train/options.ts";
import { train } from "../../src/train/train.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { tinyDataset, tinyProtocol } from "../engine/tiny.ts";

const NEEDS = ["read", "write", "ffi"] as const;

interface Choices
  extends Pick<TrainOptions, "signal" | "abandoned" | "onSteps" | "onEvaluate" | "onEpoch" | "saveSeconds"> {
  readonly overrides?: OptionTexts;
  readonly rewrite?: boolean;
}

/** Trains the tiny run in `folder`, or goes on with it. */
async function trainIn(
  folder: string,
  { overrides = {}, rewrite = true, ...options }: Choices = {},
): Promise<"done" | "stopped"> {
  const protocol = tinyProtocol(overrides);
  using library = Library.open();
  using session = openTiny(library, protocol, rewrite);
  return await train(session, { protocol, paths: runPaths(folder), ...options });
}

function openTiny(library: Library, protocol: Protocol, rewrite: boolean): Session {
  return openSession(library, protocol, tinyDataset(), {
    device: "cpu",
    rewrite,
    recipe: recipeOf(protocol),
  });
}

/** Stops after so many native calls. */
function stopAfter(calls: number): Required<Pick<TrainOptions, "signal" | "onSteps">> {
  const controller = new AbortController();
  let left = calls;
  return { signal: controller.signal, onSteps: () => --left === 0 && controller.abort() };
}

async function filesOf(folder: string, overrides: OptionTexts = {}): Promise<Map<string, Uint8Array>> {
  const paths = runPaths(folder);
  const protocol = tinyProtocol(overrides);
  const files = protocol.training.checkpoints.map((epoch) => checkpointPath(paths, protocol, epoch));
  const contents = [...files, paths.resume].map(async (file) =>
    [file.slice(folder.length), await Deno.readFile(file)] as const
  );
  return new Map(await Promise.all(contents));
}

/** Another one each time the file is replaced; 0 where there is none. */
function inodeOf(path: string): number {
  try {
    return Deno.statSync(path).ino!;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

/** The log but for the seconds. */
async function logOf(folder: string): Promise<object[]> {
  return (await readLog(runPaths(folder).log)).map(({ seconds: _, ...row }) => row);
}

test("a run leaves a checkpoint where one is due and a log row an epoch", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const overrides = { epochs: "3", checkpoints: "1,3", "decay-after": "2" };
    assert.equal(await trainIn(folder, { overrides }), "done");
    const names = Array.from(Deno.readDirSync(`${folder}/checkpoints`), ({ name }) => name).sort();
    assert.deepEqual(names, ["resnet18_001.pth", "resnet18_003.pth"]);
    const log = await readLog(runPaths(folder).log);
    assert.deepEqual(log.map(({ epoch }) => epoch), [1, 2, 3]);
    assert.deepEqual(log.map(({ learning_rate }) => learning_rate), [0.02, 0.02, 0.02 * 0.1]);
  });
});

test("epoch 0 is the network as it was initialised, and changes nothing that follows", NEEDS, async () => {
  const overrides = { epochs: "2", checkpoints: "0,2", "decay-after": "1" };
  const fileOf = (folder: string, epoch: number) =>
    checkpointPath(runPaths(folder), tinyProtocol(overrides), epoch);
  await withTemporaryFolder(async (folder) => {
    const [whole, without, stopped] = [`${folder}/whole`, `${folder}/without`, `${folder}/stopped`];
    assert.equal(await trainIn(whole, { overrides }), "done");
    await expectEqual(fileOf(whole, 0), await initialCheckpoint(folder, overrides));
    assert.equal(await trainIn(without, { overrides: { ...overrides, checkpoints: "2" } }), "done");
    await expectEqual(fileOf(without, 2), fileOf(whole, 2));

    assert.equal(await trainIn(stopped, { overrides, ...stopAfter(1) }), "stopped");
    assert.equal(await trainIn(stopped, { overrides }), "done");
    for (const epoch of [0, 2]) {
      await expectEqual(fileOf(stopped, epoch), fileOf(whole, epoch));
    }
  });
});

test("a run that became another process's ends, and leaves the files as they are", NEEDS, async () => {
  const overrides = { epochs: "2", checkpoints: "2" };
  await withTemporaryFolder(async (folder) => {
    const { signal, onSteps } = stopAfter(1);
    assert.equal(await trainIn(folder, { overrides, signal, onSteps, abandoned: signal }), "stopped");
    await assert.rejects(Deno.stat(runPaths(folder).resume), Deno.errors.NotFound);
    assert.equal(await trainIn(folder, { overrides, ...stopAfter(1) }), "stopped");
    await Deno.stat(runPaths(folder).resume);
  });
  await withTemporaryFolder(async (folder) => {
    // After the last step of an epoch, and while it is tested.
    const { train: { count } } = tinyDataset();
    for (const when of ["onSteps", "onEvaluate"] as const) {
      const lost = new AbortController();
      const choices = when === "onSteps"
        ? { onSteps: ({ images }: { images: number }) => images === count && lost.abort() }
        : { onEvaluate: () => lost.abort() };
      assert.equal(await trainIn(folder, { overrides, ...choices, abandoned: lost.signal }), "stopped");
      assert.deepEqual(await readLog(runPaths(folder).log), [], when);
      await assert.rejects(Deno.stat(runPaths(folder).resume), Deno.errors.NotFound);
    }
  });
});

/** The checkpoint of a network that was initialised and nothing else. */
async function initialCheckpoint(folder: string, overrides: OptionTexts): Promise<string> {
  const protocol = tinyProtocol(overrides);
  using library = Library.open();
  using session = openTiny(library, protocol, false);
  session.network.initialise(protocol.training.seed);
  // A checkpoint holds its file's name.
  const file = checkpointPath(runPaths(`${folder}/initial`), protocol, 0);
  await Deno.mkdir(`${folder}/initial/checkpoints`, { recursive: true });
  await saveStateDict(file, readState(session.network));
  return file;
}

async function expectEqual(one: string, other: string): Promise<void> {
  const [a, b] = await Promise.all([one, other].map((file) => Deno.readFile(file)));
  assert.ok(Buffer.from(a!).equals(b!), `${one} and ${other} differ`);
}

/** Choices that keep other things between steps. */
const CHOICES: OptionTexts[] = [
  {},
  { optimizer: "adam", lr: "0.001", loss: "mse", schedule: "cosine", warmup: "1" },
  { augment: "crop-flip", "crop-padding": "2", precision: "bf16" },
  { optimizer: "sgdw", nesterov: "", "decay-on": "weights", loss: "focal", schedule: "constant" },
  { optimizer: "muon", "decay-on": "weights", model: "mlp", depth: "2", units: "24" },
];

test(
  "a run stopped in mid-epoch and resumed ends as one that never stopped, to the bit",
  NEEDS,
  async (t) => {
    for (const overrides of CHOICES) {
      await t.step(JSON.stringify(overrides), () => stopsAreNotSeen(overrides));
    }
  },
);

async function stopsAreNotSeen(overrides: OptionTexts): Promise<void> {
  await withTemporaryFolder(async (whole) => {
    await trainIn(whole, { overrides });
    const [expectedFiles, expectedLog] = [await filesOf(whole, overrides), await logOf(whole)];
    await withTemporaryFolder(async (folder) => {
      // The first call of an epoch takes one step, so these stops fall early and late in epochs and between them.
      const steps = [];
      for (const calls of [1, 2, 1, 3]) {
        assert.equal(await trainIn(folder, { ...stopAfter(calls), overrides }), "stopped");
        const state = await loadStateDict(runPaths(folder).resume);
        steps.push(Number(state.get("position.step")!.data[0]));
      }
      assert.ok(
        steps.some((step) => step > 0 && step < 4),
        `expected a stop within an epoch, found ${steps}`,
      );
      assert.equal(await trainIn(folder, { overrides }), "done");
      assert.deepEqual(await logOf(folder), expectedLog);
      const files = await filesOf(folder, overrides);
      for (const [name, bytes] of expectedFiles) {
        assert.ok(Buffer.compare(files.get(name)!, bytes) === 0, `${name} differs`);
      }
    });
  });
}

test("the resume state is written when it is time, after a checkpoint and at the end", NEEDS, async () => {
  const savedAfter = async (options: Choices): Promise<number[]> => {
    const epochs: number[] = [];
    await withTemporaryFolder(async (folder) => {
      let last = 0;
      const onEpoch = ({ epoch }: { epoch: number }) => {
        const inode = inodeOf(runPaths(folder).resume);
        if (inode !== last) epochs.push(epoch);
        last = inode;
      };
      await trainIn(folder, { ...options, onEpoch });
    });
    return epochs;
  };
  const overrides = { epochs: "4", checkpoints: "2" };
  assert.deepEqual(await savedAfter({ overrides, saveSeconds: 0 }), [1, 2, 3, 4]);
  assert.deepEqual(await savedAfter({ overrides, saveSeconds: 3600 }), [2, 4]);
});

test("equal seeds train alike and other seeds differ", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const logs = [];
    for (const [i, seed] of [5, 5, 6].entries()) {
      await trainIn(`${folder}/${i}`, { overrides: { seed: String(seed), epochs: "1", checkpoints: "1" } });
      logs.push(await logOf(`${folder}/${i}`));
    }
    assert.deepEqual(logs[0], logs[1]);
    assert.notDeepEqual(logs[0], logs[2]);
  });
});

test("rows of the log beyond the resume state are dropped and trained again", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    await trainIn(folder, stopAfter(6));
    const { resume, log } = runPaths(folder);
    const kept = await Deno.readFile(resume);
    await trainIn(folder);
    const expected = await logOf(folder);
    await Deno.writeFile(resume, kept);
    await trainIn(folder);
    assert.deepEqual(await logOf(folder), expected);
    assert.equal((await readLog(log)).length, 3);
  });
});

test("a loss that is not finite stops the run and keeps what was saved", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    await trainIn(folder, { overrides: { epochs: "1", checkpoints: "1" } });
    const saved = await Deno.readFile(`${folder}/checkpoints/resnet18_001.pth`);
    const overrides = { "decay-factor": "5e31", "decay-after": "1" };
    await assert.rejects(
      trainIn(folder, { overrides }),
      /expected a finite loss, found (NaN|Infinity) in epoch 2, step \d+ to \d+ of 4, at learning rate 1e\+30; /,
    );
    assert.deepEqual(await Deno.readFile(`${folder}/checkpoints/resnet18_001.pth`), saved);
    assert.equal((await readLog(runPaths(folder).log)).length, 1);
  });
});

test("a run goes on only with the plan that it began with", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    await trainIn(folder, { rewrite: false, ...stopAfter(1) });
    await assert.rejects(
      trainIn(folder),
      /state\.pth: expected to go on with the plain network; add --no-rewrite/,
    );
    assert.equal(await trainIn(folder, { rewrite: false }), "done");
  });
});

test("a state dict goes to native and back unchanged", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    await trainIn(folder, { overrides: { epochs: "1", checkpoints: "1" } });
    const file = `${folder}/checkpoints/resnet18_001.pth`;
    const state = await loadStateDict(file);
    using library = Library.open();
    using session = openSession(library, tinyProtocol(), tinyDataset(), { device: "cpu" });
    writeState(session.network, session.plan, state, file);
    assert.deepEqual(readState(session.network), state);
  });
});

test("a checkpoint of another architecture is refused, naming what differs", NEEDS, () => {
  using library = Library.open();
  const open = (overrides: OptionTexts) =>
    openSession(library, tinyProtocol(overrides), tinyDataset(), { device: "cpu" });
  using session = open({});
  const { network, plan } = session;
  const refused = (overrides: OptionTexts, message: RegExp) => {
    using other = open(overrides);
    assert.throws(() => writeState(network, plan, readState(other.network), "x.pth"), message);
  };
  refused(
    { model: "resnet34" },
    /^Error: x\.pth belongs to another architecture: expected the 122 entries of the network, found 218, with the unknown layer1\.2\.conv1\.weight, .* \(and 93 more\)$/,
  );
  refused({ stem: "small" }, /found 122, with conv1\.weight of shape 16×3×3×3 instead of 16×3×7×7$/);
  refused({ precision: "float64" }, /^Error: x\.pth: expected conv1\.weight in float32, found float64$/);
});

test("a session takes the images, so that they are held once", NEEDS, () => {
  using library = Library.open();
  const dataset = tinyDataset();
  using session = openSession(library, tinyProtocol(), dataset, { device: "cpu" });
  for (const split of ["train", "test"] as const) {
    assert.equal(dataset[split].images.length, 0);
    assert.equal(session[split].count, dataset[split].labels.length);
  }
});

test("nothing native outlives a training", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    await trainIn(folder, { overrides: { epochs: "1", checkpoints: "1" } });
    using library = Library.open();
    assert.equal(library.liveHandles(), 0);
  });
});
