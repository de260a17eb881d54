/** Bad input gets one line that says what was expected and what was found, the right exit code, and nothing written. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { Library } from "../../src/ffi/library.ts";
import type { RunRecord } from "../../src/experiment/run_record.ts";
import { readState, saveStateDict } from "../../src/engine/checkpoint.ts";
import { runPaths } from "../../src/run/paths.ts";
import { writeRun } from "../../src/run/run_json.ts";
import { openSession } from "../../src/engine/session.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { tinyDataset, tinyProtocol } from "../engine/tiny.ts";
import { taskRunner } from "../../src/cli/command_line.ts";
import { filesBelow, runTool } from "./command.ts";
import { runWithin } from "./within.ts";

const NEEDS = ["read", "write", "run", "ffi", "env"] as const;
const INPUT_ERROR = 1;
const USAGE_ERROR = 2;

/**
 * Runs a command and expects its refusal, with the files in `folder` left as they were. `before` is shell code that runs
 * first, which takes a process of its own.
 */
async function refuse(
  folder: string,
  args: readonly string[],
  { code = INPUT_ERROR, message, before = "" }: { code?: number; message: RegExp; before?: string },
): Promise<void> {
  const files = filesBelow(folder);
  const finished = before ? await runTool(folder, args, { before }) : await runWithin(folder, args);
  const command = args.join(" ");
  assert.match(finished.stderr, message, `${command}\n${finished.stderr}`);
  assert.equal(finished.code, code, `${command}\n${finished.stderr}`);
  const oneLine = code === USAGE_ERROR ? /^error: .+ \(--help shows what is possible\)\n$/ : /^error: .+\n$/;
  assert.match(finished.stderr, oneLine, command);
  assert.equal(finished.stdout, "", command);
  assert.deepEqual(filesBelow(folder), files, command);
}

test("a command line that cannot be understood is refused with exit code 2", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    for (
      const [args, message] of [
        [["trian"], /unknown command 'trian' \(Did you mean train\?\)/],
        [["train"], /missing required argument 'dataset'/],
        [["train", "Drawn10", "more"], /too many arguments for 'train'. Expected 1 argument but got 2/],
        [["train", "Drawn10", "--warm-up", "5"], /unknown option '--warm-up'/],
        [
          ["train", "Drawn10", "--epochs", "12abc"],
          /'12abc' is invalid. Expected a whole number from 1 to 1000000/,
        ],
        [["train", "Drawn10", "--epochs", "0"], /'0' is invalid. Expected a whole number from 1 to 1000000/],
        [
          ["train", "Drawn10", "--epochs", "10000000000"],
          /'10000000000' is invalid. Expected a whole number from 1 to 1000000/,
        ],
        [["train", "Drawn10", "--lr", "-1"], /Expected a number above 0|argument missing/],
        [
          ["train", "Drawn10", "--momentum", "1"],
          /'1' is invalid. Expected a number of at least 0 and below 1/,
        ],
        [["train", "Drawn10", "--seed", "4294967296"], /Expected a whole number from 0 to 4294967295/],
        [
          ["train", "Drawn10", "--classes", "4"],
          /'4' is invalid. Expected all, or two or more different classes/,
        ],
        [["train", "Drawn10", "--imbalance", "exp:0"], /Expected none, or exp or step and the ratio of/],
        [["train", "Drawn10", "--label-noise", "1.1"], /Expected a number of at least 0 and at most 1/],
        [["train", "Drawn10", "--stem", "tall"], /'tall' is invalid. Expected one of stock, small/],
        [
          ["train", "Drawn10", "--model", "resent-18"],
          /'resent-18' is invalid. Expected one of resnet18, .*; did you mean resnet18\?/,
        ],
        [["measure", "x.pth", "--seed", "1"], /'--seed' .* expected '--bootstrap' beside it, found none/],
        [["validate", "Drawn10", "--seed", "1"], /'--seed' .* expected '--bootstrap' beside it, found none/],
        [
          ["train", "Drawn10", "--precision", "half"],
          /'half' is invalid. Expected one of float32, float64, bf16/,
        ],
        [["train", "Drawn10", "--decay-after", "1,x"], /Expected epochs separated by commas, as in "1,5,10"/],
        [["train", "Drawn10", "--device", "gpu"], /Expected "cpu", "cuda" or "cuda:<index>"/],
        [["train", "Drawn10", "--run", "../x"], /Expected letters, digits and \. .* in one or two parts/],
        [["validate", "Drawn10", "--memory", "4"], /Expected a size such as "512M" or "1\.5G"/],
        [["validate", "runs/a/b/c"], /Expected letters, digits .*, or the path of a folder in runs\//],
        [
          ["validate", "runs/x", "--run", "y"],
          /expected a data set, or the path of a run in place of --run, found runs\/x/,
        ],
        [["features", "x.pth"], /required option '--out <folder>' not specified/],
      ] as const
    ) {
      await refuse(folder, args, { code: USAGE_ERROR, message });
    }
  });
});

test("unknown names, impossible protocols and missing runs are refused", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    for (
      const [args, message] of [
        [
          ["train", "CIFRA10"],
          /unknown data set "CIFRA10": expected one of CIFAR10, .*; did you mean CIFAR10\?/,
        ],
        [["data", "drawn"], /unknown data set "drawn": .*; did you mean Drawn10 or Drawn100\?/],
        [
          ["train", "Drawn10", "--checkpoints", "5,3"],
          /--checkpoints: expected ascending epochs .*, found 5, 3/,
        ],
        [
          ["train", "Drawn10", "--per-class", "201"],
          /expected 201 training images of class 0, found 200/,
        ],
        [
          ["train", "Drawn10", "--per-class", "10", "--batch-size", "33"],
          /expected a last batch of at least 2 images, .*, found 1: 100 images in batches of 33; choose another --batch-size/,
        ],
        [
          ["train", "Drawn10", "--imbalance", "step:0.001"],
          /--imbalance step:0\.001 leaves class 5 no image where the largest class has 200: expected a ratio of /,
        ],
        [
          ["train", "Drawn10", "--per-class", "1", "--label-noise", "1"],
          /--label-noise 1 with seed 0 leaves class \d no image: expected one of each class/,
        ],
        [["train", "Drawn10", "--device", "cuda:99"], /expected the device cuda:99, found /],
        [
          ["train", "Drawn10", "--data", "here"],
          /Drawn10 is drawn by code: expected no folder with data, found here/,
        ],
        [
          ["train", "CIFAR10", "--data", "nowhere"],
          /nowhere: expected a folder with the files of a data set, found nothing there/,
        ],
        // That "all" is understood shows in what is missing next.
        [
          ["train", "MNIST", "--per-class", "all", "--data", "."],
          /\.: expected the files train-images-idx3-ubyte, .*; found none/,
        ],
        [["train", "Drawn10", "--resume"], /expected a run to resume in runs\/drawn10-resnet18, found none/],
        [
          ["validate", "Drawn10"],
          /expected a run in runs\/drawn10-resnet18, found no run at all; train one first/,
        ],
        [["report", "nothing"], /expected a run in runs\/nothing, found no run at all/],
        [["features", "no.pth", "--out", "x"], /expected a checkpoint in no\.pth, found no such file/],
      ] as const
    ) {
      await refuse(folder, args, { message });
    }
  });
});

test("what is said to be typed next works on a machine without deno on its path", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    await writeRecord(folder);
    const before = "PATH=/nowhere";
    const unmeasured = "npx -y deno@2 task validate Drawn10 --run tiny";
    const { stderr } = await runTool(folder, ["validate", "Drawn10", "--metrics", "x"], { before });
    assert.match(stderr, /\(npx -y deno@2 task metrics lists all\)/);
    const help = await runTool(folder, ["train", "--help"], { before });
    assert.match(help.stdout, /^Usage: npx -y deno@2 task train /);
    assert.ok(
      (await runWithin(folder, ["train", "--help"])).stdout.startsWith(`Usage: ${taskRunner()} train `),
    );
    // This task may read the project alone, and so sees of a path only whether it has folders.
    await refuse(folder, ["report", "tiny"], { message: new RegExp(unmeasured), before: "PATH=" });
  });
});

test("a run folder of another protocol, or without checkpoints, is refused", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    await writeRecord(folder);
    for (
      const [args, message] of [
        [
          ["train", "Drawn10", "--run", "tiny", "--epochs", "9"],
          /runs\/tiny was trained by another protocol: expected (.*; )?--epochs 3, found 9; .*add --resume to go on with it or .* choose another run with --run/,
        ],
        [
          ["train", "Drawn10", "--run", "tiny", "--resume", "--seed", "8"],
          /runs\/tiny was trained by another protocol: expected --seed 0, found 8; leave these options out/,
        ],
        [
          ["train", "Drawn10", "--run", "tiny", "--resume", "--per-class", "2", "--decay-after", "1"],
          /expected --per-class all, found 2; --decay-after 1,2, found 1; leave/,
        ],
        [
          ["train", "MNIST", "--run", "tiny", "--resume"],
          /another protocol: expected the data set Drawn10, found MNIST/,
        ],
        [
          ["train", "Drawn10", "--run", "tiny", "--resume"],
          /expected the images that runs\/tiny was trained on/,
        ],
        [
          ["validate", "tiny"],
          /expected a data set, or the path of a run, found the name of a run; write runs\/tiny$/m,
        ],
        [
          ["compare", "tiny", "tiny"],
          /runs\/tiny: expected measurements to compare, found none of this run yet; .* task validate runs\/tiny$/m,
        ],
        [["validate", "runs/tiny/"], /expected checkpoints in runs\/tiny\/checkpoints, found none/],
        [["validate", "MNIST", "--run", "tiny"], /expected MNIST in runs\/tiny, found a run on Drawn10/],
        [
          ["validate", "Drawn10", "--run", "tiny"],
          /expected checkpoints in runs\/tiny\/checkpoints, found none/,
        ],
        [
          ["report", "tiny"],
          /expected measurements in runs\/tiny\/metrics\.csv, found none; measure the run first/,
        ],
      ] as const
    ) {
      await refuse(folder, args, { message });
    }
  });
});

test(
  "--show-protocol with --resume prints the run's own protocol, or refuses as resuming would",
  NEEDS,
  async () => {
    await withTemporaryFolder(async (folder) => {
      await writeRecord(folder);
      const files = filesBelow(folder);
      const asked = ["train", "Drawn10", "--run", "runs/tiny/", "--resume", "--show-protocol"];
      const { code, stdout } = await runWithin(folder, asked);
      assert.equal(code, 0);
      assert.match(stdout, /^--lr +0\.02\n(--.*\n)*--epochs +3\n--batch-size +6\n/m);
      assert.deepEqual(filesBelow(folder), files);
      await refuse(folder, [...asked, "--epochs", "4"], { message: /expected (.*; )?--epochs 3, found 4; / });
      assert.deepEqual([...Deno.readDirSync(`${folder}/runs/tiny`)].map(({ name }) => name), ["run.json"]);
    });
  },
);

test("what is left of a run without its run.json is not taken for a fresh start", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const { record, resume } = await writeRecord(folder);
    await Deno.mkdir(`${folder}/runs/tiny/resume`);
    await Deno.rename(record, resume);
    await refuse(folder, ["train", "Drawn10", "--run", "tiny"], {
      message: /expected run\.json beside runs\/tiny\/resume\/state\.pth, found none; add --overwrite/,
    });
  });
});

test("a checkpoint of another architecture, truncated, or not one is refused", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const file = `${folder}/x.pth`;
    const args = ["features", "x.pth", "--dataset", "Drawn10", "--per-class", "2", "--out", "arrays"];
    using library = Library.open();
    const small = tinyProtocol({ stem: "small", channels: "64" });
    using session = openSession(library, small, tinyDataset(), { device: "cpu" });
    await saveStateDict(file, readState(session.network));
    await refuse(folder, args, {
      message:
        /x\.pth belongs to another architecture: .* conv1\.weight of shape 64×3×3×3 instead of 64×3×7×7/,
    });
    await refuse(folder, ["features", "x.pth", "--out", "arrays"], {
      message: /expected the run\.json of x\.pth in \.\., found none; name its --dataset and --model/,
    });
    await Deno.truncate(file, 1e6);
    await refuse(folder, args, { message: /x\.pth: / });
    await Deno.writeTextFile(file, "not a checkpoint");
    await refuse(folder, args, { message: /x\.pth: / });
  });
});

test("a metrics.csv edited by hand is refused by line and column", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const paths = await writeRecord(folder);
    await Deno.mkdir(paths.checkpoints);
    await Deno.writeTextFile(`${paths.checkpoints}/resnet18_001.pth`, "");
    await Deno.writeTextFile(paths.metrics, "epoch,train_accuracy,mood\n1,2,3\n");
    const message = /error: runs\/tiny\/metrics\.csv line 1, column 3: expected test_accuracy, found "mood"/;
    await refuse(folder, ["validate", "Drawn10", "--run", "tiny"], { message });
    await refuse(folder, ["report", "tiny"], { message });
  });
});

test("damaged data files are refused", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const mnist = `${folder}/MNIST/raw`;
    await Deno.mkdir(mnist, { recursive: true });
    const good = mnistFiles();
    const write = async (changes: Record<string, Uint8Array>) => {
      for (const [name, bytes] of Object.entries({ ...good, ...changes })) {
        await Deno.writeFile(`${mnist}/${name}.gz`, bytes);
      }
    };
    const images = "train-images-idx3-ubyte";
    const labels = "train-labels-idx1-ubyte";
    for (
      const [changes, message] of [
        [
          { [images]: good[images]!.subarray(0, 1000) },
          /train-images-idx3-ubyte\.gz: expected a whole gzip file/,
        ],
        [
          { [images]: good[labels]!, [labels]: good[images]! },
          /train-images-idx3-ubyte\.gz: expected images, found labels/,
        ],
        [
          { [labels]: idx([60_001], 1) },
          /train-labels-idx1-ubyte\.gz: expected 60000 elements, its header says 60001/,
        ],
        [
          { [labels]: idx([60_000], 10) },
          /train-labels-idx1-ubyte\.gz, sample 0: expected a label from 0 to 9, found 10/,
        ],
      ] as [Record<string, Uint8Array>, RegExp][]
    ) {
      await write(changes);
      await refuse(folder, ["train", "MNIST", "--data", "."], { message });
    }
  });
});

test("a disk that cannot be written or is full ends in one line", NEEDS, async (t) => {
  await t.step("a file where the folder should be", async () => {
    await withTemporaryFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/runs`, "");
      const { code, stderr } = await runWithin(folder, ["train", "Drawn10", "--per-class", "2"]);
      assert.equal(code, INPUT_ERROR);
      assert.match(stderr, /^error: .*runs\/drawn10-resnet18.*\n$/);
    });
  });

  await t.step("no room for a checkpoint", async () => {
    await withTemporaryFolder(async (folder) => {
      // Files of at most 1 MB, with the signal ignored, fail to grow as on a full disk.
      const before = "trap '' XFSZ; ulimit -f 2000";
      const args = ["train", "Drawn10", "--per-class", "2", "--epochs", "1", "--run", "tiny"];
      const { code, stderr } = await runTool(folder, args, { before });
      assert.equal(code, INPUT_ERROR, stderr);
      assert.match(
        stderr,
        /\nerror: cannot write runs\/tiny\/checkpoints\/resnet18_001\.pth \(.*\): expected .*\n$/,
      );
      assert.deepEqual(filesBelow(folder), ["runs/tiny/run.json"]);
    });
  });
});

/** A run folder that holds run.json alone. */
async function writeRecord(folder: string): Promise<ReturnType<typeof runPaths>> {
  const paths = runPaths(`${folder}/runs/tiny`);
  const { digest } = tinyDataset();
  const record: RunRecord = {
    format: 2,
    protocol: tinyProtocol(),
    dataset: {
      name: "Drawn10",
      title: "Drawn-10",
      digest,
      classes: 10,
      trainImages: 20,
      testImages: 10,
      shape: [3, 32, 32],
    },
    command: "deno task train Drawn10",
    deterministic: false,
    versions: { tool: "0.1.0", deno: "2.0.0", libtorch: "2.13.0" },
    device: "cpu",
    threads: 1,
    started: "2020-08-18T00:00:00.000Z",
  };
  await Deno.mkdir(paths.folder, { recursive: true });
  await writeRun(paths, record);
  return paths;
}

/** MNIST's four files with blank images, gzipped. */
function mnistFiles(): Record<string, Uint8Array> {
  return {
    "train-images-idx3-ubyte": idx([60_000, 28, 28], 0),
    "train-labels-idx1-ubyte": idx([60_000], 0),
    "t10k-images-idx3-ubyte": idx([10_000, 28, 28], 0),
    "t10k-labels-idx1-ubyte": idx([10_000], 0),
  };
}

/** An IDX file whose bytes are all `value`, gzipped. */
function idx(sizes: readonly number[], value: number): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
  header.setUint32(0, 0x800 + sizes.length);
  sizes.forEach((size, i) => header.setUint32(4 + 4 * i, size));
  const body = new Uint8Array(sizes.reduce((product, size) => product * size)).fill(value);
  return gzipSync(Buffer.concat([new Uint8Array(header.buffer), body]), { level: 1 });
}
