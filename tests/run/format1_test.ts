/** Runs that were begun before run.json had its parts: read, gone on with, measured and reported. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { createHash } from "node:crypto";
import { decodeStateDict } from "../../src/formats/pth.ts";
import { readRun, requireSameProtocol } from "../../src/run/run_json.ts";
import { runPaths } from "../../src/run/paths.ts";
import { protocolFrom } from "../../src/experiment/options.ts";
import { filesBelow } from "../cli/command.ts";
import { runWithin } from "../cli/within.ts";
import { test, withTemporaryFolder } from "../support.ts";

const FIXTURES = new URL("format1/", import.meta.url).pathname;
/** Of the checkpoints that the code of then wrote after the last epochs of `half`, see {@link digestOf}. */
const DIGESTS = {
  16: "26e475aa6692d639e66dbd2a9b6d3157e9fa61ea1f24ee8a2be2137cda3b311e",
  17: "7f93f76a52a4e976eac0d25b5fe7444487ac262be59aa611ca101261149a55a7",
};
/** The classifier's bias in the last of them, whose last bits may differ between processors. */
const BIAS = [
  1.7399974184897064e-31,
  -3.4366755779376275e-32,
  -8.962560204327584e-32,
  -7.600136390848834e-32,
  -8.976188885831017e-32,
  4.999986380120915e-32,
  5.001734340220587e-32,
  1.5013273964874508e-31,
  -3.50061218504679e-32,
  -9.938796507741985e-32,
];

test("a run.json of format 1 means the protocol that its options make", ["read"], async () => {
  const record = await readRun(runPaths(`${FIXTURES}whole`));
  requireSameProtocol(
    "whole",
    record!,
    protocolFrom("Drawn10", {
      "per-class": "4",
      "batch-size": "8",
      epochs: "3",
      checkpoints: "1,3",
      "decay-after": "2",
    }),
  );
  deepEqual(record!.dataset.trainImages, 40);
});

test(
  "a run of format 1 is reported as the same run of the format of now",
  ["read", "write", "run", "env"],
  async () => {
    await withTemporaryFolder(async (folder) => {
      await copyFolder(`${FIXTURES}whole`, `${folder}/runs/before`);
      await copyFolder(`${FIXTURES}whole`, `${folder}/runs/now`);
      const record = await readRun(runPaths(`${FIXTURES}whole`));
      await Deno.writeTextFile(`${folder}/runs/now/run.json`, JSON.stringify(record));
      for (const run of ["before", "now"]) {
        const { code, stderr } = await runWithin(folder, ["report", run]);
        equal(code, 0, stderr);
      }
      const names = filesBelow(`${folder}/reports/now`);
      ok(names.includes("index.html"));
      deepEqual(filesBelow(`${folder}/reports/before`), names);
      for (const name of names) {
        if (name === "run.json") continue;
        const [before, now] = await Promise.all(
          ["before", "now"].map((run) => Deno.readFile(`${folder}/reports/${run}/${name}`)),
        );
        deepEqual(before, now, name);
      }
    });
  },
);

test(
  "a run of format 1 that was stopped half-way is trained and measured to what the code of then made of it",
  ["read", "write", "run", "ffi", "env"],
  async () => {
    await withTemporaryFolder(async (folder) => {
      const run = `${folder}/runs/half`;
      await copyFolder(`${FIXTURES}half`, run);
      const { code, stderr } = await runWithin(folder, [
        ...[
          "train",
          "Drawn10",
          "--run",
          "half",
          "--resume",
          "--measure",
          "--metrics",
          "nc1_svd_test",
          "--quiet",
        ],
      ]);
      equal(code, 0, stderr);
      const log = (await Deno.readTextFile(`${run}/log.csv`)).trimEnd().split("\n").slice(1);
      deepEqual(log.slice(-2).map((row) => row.split(",").slice(0, -1).join()), [
        "16,1e-30,2.30258512,5,2.30258509,10",
        "17,5e-31,2.30258512,5,2.30258509,10",
      ]);
      const rows = (await Deno.readTextFile(`${run}/metrics.csv`)).trimEnd().split("\n").slice(1);
      deepEqual(rows.map((row) => row.split(",").slice(0, 12).join()), [
        "16,10,10,,,,,,,,,1",
        "17,10,10,,,,,,,,,0",
      ]);
      for (const [epoch, digest] of Object.entries(DIGESTS)) {
        equal(await digestOf(`${run}/checkpoints/resnet18_0${epoch}.pth`), digest, `epoch ${epoch}`);
      }
      const bias = decodeStateDict(await Deno.readFile(`${run}/checkpoints/resnet18_017.pth`), { name: "x" })
        .get("fc.bias")!.data as Float32Array;
      const largest = Math.max(...BIAS);
      BIAS.forEach((value, i) => ok(Math.abs(bias[i]! - value) <= 1e-5 * largest, `${bias[i]}, ${value}`));
    });
  },
);

/** SHA-256 of names and bytes of a checkpoint's entries, with zeros of one sign, without the classifier's bias. */
async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for (const [name, { data }] of decodeStateDict(await Deno.readFile(path), { name: path })) {
    if (name === "fc.bias") continue;
    hash.update(name);
    // Minus zero plus zero is zero.
    const plain = data instanceof Float32Array ? data.map((value) => value + 0) : data;
    hash.update(new Uint8Array(plain.buffer, plain.byteOffset, plain.byteLength));
  }
  return hash.digest("hex");
}

/** Copies a folder; what ends in .gz is unpacked. */
async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(`${from}/${name}`, `${to}/${name}`);
    else if (name.endsWith(".gz")) {
      using file = await Deno.open(`${from}/${name}`);
      const plain = file.readable.pipeThrough(new DecompressionStream("gzip"));
      await Deno.writeFile(`${to}/${name.slice(0, -3)}`, plain);
    } else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}
