/** One run on several processes. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { loadStateDict } from "../../src/engine/checkpoint.ts";
import { openLibrary } from "../../src/engine/library.ts";
import { openSession } from "../../src/engine/session.ts";
import { loadImages } from "../../src/engine/images.ts";
import { protocolFrom } from "../../src/experiment/options.ts";
import { recipeOf } from "../../src/experiment/recipe.ts";
import { Trainer } from "../../src/ffi/trainer.ts";
import { readLog } from "../../src/run/log.ts";
import { runPaths } from "../../src/run/paths.ts";
import { epochOrder } from "../../src/train/order.ts";
import { ignoredStep, type Need, test, withTemporaryFolder } from "../support.ts";
import { filesBelow, type Finished, type Running } from "./command.ts";
import { runWithin } from "./within.ts";
import { relativeError, requireAlike, SMALL, startRanks, words } from "./ranks.ts";

const NEEDS: readonly Need[] = ["read", "write", "run", "ffi", "env", "net"];

/** 20 steps, the last of which has 6 images instead of 16. */
const TWENTY_STEPS = {
  "per-class": "31",
  "batch-size": "16",
  epochs: "1",
  lr: "0.02",
  precision: "float64",
  channels: "16",
};
rankTest(
  "two ranks with synchronised batch norm are one process after 20 steps, to 1e-10",
  async (folder) => {
    const steps = ["Drawn10", ...words(TWENTY_STEPS)];
    const alone = await runWithin(folder, ["train", ...steps, "--run", "alone"]);
    equal(alone.code, 0, alone.stderr);
    const [first, second] = await finished(startRanks(folder, 2, [...steps, "--run", "two"]));
    equal(first!.code, 0, first!.stderr);
    deepEqual(second, { code: 0, stdout: "", stderr: "" });
    await requireAlike(folder, "resnet18_001.pth", ["alone", "two"]);
    const logs = ["alone", "two"].map((run) => readLog(runPaths(`${folder}/runs/${run}`).log));
    const [expected, found] = (await Promise.all(logs)).map(([{ seconds: _, ...row }]) => row);
    deepEqual(found, expected);
  },
);

rankTest("two ranks in bfloat16 with synchronised batch norm train as one process does", async (folder) => {
  const run = ["Drawn10", ...words({ ...SMALL, epochs: "2", checkpoints: "2", precision: "bf16" })];
  const alone = await runWithin(folder, ["train", ...run, "--run", "alone"]);
  equal(alone.code, 0, alone.stderr);
  for (const { code, stderr } of await finished(startRanks(folder, 2, [...run, "--run", "two"]))) {
    equal(code, 0, stderr);
  }
  const [expected, found] = await Promise.all(
    ["alone", "two"].map((run) => readLog(runPaths(`${folder}/runs/${run}`).log)),
  );
  equal(found!.length, 2);
  for (const [i, { running_train_loss: loss }] of expected!.entries()) {
    const error = Math.abs(found![i]!.running_train_loss / loss - 1);
    ok(error < 0.02, `epoch ${i + 1}: the loss differs by ${error}`);
  }
});

test("two ranks with a GPU each are one process, to 1e-10", NEEDS, async (t) => {
  using library = openLibrary({ device: "cpu" });
  if (library.describe().cuda < 2) return await ignoredStep(t, "fewer than two CUDA devices");
  await withTemporaryFolder(async (folder) => {
    const steps = ["Drawn10", ...words(TWENTY_STEPS), "--device", "cuda"];
    const alone = await runWithin(folder, ["train", ...steps, "--run", "alone"]);
    equal(alone.code, 0, alone.stderr);
    for (const { code, stderr } of await finished(startRanks(folder, 2, [...steps, "--run", "two"]))) {
      equal(code, 0, stderr);
    }
    await requireAlike(folder, "resnet18_001.pth", ["alone", "two"]);
  });
});

rankTest(
  "three ranks are one process to 1e-10, where they cannot share the last batch evenly, too",
  async (folder) => {
    // Of 40 images the last batch has 4.
    const options = { ...SMALL, "batch-size": "12", epochs: "2", checkpoints: "2", precision: "float64" };
    const run = ["Drawn10", ...words(options)];
    const alone = await runWithin(folder, ["train", ...run, "--run", "alone"]);
    equal(alone.code, 0, alone.stderr);
    for (const { code, stderr } of await finished(startRanks(folder, 3, [...run, "--run", "three"]))) {
      equal(code, 0, stderr);
    }
    await requireAlike(folder, "densenet_002.pth", ["alone", "three"]);
  },
);

rankTest(
  "a rank that dies ends the others at once, and the run is gone on with to the bit",
  async (folder) => {
    const run = (name: string) => ["Drawn10", ...words({ ...SMALL, run: name, "save-seconds": "0" })];
    for (const { code, stderr } of await finished(startRanks(folder, 2, run("whole")))) {
      equal(
        code,
        0,
        stderr,
      );
    }

    const killed = startRanks(folder, 2, run("killed"));
    await killed[0]!.saying("epoch 2/8");
    killed[1]!.process.kill("SIGKILL");
    const at = performance.now();
    const { code, stderr } = await killed[0]!.finished;
    ok(performance.now() - at < 10_000);
    equal(code, 1);
    match(
      stderr,
      /^error: expected all 2 ranks to take part, found that one has ended or is out of reach \(.+\); see what it said; a run that was begun goes on with --resume at every rank$/m,
    );
    const resumed = startRanks(folder, 2, ["Drawn10", "--run", "killed", "--resume"]);
    for (const { code, stderr } of await finished(resumed)) equal(code, 0, stderr);
    deepEqual(filesBelow(`${folder}/runs/killed`), filesBelow(`${folder}/runs/whole`));
    const files = ["whole", "killed"].map((run) =>
      Deno.readFile(`${folder}/runs/${run}/checkpoints/densenet_008.pth`)
    );
    const [undisturbed, again] = await Promise.all(files);
    equal(Buffer.compare(undisturbed!, again!), 0);
  },
);

rankTest("a rank that is told to stop stops all, and a run of two ranks is none of one", async (folder) => {
  const run = ["Drawn10", ...words({ ...SMALL, epochs: "1000", checkpoints: "1000", run: "long" })];
  const ranks = startRanks(folder, 2, run);
  await ranks[0]!.saying("epoch    1/1000");
  ranks[1]!.process.kill("SIGTERM");
  const [first, second] = await finished(ranks);
  deepEqual([first!.code, second!.code], [143, 143]);
  match(first!.stderr, /^stopped and saved; go on with: .*--resume$/m);
  const alone = await runWithin(folder, ["train", "Drawn10", "--run", "long", "--resume"]);
  deepEqual([alone.code, alone.stderr.trim().split("\n").length], [1, 1]);
  match(alone.stderr, /^error: --ranks 2: expected as many processes, .*, found 1$/m);
});

rankTest("with batch norm of its own, each rank adds the gradient of its own images", async (folder) => {
  const options = {
    ...SMALL,
    "per-class": "2",
    "batch-size": "20",
    epochs: "1",
    checkpoints: "1",
    precision: "float64",
  };
  const step = ["Drawn10", ...words({ ...options, "batch-norm": "rank", run: "own" })];
  for (const { code, stderr } of await finished(startRanks(folder, 2, step))) equal(code, 0, stderr);
  const found = await loadStateDict(`${folder}/runs/own/checkpoints/densenet_001.pth`);
  for (const [name, expected] of await stepOfHalves(options)) {
    const error = relativeError(found.get(name)!.data, expected);
    ok(error < 1e-10, `${name} differs by ${error}`);
  }
});

function rankTest(name: string, body: (folder: string) => Promise<void>): void {
  test(name, NEEDS, async (t) => {
    using library = openLibrary({ device: "cpu" });
    const { gloo } = library.describe();
    if (gloo === "yes") await withTemporaryFolder(body);
    else await ignoredStep(t, gloo);
  });
}

async function finished(ranks: readonly Running[]): Promise<Finished[]> {
  return await Promise.all(ranks.map(({ finished }) => finished));
}

/** Parameters after a step of SGD on the first ten images of the first epoch's order and the last ten, each in a pass of its own. */
async function stepOfHalves(options: Readonly<Record<string, string>>): Promise<Map<string, Float64Array>> {
  const protocol = protocolFrom("Drawn10", options);
  const { training: { seed }, optimizer } = protocol;
  const { learningRate, weightDecay } = optimizer as { learningRate: number; weightDecay: number };
  const recipe = recipeOf(protocol);
  using library = openLibrary({ device: "cpu" });
  using session = openSession(library, protocol, await loadImages(protocol, undefined, {}), {
    device: "cpu",
    recipe,
    rewrite: false,
  });
  using trainer = Trainer.create(library, session.network, session.train, recipe);
  session.network.initialise(seed);
  const order = epochOrder(seed, 1, session.train.count);
  const names = session.plan.entries.filter(({ kind }) => kind === "parameter").map(({ name }) => name);
  const read = (name: string, copy: (name: string, data: Float64Array<ArrayBuffer>) => void) => {
    const { shape } = session.network.entries().find((entry) => entry.name === name)!;
    const data = new Float64Array(shape.reduce((product, size) => product * size, 1));
    copy(name, data);
    return data;
  };
  const before = new Map(names.map((name) => [name, read(name, (...to) => session.network.read(...to))]));
  const gradients: Map<string, Float64Array>[] = [];
  for (const half of [order.slice(0, 10), order.slice(10)]) {
    await trainer.differentiate(half);
    gradients.push(new Map(names.map((name) => [name, read(name, (...to) => trainer.readGradient(...to))])));
  }
  return new Map(names.map((name) => [
    name,
    before.get(name)!.map((value, i) => {
      const gradient = (gradients[0]!.get(name)![i]! + gradients[1]!.get(name)![i]!) / 2;
      return value - learningRate * (gradient + weightDecay * value);
    }),
  ]));
}
