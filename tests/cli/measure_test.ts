/** `deno task measure` on what others have: arrays in files, and checkpoints that Python saved. */
import assert from "node:assert/strict";
import { arraySource } from "../../src/collapse/array_source.ts";
import { measure } from "../../src/collapse/measure.ts";
import { encodeNpy } from "../../src/formats/npy.ts";
import { encodeNpz, encodeSafetensors } from "../formats/whole_files.ts";
import type { TensorData } from "../../src/formats/tensor.ts";
import type { ArrayName } from "../../src/formats/feature_files.ts";
import { type Case, gaussianCase } from "../collapse/features.ts";
import { runOracle, testWithOracle } from "../oracle.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { filesBelow, type Finished, NARROW } from "./command.ts";
import { runWithin } from "./within.ts";

const NEEDS = ["read", "write", "run", "ffi", "env"] as const;
const MAIN = new URL("../../src/cli/main.ts", import.meta.url).pathname;
const CONFIGURATION = new URL("../../deno.json", import.meta.url).pathname;
const TRAIN = [
  "train",
  "Drawn10",
  ...NARROW,
  "--per-class",
  "2",
  "--batch-size",
  "10",
  "--lr",
  "0.02",
  "--threads",
  "1",
];

type Values = { readonly [metric: string]: number | null };
type Given = { readonly [name in ArrayName]?: TensorData };

const trainCase = gaussianCase({ counts: [30, 20, 25, 6], width: 7, spread: 0.3 });
const testCase = gaussianCase({ seed: 2, counts: [5, 6, 7, 8], width: 7, spread: 0.3 });
const foreign = gaussianCase({ seed: 3, counts: [9], width: 7 });

test("features measure to the library's own numbers, from .npy and .safetensors files", NEEDS, async (t) => {
  const whole = ({ features, labels, width, classes }: Case) =>
    arraySource({ features, labels, width, classes });
  const { values: expected } = await measure({
    train: whole(trainCase),
    test: whole(testCase),
    ood: whole(foreign),
    classifier: trainCase,
  }, { metrics: "all", weightDecay: 1e-3 });
  const options = ["--metrics", "all", "--weight-decay", "1e-3", "--threads", "1", "--json"];

  await withTemporaryFolder(async (folder) => {
    await t.step("a folder of .npy files, read a few rows at a time", async () => {
      await Deno.mkdir(`${folder}/arrays`);
      for (const [name, tensor] of Object.entries(arrays())) {
        await Deno.writeFile(`${folder}/arrays/${name}.npy`, encodeNpy(tensor));
      }
      assertClose(await measured(folder, ["arrays", ...options]), expected);
      assertClose(await measured(folder, ["arrays", ...options, "--memory", "24K"]), expected);
    });

    await t.step("without the native library, which is said", async () => {
      const permissions = ["--allow-read", "--allow-env=NC_DEBUG,PATH", "--allow-sys=systemMemoryInfo"];
      const args = ["run", "-q", "--no-prompt", "--config", CONFIGURATION, ...permissions, MAIN, "measure"];
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [...args, "arrays", ...options],
        cwd: folder,
      }).output();
      assert.match(new TextDecoder().decode(stderr), /^measuring in plain TypeScript: [^\n]+\n$/);
      assertClose(JSON.parse(new TextDecoder().decode(stdout))[0].values, expected);
    });

    await t.step("one .safetensors file", async () => {
      const state = new Map(Object.entries(arrays()));
      await Deno.writeFile(`${folder}/all.safetensors`, encodeSafetensors(state));
      assertClose(await measured(folder, ["all.safetensors", ...options]), expected);
    });

    await t.step("one .npz file, stored or compressed", async () => {
      for (const compressed of [false, true]) {
        await Deno.writeFile(`${folder}/all.npz`, encodeNpz(Object.entries(arrays()), { compressed }));
        assertClose(await measured(folder, ["all.npz", ...options, "--memory", "24K"]), expected);
      }
    });

    await t.step("files named one by one, the labels as int64 and uint8", async () => {
      const { train_labels, test_labels } = arrays();
      const [wide, narrow] = [train_labels!, test_labels!].map(({ data }) => Array.from(data, Number));
      await writeArrays(folder, {
        train_labels: {
          dtype: "int64",
          shape: [wide!.length],
          data: BigInt64Array.from(wide!.map(BigInt)),
        },
        test_labels: { dtype: "uint8", shape: [narrow!.length], data: Uint8Array.from(narrow!) },
      });
      const args = [
        "--train-features",
        "all.safetensors",
        "--train-labels",
        "train_labels.npy",
        "--weight",
        "arrays/weight.npy",
        "--bias",
        "arrays/bias.npy",
        "--test-features",
        "arrays/test_features.npy",
        "--test-labels",
        "test_labels.npy",
        "--ood-features",
        "all.safetensors",
      ];
      assertClose(await measured(folder, [...args, ...options]), expected);
    });
  });
});

test("without a classifier, what needs none is measured", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const { weight, bias, ...given } = arrays();
    await writeArrays(folder, given);
    const options = ["--threads", "1", "--json"];
    const found = await measured(folder, [".", ...options]);
    await writeArrays(folder, { bias });
    const alone = await runWithin(folder, ["measure", ".", ...options]);
    assert.match(alone.stderr, /bias\.npy: expected a weight beside the bias, found none/);
    await writeArrays(folder, { weight });
    const expected = await measured(folder, [".", ...options]);
    const reads = (name: string) => /weights|accuracy|mismatch|duality|bias|nc3|angle_w/.test(name);
    const missing = Object.keys(expected).filter((name) => found[name] === null && expected[name] !== null);
    assert.ok(missing.length > 0 && missing.every(reads), missing.join());
    assert.ok(typeof found.nc4_ncc_accuracy_test === "number" || !("nc4_ncc_accuracy_test" in found));
    const kept = Object.entries(expected).filter(([name]) => !missing.includes(name));
    assert.ok(kept.length > 10);
    assertClose(Object.fromEntries(kept.map(([name]) => [name, found[name]!])), Object.fromEntries(kept));
  });
});

test("a table and text say what --json says, with intervals where they are asked for", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const { train_features, train_labels, weight } = arrays();
    await writeArrays(folder, { train_features, train_labels, weight } as Given);
    const args = [".", "--threads", "1", "--metrics", "nc1_quotient_train", "--bootstrap", "10"];
    const { code, stdout, stderr } = await runWithin(folder, ["measure", ...args, "--out", "table.csv"]);
    assert.equal(code, 0, stderr);
    const json = await runWithin(folder, ["measure", ...args, "--json"]);
    const [{ values, trust }] = JSON.parse(json.stdout);

    assert.match(stdout, /^81 training samples of width 7 in 4 classes\n/);
    const number = Number(values.nc1_quotient_train.toPrecision(6));
    const { low, high, replicates } = trust.nc1_quotient_train.interval;
    assert.ok(low < high && low < number * 1.5 && replicates === 10);
    const short = (value: number) => String(Number(value.toPrecision(4)));
    const row = stdout.split("\n").find((line) => line.includes("nc1_quotient_train"))!;
    assert.deepEqual(row.trim().split(/\s{2,}/), [
      "nc1_quotient_train",
      String(number),
      `[${short(low)}, ${short(high)}]`,
    ]);
    assert.match(stdout, /^without a value: \d+ metrics as there is no test split$/m);

    const [header, line] = (await Deno.readTextFile(`${folder}/table.csv`)).split("\n");
    const names = Object.keys(values);
    assert.equal(header, ["epoch", ...names, "source", "images", "pixels"].join());
    assert.equal(line, ["", ...names.map((name) => values[name] ?? ""), ".", "", ""].join());
  });
});

test(
  "checkpoints measure to the numbers of validate: a file, a folder, and their features",
  NEEDS,
  async (t) => {
    await withTemporaryFolder(async (folder) => {
      const checkpoints = "runs/tiny/checkpoints";
      await succeed(folder, [...TRAIN, "--run", "tiny", "--epochs", "2", "--checkpoints", "1,2"]);
      await succeed(folder, ["validate", "Drawn10", "--run", "tiny", "--threads", "1"]);
      const expected = await Deno.readTextFile(`${folder}/runs/tiny/metrics.csv`);

      await t.step("a folder of a run", async () => {
        const { stdout } = await succeed(folder, [
          "measure",
          checkpoints,
          "--threads",
          "1",
          "--out",
          "m.csv",
        ]);
        assert.equal(stdout, "");
        const lines = (await Deno.readTextFile(`${folder}/m.csv`)).trimEnd().split("\n");
        const [header, ...rows] = expected.trimEnd().split("\n");
        assert.equal(lines.shift(), `${header},source,images,pixels`);
        rows.forEach((row, i) => {
          const source = `runs/tiny/checkpoints/resnet18_00${i + 1}.pth`;
          assert.ok(lines[i]!.startsWith(`${row},${source},"Drawn-10, SHA-256 `), lines[i]);
          assert.ok(
            lines[i]!.endsWith(
              ",(x/255 − mean) / std with mean 0.5 0.4995 0.4977 and std 0.2646 0.2631 0.2604 (the data set's own)",
            ),
            lines[i],
          );
        });
      });

      await t.step("a file elsewhere, in a folder named after the data set", async () => {
        await Deno.mkdir(`${folder}/checkpoints_Drawn10`);
        const file = "checkpoints_Drawn10/resnet18_002.pth";
        await Deno.copyFile(`${folder}/${checkpoints}/resnet18_002.pth`, `${folder}/${file}`);
        const args = [file, "--per-class", "2", "--threads", "1", "--out", "m.csv"];
        const { stdout } = await succeed(folder, ["measure", ...args]);
        assert.match(
          stdout,
          /^checkpoints_Drawn10\/resnet18_002\.pth: resnet18 on Drawn-10\npixels: \(x\/255 − mean\) \/ std with mean/,
        );
        const [, , second] = expected.split("\n");
        const [, line] = (await Deno.readTextFile(`${folder}/m.csv`)).split("\n");
        assert.ok(line!.startsWith(`${second},checkpoints_Drawn10/resnet18_002.pth,`), line);
      });

      await t.step("with other pixels, other numbers, and what was applied is said", async () => {
        const own = [
          "--mean",
          "127.5,127.3725,126.9135",
          "--std",
          "67.473,67.0905,66.402",
          "--scale",
          "0..255",
        ];
        const args = [`${checkpoints}/resnet18_002.pth`, "--threads", "1", "--json"];
        const [same] = JSON.parse((await succeed(folder, ["measure", ...args, ...own])).stdout);
        const [, , second] = expected.split("\n");
        assert.ok(Math.abs(same.values.within_class_variation / Number(second!.split(",")[10]) - 1) < 1e-4);
        const { stdout, stderr } = await succeed(folder, ["measure", ...args, "--scale", "0..255"]);
        const [other] = JSON.parse(stdout);
        assert.notEqual(other.values.within_class_variation, same.values.within_class_variation);
        assert.match(other.images.pixels, /mean 0 0 0 and std 0\.00392157 .* \(as chosen\)$/);
        assert.match(stderr, /pixels: .*mean 0 0 0/);
        const warned = other.notes.some((note: string) => note.startsWith("warning: a test accuracy"));
        assert.equal(warned, other.values.test_accuracy < 15);
      });

      await t.step("features that were written from a checkpoint", async () => {
        await succeed(folder, [
          "features",
          `${checkpoints}/resnet18_002.pth`,
          "--out",
          "arrays",
          "--threads",
          "1",
        ]);
        const [names, , cells] = expected.trimEnd().split("\n").map((line) => line.split(",").slice(1));
        const values = names!.map((name, i) => [name, cells![i] === "" ? null : Number(cells![i])]);
        assertClose(
          await measured(folder, ["arrays", "--threads", "1", "--json"]),
          Object.fromEntries(values),
        );
      });
    });
  },
);

testWithOracle(
  "A checkpoint saved by Python measures to the same numbers as the same parameters saved here",
  async () => {
    await withTemporaryFolder(async (folder) => {
      await succeed(folder, [...TRAIN, "--run", "tiny", "--epochs", "1"]);
      const ours = "runs/tiny/checkpoints/resnet18_001.pth";
      await Deno.mkdir(`${folder}/checkpoints_Drawn10`);
      const script = `
import argparse, sys, torch
state = torch.load(sys.argv[1], weights_only=True)
small = lambda k: k.replace("downsample", "shortcut").replace("fc.", "linear.")
torch.save({"epoch": 1, "state_dict": {"module." + k: v for k, v in reversed(state.items())}}, sys.argv[2] + "_1.pt")
torch.save({"state_dict": {"model._orig_mod." + small(k): v for k, v in state.items()}, "callbacks": {"a": object},
            "hyper_parameters": argparse.Namespace(lr=0.1), "optimizer_states": [{"state": {0: {"m": torch.ones(3)}}}]},
           sys.argv[2] + "_2.ckpt", _use_new_zipfile_serialization=False)
torch.save({"ema": {k: v * 0 for k, v in state.items()}, "net": state}, sys.argv[2] + "_3.pth")
`;
      const theirs = "checkpoints_Drawn10/resnet18";
      await runOracle(script, [`${folder}/${ours}`, `${folder}/${theirs}`]);
      const expected = await measured(folder, [ours, "--threads", "1", "--json"]);
      assert.equal(typeof expected.within_class_variation, "number");
      for (const file of [`${theirs}_1.pt`, `${theirs}_2.ckpt`, `${theirs}_3.pth`]) {
        const args = [file, "--per-class", "2", "--threads", "1", "--json"];
        const { stdout, stderr } = await succeed(folder, ["measure", ...args]);
        assert.deepEqual(JSON.parse(stdout)[0].values, expected, file);
        const said = /took the state dict under "net"; there are others, for --key: ema/;
        assert.equal(said.test(stderr), file.endsWith("_3.pth"), stderr);
      }
      const averages = [`${theirs}_3.pth`, "--key", "ema", "--per-class", "2", "--threads", "1", "--json"];
      const { within_class_variation } = await measured(folder, averages);
      assert.notEqual(within_class_variation, expected.within_class_variation);
    });
  },
);

test("bad input is refused in one line, with nothing written", NEEDS, async (t) => {
  await withTemporaryFolder(async (folder) => {
    const given = arrays();
    await writeArrays(folder, given);
    const { labels } = trainCase;
    const shaped = (shape: number[]): TensorData => ({
      dtype: "float32",
      shape,
      data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
    });
    const odd: Record<string, Uint8Array> = {
      "other_width.npy": encodeNpy(shaped([81, 6])),
      "few.npy": encodeNpy({
        dtype: "int32",
        shape: [80],
        data: labels.slice(0, 80) as Int32Array<ArrayBuffer>,
      }),
      "high.npy": encodeNpy({ dtype: "uint8", shape: [81], data: new Uint8Array(81).fill(4) }),
      "real.npy": encodeNpy(shaped([81])),
      "half.npy": encodeNpy(shaped([81, 7])).subarray(0, 1000),
      "two.safetensors": encodeSafetensors(new Map([["a", shaped([1])], ["b", shaped([1])]])),
      "text.npy": new TextEncoder().encode("not an array"),
      "notes.txt": new TextEncoder().encode("1 2 3"),
      "broken.pth": new TextEncoder().encode("not a checkpoint"),
    };
    for (const [name, bytes] of Object.entries(odd)) await Deno.writeFile(`${folder}/${name}`, bytes);
    await Deno.mkdir(`${folder}/empty`);
    const before = filesBelow(folder);
    const rows: [args: string[], code: number, message: RegExp][] = [
      [["nowhere"], 1, /expected a file or a folder nowhere, found none/],
      [
        ["notes.txt"],
        1,
        /expected a \.pth, \.pt, \.ckpt, \.npz or \.safetensors file, or a folder, found notes\.txt/,
      ],
      [["empty"], 1, /expected \.pth, \.pt or \.ckpt files in empty, \.npy files named train_features/],
      [["broken.pth", "--dataset", "Drawn10"], 1, /broken\.pth: /],
      [["broken.pth", "--weight", "weight.npy"], 2, /option '--weight' does not go with broken\.pth/],
      [["two.safetensors", "--per-class", "3"], 2, /option '--per-class' does not go with two\.safetensors/],
      [
        ["two.safetensors"],
        1,
        /found no train_features in two\.safetensors, which has \w+, \w+; name its file with --train-feat/,
      ],
      [["--weight", "two.safetensors"], 1, /expected an array named weight, or a single one, found a, b/],
      [[], 1, /expected train_features, train_labels at least, found no train_features among the/],
      [["broken.pth", "--mean", "0.5,x"], 2, /Expected numbers separated by commas, one a channel/],
      [["broken.pth", "--mean", "0.5", "--std", "0"], 2, /Expected numbers above 0 separated by commas/],
      [["two.safetensors", "--key", "a"], 2, /option '--key' does not go with two\.safetensors/],
      [["--metrics", "nc9"], 2, /Expected default, all.* found "nc9"/],
    ];
    const replaced: [option: string, file: string, message: RegExp][] = [
      ["train-features", "other_width.npy", /expected width 7, as the weight has, found 6/],
      ["train-features", "text.npy", /text\.npy: not a \.npy file/],
      ["train-features", "half.npy", /half\.npy: expected 2268 bytes for float32 .*, found 872/],
      ["train-features", "few.npy", /expected one of float16, bfloat16, float32, float64, found int32/],
      ["train-labels", "few.npy", /expected one label for each of 81 samples, found shape \(80\)/],
      [
        "train-labels",
        "high.npy",
        /expected labels from 0 to 3, as the weight has 4 rows, found 4 at sample 0/,
      ],
      ["train-labels", "real.npy", /expected whole numbers as labels, found float32/],
      ["weight", "real.npy", /expected a weight of classes × features, found shape \(81\)/],
      ["bias", "real.npy", /expected one entry for each of the 4 rows of the weight, found shape \(81\)/],
      ["weight", "none.npy", /expected a file none\.npy, found none/],
      ["memory", "1K", /expected at least 1M of memory for 81 training/],
      ["out", "none/table.csv", /expected a file or a folder none, found none/],
    ];
    for (const [option, file, message] of replaced) {
      const files = ["train_features", "train_labels", "weight", "bias"]
        .flatMap((name) => [`--${name.replace("_", "-")}`, `${name}.npy`]);
      rows.push([[...files, `--${option}`, file], 1, message]);
    }
    for (const [args, code, message] of rows) {
      await t.step(args.join(" ") || "nothing at all", async () => {
        const finished = await runWithin(folder, ["measure", ...args]);
        assert.match(finished.stderr, message);
        assert.match(
          finished.stderr,
          code === 1 ? /^error: .+\n$/ : /^error: .+ \(--help shows what is possible\)\n$/,
        );
        assert.equal(finished.code, code, finished.stderr);
        assert.equal(finished.stdout, "");
        assert.deepEqual(filesBelow(folder), before);
      });
    }
  });
});

async function succeed(folder: string, args: readonly string[]): Promise<Finished> {
  const finished = await runWithin(folder, args);
  assert.equal(finished.code, 0, finished.stderr);
  return finished;
}

/** The values of one measurement. */
async function measured(folder: string, args: readonly string[]): Promise<Values> {
  const { stdout, stderr } = await succeed(folder, ["measure", ...args]);
  assert.doesNotMatch(stderr, /plain TypeScript/);
  const [{ values }] = JSON.parse(stdout);
  return values;
}

function assertClose(found: Values, expected: Values): void {
  assert.deepEqual(Object.keys(found), Object.keys(expected));
  for (const [name, value] of Object.entries(expected)) {
    const other = found[name] ?? null;
    if (value === null || other === null) assert.equal(other, value, name);
    else assert.ok(Math.abs(other - value) <= 1e-9 * Math.abs(value) + 1e-13, `${name}: ${other}, ${value}`);
  }
}

/** The three cases as arrays, under the names that files give them. */
function arrays(): Required<Given> {
  const matrix = (data: Float64Array, width: number): TensorData => ({
    dtype: "float64",
    shape: [data.length / width, width],
    data: data as Float64Array<ArrayBuffer>,
  });
  const vector = (data: Int32Array): TensorData => ({
    dtype: "int32",
    shape: [data.length],
    data: data as Int32Array<ArrayBuffer>,
  });
  const { bias, width } = trainCase;
  return {
    train_features: matrix(trainCase.features, width),
    train_labels: vector(trainCase.labels),
    weight: matrix(trainCase.weight, width),
    bias: { dtype: "float64", shape: [bias.length], data: bias as Float64Array<ArrayBuffer> },
    test_features: matrix(testCase.features, width),
    test_labels: vector(testCase.labels),
    ood_features: matrix(foreign.features, width),
  };
}

async function writeArrays(folder: string, tensors: Given): Promise<void> {
  for (const [name, tensor] of Object.entries(tensors)) {
    await Deno.writeFile(`${folder}/${name}.npy`, encodeNpy(tensor));
  }
}
