/** `deno task measure` over the epochs of a training: folders, rows that are added, and standard input. */
import assert from "node:assert/strict";
import { encodeNpy } from "../../src/formats/npy.ts";
import { decodeEvents } from "../../src/formats/tfevents.ts";
import type { TensorData } from "../../src/formats/tensor.ts";
import { readMetrics } from "../../src/run/metrics.ts";
import { readTrust } from "../../src/run/trust.ts";
import { gaussianCase } from "../collapse/features.ts";
import { encodeNpz } from "../formats/whole_files.ts";
import { partsOf } from "../measuring/statistics.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { filesBelow, runTool } from "./command.ts";
import { runWithin } from "./within.ts";

const NEEDS = ["read", "write", "run", "ffi", "env"] as const;
const OPTIONS = ["--threads", "1"];

/** Features of an epoch, which come closer to their class means. */
function epochCase(epoch: number) {
  return gaussianCase({ counts: [9, 8, 7], width: 5, spread: 1 / epoch });
}

function arraysOf(epoch: number): Record<string, TensorData> {
  const { features, labels, width, classes, weight } = epochCase(epoch);
  return {
    train_features: {
      dtype: "float64",
      shape: [labels.length, width],
      data: features as Float64Array<ArrayBuffer>,
    },
    train_labels: { dtype: "int32", shape: [labels.length], data: labels as Int32Array<ArrayBuffer> },
    weight: { dtype: "float64", shape: [classes, width], data: weight as Float64Array<ArrayBuffer> },
  };
}

/** A file of features, a folder of statistics in parts, a folder of .npy files, and what is no epoch. */
async function writeSeries(folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/epoch_010/`, { recursive: true });
  await Deno.mkdir(`${folder}/2`);
  await Deno.writeFile(`${folder}/1.npz`, encodeNpz(Object.entries(arraysOf(1))));
  for (const [i, part] of (await partsOf({ train: epochCase(2) }, 2)).entries()) {
    await Deno.writeFile(`${folder}/2/part${i}.npz`, encodeNpz(Object.entries(part)));
  }
  for (const [name, tensor] of Object.entries(arraysOf(10))) {
    await Deno.writeFile(`${folder}/epoch_010/${name}.npy`, encodeNpy(tensor));
  }
  await Deno.writeTextFile(`${folder}/notes.txt`, "none");
}

test("a folder of epochs is measured epoch by epoch, in whatever form each has", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    await writeSeries(`${folder}/mine`);
    const done = await runWithin(folder, [
      "measure",
      "mine",
      "--out",
      "mine.csv",
      "--json",
      "--tensorboard",
      "tb",
      ...OPTIONS,
    ]);
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stderr, /left out, for no epoch at the end of the name: notes\.txt/);
    assert.match(done.stderr, /^measured mine\/1\.npz$/m);
    const results = JSON.parse(done.stdout);
    assert.deepEqual(results.map(({ epoch }: { epoch: number }) => epoch), [1, 2, 10]);
    assert.deepEqual(
      results.map(({ source }: { source: string }) => source),
      ["mine/1.npz", "mine/2", "mine/epoch_010"],
    );
    const variation = results.map(({ values }: { values: Record<string, number> }) =>
      values.within_class_variation
    );
    assert.ok(variation[0] > variation[1] && variation[1] > variation[2], variation.join());
    const [events] = await Array.fromAsync(Deno.readDir(`${folder}/tb`));
    const scalars = decodeEvents(await Deno.readFile(`${folder}/tb/${events!.name}`));
    const drawn = scalars.filter(({ tag }) => tag === "metrics/within_class_variation");
    assert.deepEqual(
      drawn.map(({ step, value }) => [step, value]),
      [1, 2, 10].map((epoch, i) => [epoch, Math.fround(variation[i])]),
    );
    const rows = (await Deno.readTextFile(`${folder}/mine.csv`)).trim().split("\n");
    assert.deepEqual(rows.slice(1).map((row) => row.split(",")[0]), ["1", "2", "10"]);

    const quiet = await runWithin(folder, ["measure", "mine", "--quiet", "--out", "mine.csv", ...OPTIONS]);
    assert.equal(quiet.code, 0, quiet.stderr);
    assert.doesNotMatch(quiet.stderr, /^measured /m);

    await Deno.writeFile(`${folder}/mine/01.npz`, encodeNpz(Object.entries(arraysOf(1))));
    const twice = await runWithin(folder, ["measure", "mine", ...OPTIONS]);
    assert.equal(twice.code, 1);
    assert.match(twice.stderr, /expected one file or folder an epoch, found mine\/01\.npz and mine\/1\.npz/);
  });
});

test("rows are added to a table, each in place of the one of its epoch and source", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    for (const epoch of [1, 2]) {
      await Deno.writeFile(`${folder}/${epoch}.npz`, encodeNpz(Object.entries(arraysOf(epoch))));
    }
    const append = async (file: string, ...options: string[]) =>
      await runWithin(folder, ["measure", file, "--append", "all.csv", ...options, ...OPTIONS]);
    const rows = async () =>
      (await Deno.readTextFile(`${folder}/all.csv`)).trim().split("\n").slice(1).map((row) => row.split(","));
    const unnamed = await append("1.npz");
    assert.equal(unnamed.code, 2);
    assert.match(unnamed.stderr, /'--append' needs '--epoch'/);
    for (const [file, epoch] of [["2.npz", "7"], ["1.npz", "3"], ["2.npz", "7"]] as const) {
      const done = await append(file, "--epoch", epoch);
      assert.equal(done.code, 0, done.stderr);
    }
    const found = await rows();
    assert.deepEqual(found.map((row) => [row[0], row.at(-3)]), [["3", "1.npz"], ["7", "2.npz"]]);
    const other = await append("1.npz", "--epoch", "4", "--metrics", "all");
    assert.equal(other.code, 1);
    assert.match(other.stderr, /all\.csv: expected the columns .* of these --metrics, found others/);
    assert.deepEqual(await rows(), found);
  });
});

test("a .npz file from standard input is measured as the file is", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    await Deno.writeFile(`${folder}/1.npz`, encodeNpz(Object.entries(arraysOf(1)), { compressed: true }));
    const piped = await runTool(folder, ["measure", "-", "--json", ...OPTIONS], { before: "exec < 1.npz" });
    assert.equal(piped.code, 0, piped.stderr);
    const direct = await runWithin(folder, ["measure", "1.npz", "--json", ...OPTIONS]);
    const [[a], [b]] = [JSON.parse(piped.stdout), JSON.parse(direct.stdout)];
    assert.deepEqual(a, { ...b, source: "-" });
    const empty = await runTool(folder, ["measure", "-", ...OPTIONS], { before: "exec < /dev/null" });
    assert.equal(empty.code, 1);
    assert.match(empty.stderr, /^error: \S*standard_input\.npz: truncated, or not a zip[^\n]*\n$/);
  });
});

test("a report of what was measured elsewhere is one as of a run", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    await writeSeries(`${folder}/mine`);
    const report = async (...words: string[]) => await runWithin(folder, ["measure", ...words, ...OPTIONS]);
    const done = await report("mine", "--report", "mine");
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stderr, /report: file:\/\/\S+reports\/mine\/index\.html/);
    const at = `${folder}/reports/mine`;
    const page = await Deno.readTextFile(`${at}/index.html`);
    assert.match(page, /<h1>Neural collapse of mine on 24 training samples<\/h1>/);
    assert.match(page, /Features were measured as they were exported/);
    assert.match(page, /mine\/1\.npz, mine\/2, mine\/epoch_010/);
    assert.match(page, /The command that measured it/);
    const names = filesBelow(at);
    for (
      const file of ["Figure5_Weights_Convergence.svg", "definitions.html", "columns.json", "trust.json"]
    ) {
      assert.ok(names.includes(file), file);
    }
    const { measurements } = (await readMetrics(`${at}/metrics.csv`, [1, 2, 10]))!;
    assert.deepEqual(measurements.map(({ epoch }) => epoch), [1, 2, 10]);
    const list = await Deno.readTextFile(`${folder}/reports/index.html`);
    assert.match(list, /<a href="mine\/index\.html">mine on 24 training samples<\/a>/);
    assert.match(list, /epoch 10 of 10/);
    assert.deepEqual((await readTrust(`${at}/trust.json`))!.checkpoints.map(({ epoch }) => epoch), [
      1,
      2,
      10,
    ]);

    const unnamed = await report("mine/2/part0.npz", "mine/2/part1.npz", "--report", "parts");
    assert.match(unnamed.stderr, /'--report' needs '--epoch'/);
    await Deno.writeTextFile(`${at}/run.json`, "{}");
    const refused = await report("mine", "--report", "mine");
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /^error: reports\/mine holds the report of a run: choose another name/);
  });
});
