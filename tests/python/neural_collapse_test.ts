/** python/neural_collapse.py: what a PyTorch loop exports measures as its features do, and as our own runs do. */
import assert from "node:assert/strict";
import { arraySource } from "../../src/collapse/array_source.ts";
import { measure } from "../../src/collapse/measure.ts";
import { loadImages } from "../../src/engine/images.ts";
import { resolveProtocol } from "../../src/experiment/protocol.ts";
import { readArray } from "../../src/formats/array_file.ts";
import { openArraysAt } from "../../src/measuring/array_store.ts";
import { measureFeatures } from "../../src/measuring/measure_features.ts";
import { measureStatistics } from "../../src/measuring/measure_statistics.ts";
import { NARROW } from "../cli/command.ts";
import { runWithin } from "../cli/within.ts";
import { SAMPLEWISE } from "../collapse/samplewise.ts";
import { testWithNumPy } from "../oracle.ts";
import { withTemporaryFolder } from "../support.ts";
import { runScript } from "./python.ts";

const NEEDS = ["read", "write", "run", "env", "sys", "ffi"] as const;
const ALL = { metrics: "all", weightDecay: 1e-3, threads: 1 } as const;

type Values = { readonly [metric: string]: number | null };

testWithNumPy(
  "a PyTorch loop's features and statistics measure alike, whatever wraps its model",
  async (t) => {
    await withTemporaryFolder(async (folder) => {
      const printed: Values = JSON.parse(await runScript("loop.py", [folder]));
      const features = async (file: string) =>
        (await measureFeatures({ container: `${folder}/${file}`, paths: {} }, ALL)).values;
      const statistics = async (file: string) => (await measureStatistics([`${folder}/${file}`], ALL)).values;
      const expected = await plainly(`${folder}/features.npz`);
      assertClose(await features("features.npz"), expected);
      const defined = Object.entries(expected).filter(([, value]) => value !== null);
      assertClose(printed, Object.fromEntries(defined));

      await t.step("statistics", async () => assertStatistics(await statistics("statistics.npz"), expected));
      for (const wrapped of ["compiled", "in_place", "autocast", "forward", "prepared"]) {
        await t.step(
          wrapped,
          async () => assert.deepEqual(await features(`${wrapped}.npz`), await features("features.npz")),
        );
      }
      await t.step("autocast to bfloat16, where it is asked for", async () => {
        const rounded = await features("bfloat16.npz");
        assert.notEqual(rounded.within_class_variation, expected.within_class_variation);
        assert.ok(Math.abs(rounded.within_class_variation! / expected.within_class_variation! - 1) < 0.05);
        assertStatistics(await statistics("bfloat16_statistics.npz"), rounded);
      });
    });
  },
  NEEDS,
);

testWithNumPy("statistics of two ranks are those of all samples", async () => {
  await withTemporaryFolder(async (folder) => {
    await runScript("ranks.py", [folder]);
    const [found, whole] = [
      await openArraysAt(`${folder}/ranks.npz`),
      await openArraysAt(`${folder}/whole.npz`),
    ];
    assert.deepEqual([...found.keys()].sort(), [...whole.keys()].sort());
    for (const [name, array] of whole) {
      const [a, b] = [await readArray(found.get(name)!), await readArray(array)].map(({ data }) =>
        Array.from(data as ArrayLike<number>, Number)
      ) as [number[], number[]];
      const largest = Math.max(...b.map(Math.abs));
      a.forEach((x, i) => assert.ok(Math.abs(x - b[i]!) <= 1e-12 * largest, `${name}[${i}]: ${x}, ${b[i]}`));
    }
    const { values } = await measureStatistics([`${folder}/ranks.npz`], ALL);
    assertStatistics(values, await plainly(`${folder}/samples.npz`));
  });
}, NEEDS);

testWithNumPy("what Python takes of our own runs' networks is what metrics.csv says", async () => {
  await withTemporaryFolder(async (folder) => {
    const network = ["--model", "resnet18", "--stem", "stock", ...NARROW];
    const precise = [...network, "--precision", "float64", "--threads", "1"];
    const train = [
      "train",
      "Drawn10",
      "--run",
      "own",
      "--per-class",
      "4",
      "--epochs",
      "1",
      "--batch-size",
      "10",
    ];
    const trained = await runWithin(folder, [...train, ...precise, "--checkpoints", "1"]);
    assert.equal(trained.code, 0, trained.stderr);
    const validated = await runWithin(folder, ["validate", "Drawn10", "--run", "own", "--threads", "1"]);
    assert.equal(validated.code, 0, validated.stderr);
    const [header, row] = (await Deno.readTextFile(`${folder}/runs/own/metrics.csv`)).trim().split("\n");
    const cells = row!.split(",");
    const names = header!.split(",");
    const expected = Object.fromEntries(
      names.map((name, i) => [name, cells[i] === "" ? null : Number(cells[i])] as const).slice(1),
    );
    await writeJob(folder);
    await runScript("own_run.py", [folder]);
    const { values } = await measureFeatures({ container: `${folder}/features.npz`, paths: {} }, {
      threads: 1,
    });
    // Of the test images, which are many more, nothing was exported.
    const exported = Object.entries(expected).filter(([name]) => values[name] !== null);
    assert.ok(exported.length > Object.keys(expected).length / 3);
    assertClose(
      Object.fromEntries(exported.map(([name]) => [name, values[name]!])),
      Object.fromEntries(exported),
    );
    assertStatistics((await measureStatistics([`${folder}/statistics.npz`], {})).values, values);
  });
}, NEEDS);

testWithNumPy("a Python file that is not finished leaves nothing, and errors say what to do", async () => {
  await withTemporaryFolder(async (folder) => {
    await runScript("errors.py", [folder]);
  });
}, NEEDS);

/** The training images of the run, and its network, for Python. */
async function writeJob(folder: string): Promise<void> {
  const { train: { images, labels }, ...facts } = await loadImages(
    resolveProtocol("Drawn10", { data: { perClass: 4 } }),
    undefined,
    {},
  );
  const { classes, shape, mean, std } = facts;
  await Deno.writeFile(`${folder}/pixels.bin`, images);
  await Deno.writeFile(`${folder}/labels.bin`, Uint8Array.from(labels));
  await Deno.copyFile(`${folder}/runs/own/checkpoints/resnet18_001.pth`, `${folder}/state.pth`);
  const job = { model: "resnet18", stem: "stock", width: 16, classes, shape, mean, std };
  await Deno.writeTextFile(`${folder}/job.json`, JSON.stringify(job));
}

/** The values of features in a .npz file by the library alone. */
async function plainly(path: string): Promise<Values> {
  const arrays = await openArraysAt(path);
  const read = async (name: string) => await readArray(arrays.get(name)!);
  const { shape: [classes = 0, width = 0], data: weight } = await read("weight");
  const source = async (split: string) => {
    const labels = arrays.has(`${split}_labels`)
      ? Array.from((await read(`${split}_labels`)).data as ArrayLike<bigint>, Number)
      : new Array(arrays.get(`${split}_features`)!.shape[0]).fill(0);
    return arraySource({
      features: (await read(`${split}_features`)).data as Float32Array,
      labels,
      width,
      classes,
    });
  };
  const { values } = await measure({
    train: await source("train"),
    test: await source("test"),
    ood: await source("ood"),
    classifier: { weight: weight as Float32Array, bias: (await read("bias")).data as Float32Array },
  }, { metrics: "all", weightDecay: ALL.weightDecay });
  return values;
}

function assertStatistics(found: Values, expected: Values): void {
  assertClose(
    found,
    Object.fromEntries(
      Object.entries(expected).map(([name, value]) => [name, SAMPLEWISE.has(name) ? null : value]),
    ),
  );
}

function assertClose(found: Values, expected: Values): void {
  assert.deepEqual(Object.keys(found), Object.keys(expected));
  for (const [metric, value] of Object.entries(expected)) {
    const number = found[metric];
    if (value === null || number === null) assert.equal(number, value, metric);
    else {assert.ok(
        Math.abs(number! - value) <= 1e-9 * Math.abs(value) + 1e-12,
        `${metric}: ${number}, expected ${value}`,
      );}
  }
}
