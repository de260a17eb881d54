/** The commands on the embedded images, as a user runs them one after the other. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { taskRunner } from "../../src/cli/command_line.ts";
import { readArray } from "../../src/formats/array_file.ts";
import { openArraysAt } from "../../src/measuring/array_store.ts";
import { runOracle, testWithOracle } from "../oracle.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { filesBelow, type Finished, NARROW, runTool, start } from "./command.ts";

const NEEDS = ["read", "write", "run", "ffi", "env"] as const;
const TRAIN = [
  ...["train", "Drawn10", "--per-class", "4", "--batch-size", "16", "--lr", "0.02"],
  ...NARROW,
  ...["--run", "tiny"],
];
const LAST = "runs/tiny/checkpoints/resnet18_002.pth";

function expectSuccess({ code, stderr }: Finished): void {
  assert.equal(code, 0, stderr);
}

test("train, validate, features and report work one after the other", NEEDS, async (t) => {
  await withTemporaryFolder(async (folder) => {
    await t.step("train leaves the files of a run", async () => {
      const done = await runTool(folder, [...TRAIN, "--epochs", "2", "--checkpoints", "1,2"]);
      expectSuccess(done);
      assert.match(done.stderr, /resnet18 on Drawn-10: 40 images, 2 epochs, cpu, in runs\/tiny/);
      assert.match(done.stderr, /epoch 2\/2 {2}loss [\d.]+ {2}train [\d.]+ % {2}test [\d.]+ %/);
      assert.deepEqual(filesBelow(folder), [
        "runs/tiny/checkpoints/resnet18_001.pth",
        "runs/tiny/checkpoints/resnet18_002.pth",
        "runs/tiny/log.csv",
        "runs/tiny/resume/log.csv",
        "runs/tiny/resume/previous.pth",
        "runs/tiny/resume/state.pth",
        "runs/tiny/run.json",
      ]);
    });

    await t.step("run.json holds the command, the protocol and the versions", async () => {
      const run = JSON.parse(await Deno.readTextFile(`${folder}/runs/tiny/run.json`));
      assert.equal(run.command, `${taskRunner()} ${TRAIN.join(" ")} --epochs 2 --checkpoints 1,2`);
      assert.equal(run.protocol.training.batchSize, 16);
      assert.equal(run.dataset.trainImages, 40);
      assert.deepEqual(run.dataset.pixels, {
        mean: [0.5000, 0.4995, 0.4977],
        std: [0.2646, 0.2631, 0.2604],
      });
      assert.match(run.versions.libtorch, /^\d+\.\d+/);
    });

    await t.step("training a finished run again does nothing", async () => {
      const before = await Deno.readFile(`${folder}/${LAST}`);
      expectSuccess(await runTool(folder, ["train", "Drawn10", "--run", "tiny", "--resume"]));
      assert.deepEqual(await Deno.readFile(`${folder}/${LAST}`), before);
    });

    await t.step("validate measures every checkpoint and writes the report", async () => {
      const done = await runTool(folder, ["validate", "drawn10", "--run", "tiny"]);
      expectSuccess(done);
      assert.match(
        done.stderr,
        /2 checkpoints measured, 2 of them now; report: file:\/\/\/.*\/reports\/tiny\/index\.html/,
      );
      assert.match(
        await Deno.readTextFile(`${folder}/runs/tiny/metrics.csv`),
        /^epoch,train_accuracy,.*\n1,.*\n2,.*\n$/,
      );
      const written = filesBelow(`${folder}/reports/tiny`);
      for (
        const file of [
          "index.html",
          "run.json",
          "columns.json",
          "Figure1_Top1_Accuracy.svg",
          "Figure7_NN_Mismatch.png",
        ]
      ) {
        assert.ok(written.includes(file), `${file} among ${written}`);
      }
    });

    await t.step("validate measures only what is missing, unless asked", async () => {
      const path = `${folder}/runs/tiny/metrics.csv`;
      const whole = await Deno.readTextFile(path);
      const [header, first] = whole.split("\n");
      await Deno.writeTextFile(path, `${header}\n${first}\n`);
      const missing = await runTool(folder, ["validate", "Drawn10", "--run", "tiny", "--memory", "1K"]);
      assert.match(missing.stderr, /2 checkpoints measured, 1 of them now/);
      assert.equal(await Deno.readTextFile(path), whole, "a small --memory changes nothing");
      const again = await runTool(folder, ["validate", "Drawn10", "--run", "tiny", "--again"]);
      assert.match(again.stderr, /2 checkpoints measured, 2 of them now/);
      assert.equal(await Deno.readTextFile(path), whole);
    });

    await t.step("the accuracies of metrics.csv are those of log.csv", async () => {
      const [log, metrics] = await Promise.all(["log", "metrics"].map(async (name) => {
        const [header, ...rows] = (await Deno.readTextFile(`${folder}/runs/tiny/${name}.csv`)).trim().split(
          "\n",
        );
        const column = header!.split(",").indexOf("test_accuracy");
        return rows.map((row) => Number(row.split(",")[column]));
      }));
      assert.deepEqual(log, metrics);
    });

    await t.step("report writes the same report again", async () => {
      const page = `${folder}/reports/tiny/index.html`;
      const before = await Deno.readTextFile(page);
      await Deno.remove(`${folder}/reports`, { recursive: true });
      expectSuccess(await runTool(folder, ["report", "tiny"]));
      assert.equal(await Deno.readTextFile(page), before);
    });

    await t.step("features writes arrays that agree with each other", async () => {
      expectSuccess(await runTool(folder, ["features", LAST, "--out", "arrays"]));
      const read = async (name: string) =>
        await readArray((await openArraysAt(`${folder}/arrays/${name}.npy`)).get(name)!);
      assert.deepEqual((await read("train_features")).shape, [40, 128]);
      assert.deepEqual((await read("test_features")).shape, [1000, 128]);
      assert.deepEqual((await read("weight")).shape, [10, 128]);
      const bias = (await read("bias")).data as Float32Array;
      const weight = (await read("weight")).data as Float32Array;
      const features = (await read("train_features")).data as Float32Array;
      const predictions = (await read("train_predictions")).data as Int32Array;
      assert.deepEqual(
        predictions,
        Int32Array.from(predictions, (_, i) => argmax(weight, bias, features, i)),
      );
      assert.deepEqual((await read("train_labels")).data.slice(0, 4), Int32Array.of(0, 1, 2, 3));
    });

    await t.step("features takes a checkpoint from elsewhere when it is told what it is", async () => {
      await Deno.copyFile(`${folder}/${LAST}`, `${folder}/elsewhere.pth`);
      const args = [
        "features",
        "elsewhere.pth",
        "--dataset",
        "Drawn10",
        "--per-class",
        "4",
        ...NARROW,
        "--out",
        "other",
      ];
      expectSuccess(await runTool(folder, args));
      for (const file of filesBelow(`${folder}/arrays`)) {
        const [a, b] = await Promise.all(
          ["arrays", "other"].map((f) => Deno.readFile(`${folder}/${f}/${file}`)),
        );
        assert.deepEqual(a, b, file);
      }
    });
  });
});

test("data says what a data set holds", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const { code, stdout } = await runTool(folder, ["data", "drawn10"]);
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^Drawn-10: 2000 training and 1000 test images of 3×32×32\n10 classes of 200 training images\ndigest [0-9a-f]{64}\n$/,
    );
    assert.deepEqual(filesBelow(folder), []);
  });
});

testWithOracle("PyTorch reads a checkpoint with weights_only, under torchvision's names", async () => {
  await withTemporaryFolder(async (folder) => {
    expectSuccess(await runTool(folder, [...TRAIN, "--epochs", "1"]));
    const path = `${folder}/runs/tiny/checkpoints/resnet18_001.pth`;
    const script = "import sys, torch\n" +
      "s = torch.load(sys.argv[1], weights_only=True)\n" +
      "print(len(s), *s['layer4.1.conv2.weight'].shape, s['bn1.num_batches_tracked'].item())";
    const said = new TextDecoder().decode(await runOracle(script, [path]));
    assert.equal(said.trim(), "122 128 128 3 3 3");
  });
});

test("Ctrl-C and SIGTERM save, say how to go on, and lose nothing", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const args = [...TRAIN, "--epochs", "3", "--checkpoints", "3"];
    const file = "runs/tiny/checkpoints/resnet18_003.pth";
    await Deno.mkdir(`${folder}/whole`);
    expectSuccess(await runTool(`${folder}/whole`, args));
    let next = args;
    for (
      const [signal, code, moment] of [["SIGINT", 130, "images, 3 epochs"], [
        "SIGTERM",
        143,
        "epoch 1/3",
      ]] as const
    ) {
      const running = start(folder, next);
      await running.saying(moment);
      running.process.kill(signal);
      const { code: found, stderr } = await running.finished;
      assert.equal(found, code, stderr);
      assert.ok(
        stderr.endsWith(`stopped and saved; go on with: ${taskRunner()} train Drawn10 --run tiny --resume\n`),
      );
      next = ["train", "Drawn10", "--run", "tiny", "--resume"];
    }
    expectSuccess(await runTool(folder, next));
    const [found, expected] = [
      await Deno.readFile(`${folder}/${file}`),
      await Deno.readFile(`${folder}/whole/${file}`),
    ];
    assert.ok(Buffer.from(found).equals(expected), "the last checkpoint differs");
  });
});

test("a second training on a run folder is refused while the first goes on", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const running = start(folder, [...TRAIN, "--epochs", "50"]);
    await running.saying("images, 50 epochs");
    for (const args of [[...TRAIN, "--epochs", "50"], ["train", "Drawn10", "--run", "tiny", "--resume"]]) {
      const { code, stderr } = await runTool(folder, args);
      assert.equal(code, 1);
      assert.match(stderr, /^error: another process is training runs\/tiny: expected one at a time; .*\n$/);
    }
    running.process.kill("SIGKILL");
    await running.finished;
  });
});

function argmax(weight: Float32Array, bias: Float32Array, features: Float32Array, row: number): number {
  const width = weight.length / bias.length;
  const logits = Array.from(bias, (b, c) => {
    let sum = b;
    for (let i = 0; i < width; i++) sum += weight[c * width + i]! * features[row * width + i]!;
    return sum;
  });
  return logits.indexOf(Math.max(...logits));
}
