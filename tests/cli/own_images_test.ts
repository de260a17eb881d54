/** Images of a person's own, by the commands: converted, trained on, gone on with, measured; and refused. */
import assert from "node:assert/strict";
import { readRun } from "../../src/run/run_json.ts";
import { runPaths } from "../../src/run/paths.ts";
import { fixture, writeFolder, writeNpy } from "../data/own/images.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { filesBelow, type Finished, NARROW, runTool, start } from "./command.ts";
import { runWithin } from "./within.ts";

const NEEDS = ["read", "write", "run", "ffi", "env"] as const;
const TRAIN = [
  ...["train", "./pets", "--image-size", "16", "--batch-size", "4", "--lr", "0.02", "--threads", "1"],
  ...["--epochs", "3", "--checkpoints", "1,3", "--augment", "crop-flip"],
  ...["--shuffle-blocks", "1"],
  ...NARROW,
];

function expectSuccess({ code, stderr }: Finished): void {
  assert.equal(code, 0, stderr);
}

test("a folder of images is converted, trained on, gone on with and measured", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    await writeFolder(`${folder}/pets`, { cat: 6, dog: 7, bird: 5 });
    await writeStrange(folder);
    const data = await runTool(folder, ["data", "./pets", "--image-size", "16"]);
    expectSuccess(data);
    assert.match(data.stderr, /converting 18 images, once/);
    assert.match(
      data.stdout,
      /^pets: 15 training and 3 test images of 3×16×16\n3 classes of 4 to 6 training images\n/,
    );
    const converted = filesBelow(folder).filter((name) => name.startsWith("data/"));
    assert.equal(converted.length, 5, converted.join());

    const own = await runWithin(folder, [...TRAIN, "--measure", "--ood", "./strange,mine=./pets"]);
    assert.deepEqual([own.code, own.stdout], [1, ""]);
    assert.match(own.stderr, /^error: --ood mine: expected images .*, found 18 of 18 among those of pets, /m);
    assert.deepEqual(filesBelow(folder).filter((name) => name.startsWith("runs/")), []);

    const whole = await runWithin(folder, [...TRAIN, "--measure", "--ood", "./strange"]);
    expectSuccess(whole);
    assert.match(whole.stderr, /resnet18 on pets: 15 images, 3 epochs, cpu, in runs\/pets-resnet18/);
    assert.doesNotMatch(whole.stderr, /converting 18/);
    const { protocol, dataset } = (await readRun(runPaths(`${folder}/runs/pets-resnet18`)))!;
    assert.deepEqual([protocol.data.kind, dataset.title, dataset.trainImages], ["Images", "pets", 15]);
    assert.match(data.stdout, new RegExp(`^digest ${dataset.digest}$`, "m"));
    await requireStrangers(folder);

    const killed = start(folder, [...TRAIN, "--run", "half", "--save-seconds", "0"]);
    await killed.saying("epoch 1/3");
    killed.process.kill("SIGKILL");
    await killed.finished;
    expectSuccess(await runWithin(folder, ["train", "./pets", "--run", "half", "--resume"]));
    const last = await Promise.all(
      ["pets-resnet18", "half"].map((run) =>
        Deno.readFile(`${folder}/runs/${run}/checkpoints/resnet18_003.pth`)
      ),
    );
    assert.deepEqual(last[0], last[1]);
    await Deno.remove(`${folder}/pets/cat/000-alpha.png`);
    const other = await runWithin(folder, ["train", "./pets", "--run", "half", "--resume"]);
    assert.equal(other.code, 1);
    assert.match(other.stderr, /expected the images that runs\/half was trained on \(digest /);
  });
});

/** Two images that are none of {@link writeFolder}'s. */
async function writeStrange(folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/strange`);
  for (const name of ["grey.jpg", "palette.png"]) {
    await Deno.writeFile(`${folder}/strange/${name}`, await fixture(name));
  }
}

/** The images that the run knows as foreign are measured again without being named, and by `measure`, to the same values. */
async function requireStrangers(folder: string): Promise<void> {
  const run = runPaths(`${folder}/runs/pets-resnet18`);
  const [set] = JSON.parse(await Deno.readTextFile(run.trust)).ood;
  assert.deepEqual({ ...set, digest: "" }, {
    set: "strange",
    title: "strange",
    digest: "",
    images: 2,
    path: "./strange",
  });
  const before = await Deno.readTextFile(run.metrics);
  const [header, first, last] = before.trim().split("\n").map((line) => line.split(",")) as [
    string[],
    string[],
    string[],
  ];
  const foreign = header.filter((name) => name.endsWith("_ood_strange"));
  assert.equal(foreign.length, 10);
  await Deno.writeTextFile(run.metrics, `${header.join()}\n${first.join()}\n`);
  expectSuccess(await runWithin(folder, ["validate", "runs/pets-resnet18", "--threads", "1"]));
  assert.equal(await Deno.readTextFile(run.metrics), before);

  await Deno.copyFile(`${run.checkpoints}/resnet18_003.pth`, `${folder}/other.pth`);
  const measure = (...options: string[]) =>
    runWithin(folder, ["measure", "other.pth", "--dataset", "./pets", "--threads", "1", ...options]);
  const measured = await measure("--image-size", "16", "--ood", "odd=strange", "--json", "--metrics", "NC5");
  expectSuccess(measured);
  assert.match(measured.stderr, /out-of-distribution: odd, 2 images of strange \(SHA-256 /);
  const [{ values }] = JSON.parse(measured.stdout);
  for (const name of foreign) {
    const cell = last[header.indexOf(name)]!;
    assert.equal(String(values[name.replace(/strange$/, "odd")] ?? ""), cell, name);
  }
  const same = await measure("--image-size", "16", "--ood", "./pets");
  assert.equal(same.code, 1);
  assert.match(same.stderr, /^error: --ood pets: expected images .*, found 18 of 18 among those of pets, /m);
  const { code, stderr } = await measure("--image-size", "0");
  assert.deepEqual([code, stderr.split("\n").length], [1, 2], stderr);
  assert.match(
    stderr,
    /^error: --image-size: expected as-is, or a whole number from 1 to 4096, found "?0"?$/m,
  );
}

const STUDY = `
name: sizes
dataset: ./pets
parameters:
  image-size: {values: [8, 12]}
  model: {value: mlp}
  units: {value: 8}
  depth: {value: 2}
  epochs: {value: 1}
  checkpoints: {value: 1}
  batch-size: {value: 4}
measure: [NC1]
`;

test("a study is of images of one's own, whose size can be an axis", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    await writeFolder(`${folder}/pets`, { cat: 5, dog: 5 });
    await Deno.writeTextFile(`${folder}/sizes.yaml`, STUDY);
    const done = await runTool(folder, ["study", "sizes.yaml", "--threads", "1"]);
    expectSuccess(done);
    assert.match(done.stderr, /sizes: 2 cells of \.\/pets, in runs\/sizes\n +2 done/);
    for (const size of [8, 12]) {
      const { protocol, dataset } = (await readRun(runPaths(`${folder}/runs/sizes/image-size=${size}`)))!;
      assert.deepEqual([protocol.data.kind, dataset.title, dataset.trainImages], ["Images", "pets", 8]);
      assert.equal((protocol.data as { imageSize?: number }).imageSize, size);
    }
    await Deno.writeTextFile(`${folder}/sizes.yaml`, STUDY.replace("./pets", "./none"));
    const none = await runTool(folder, ["study", "sizes.yaml", "--prepare"]);
    assert.deepEqual([none.code, none.stderr.split("\n").length], [1, 2], none.stderr);
    assert.match(
      none.stderr,
      /^error: \.\/none: expected images of your own there, found no such file or folder$/m,
    );
  });
});

test("what is no set of images is refused in one line, and leaves nothing", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    await writeFolder(`${folder}/pets`, { cat: 5, dog: 5 });
    await Deno.writeFile(`${folder}/pets/dog/001-colour.png`, new Uint8Array(50));
    const before = filesBelow(folder);
    const refused: [string[], RegExp][] = [
      [
        ["train", "./none"],
        /^error: \.\/none: expected images of your own there, found no such file or folder$/m,
      ],
      [
        ["train", "pets"],
        /unknown data set "pets": expected one of .*, or the path of your own images, as \.\/FOLDER/,
      ],
      [
        ["train", "Images"],
        /expected where your images are, as in `train FOLDER` or --images FOLDER, found no path/,
      ],
      [
        ["train", "./pets", "--image-size", "16"],
        /dog\/001-colour\.png: expected a PNG or JPEG image, found neither$/m,
      ],
      [["train", "CIFAR10", "--image-size", "16"], /--image-size is of the data set Images, found CIFAR10/],
      [
        ["train", "./pets", "--shuffle-blocks", "0"],
        /--shuffle-blocks <n>' argument '0' is invalid\. Expected none, or a whole number of at least 1/,
      ],
      [
        ["data", "./pets", "--image-size", "0"],
        /--image-size: expected as-is, or a whole number from 1 to 4096/,
      ],
    ];
    for (const [args, message] of refused) {
      const { code, stderr } = await runWithin(folder, args);
      assert.ok(code === 1 || code === 2, `${args}: ${code}`);
      assert.match(stderr, message);
      assert.deepEqual(filesBelow(folder), before);
    }
    const arrays = await writeNpy(folder, 10, { shape: [3, 8, 8] });
    expectSuccess(await runTool(folder, ["data", arrays]));
  });
});
