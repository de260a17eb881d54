/** Files of partial statistics: merged they measure as the samples do, and what does not fit is refused in words. */
import assert from "node:assert/strict";
import { arraySource } from "../../src/collapse/array_source.ts";
import { select } from "../../src/collapse/catalogue.ts";
import { measure } from "../../src/collapse/measure.ts";
import type { TensorData } from "../../src/formats/tensor.ts";
import { measureStatistics } from "../../src/measuring/measure_statistics.ts";
import { STATISTICS_NAMES } from "../../src/formats/statistics_files.ts";
import { runWithin } from "../cli/within.ts";
import { gaussianCase } from "../collapse/features.ts";
import { encodeNpz } from "../formats/whole_files.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { floats, partsOf, wholes } from "./statistics.ts";

const NEEDS = ["read", "write", "sys"] as const;
const train = gaussianCase({ counts: [9, 7, 8], width: 5, spread: 0.3 });
const held = gaussianCase({ seed: 2, counts: [4, 5, 3], width: 5, spread: 0.3 });
const foreign = gaussianCase({ seed: 3, counts: [6], width: 5 });

test("files of parts, stored or compressed, measure as the samples do", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const { values: expected } = await measure({
      train: arraySource(train),
      test: arraySource(held),
      ood: arraySource(foreign),
      classifier: train,
    }, { metrics: "all", weightDecay: 1e-3 });
    const paths = await Promise.all(
      (await partsOf({ train, test: held, ood: foreign }, 3)).map(async (arrays, i) => {
        const path = `${folder}/part${i}.npz`;
        await Deno.writeFile(path, encodeNpz(Object.entries(arrays), { compressed: i % 2 === 1 }));
        return path;
      }),
    );
    const { values, trust, title } = await measureStatistics(paths, { metrics: "all", weightDecay: 1e-3 });
    assert.match(
      title,
      /^24 training, 12 test, 6 out-of-distribution samples, as statistics .*merged from 3 files$/,
    );
    for (const [metric, value] of Object.entries(values)) {
      const reference = expected[metric] ?? null;
      if (reference === null) assert.equal(value, null, metric);
      else if (value === null) {
        assert.match(trust[metric]!.undefined!, /no samples, which this reads one by one/);
      } else assert.ok(Math.abs(value - reference) <= 1e-10 * Math.abs(reference) + 1e-13, metric);
    }
    assert.ok(values.nc5_orthogonality_ood !== null);
    const measured = Object.entries(values).filter(([, value]) => value !== null).map(([name]) => name);
    assert.ok(select("default", { ood: true }).every(({ name }) => measured.includes(name)));
  });
});

test("what does not fit is refused in a line that names the file", NEEDS, async (t) => {
  const [first, second] = await partsOf({ train }, 2) as [Arrays, Arrays];
  const { train_sums: _sums, ...without } = second;
  const refused: readonly [string, Arrays, RegExp][] = [
    ["another version", { ...second, collapse_statistics: wholes([], [2]) }, /version 1, found version 2/],
    ["features", { train_features: floats([2, 5], new Float64Array(10)) }, /found no collapse_statistics/],
    ["no sums", { ...without, test_sums: floats([3, 5], new Float64Array(15)) }, /named test_counts, found/],
    ["other classes", { ...second, train_counts: wholes([2], [1, 2]) }, /shape \(3\), found \(2\)/],
    ["another width", { ...second, train_sums: floats([3, 4], new Float64Array(12)) }, /shape \(3, 5\)/],
    ["counts below 0", { ...second, train_counts: wholes([3], [1, -2, 3]) }, /from 0 to \d+, found -2/],
    ["more right than there are", { ...second, train_correct: wholes([], [99]) }, /from 0 to \d+, found 99/],
    ["another trace", {
      ...second,
      train_scatter: floats([5, 5], new Float64Array(25).fill(1)),
    }, /expected the sum of train_deviations/],
    ["negative squares", {
      ...second,
      train_deviations: floats([3], Float64Array.of(1, -1, 1)),
    }, /expected sums of squares, found -1/],
    [
      "another classifier",
      { ...second, weight: floats([3, 5], new Float64Array(15)) },
      /the weight of \S+a\.npz/,
    ],
    [
      "text for sums",
      { ...second, train_sums: wholes([3, 5], new Array(15).fill(1)) },
      /expected one of float/,
    ],
    ["no centres", { ...second, centres: floats([3], new Float64Array(3)) }, /\(centres\): expected shape/],
  ];
  await withTemporaryFolder(async (folder) => {
    await Deno.writeFile(`${folder}/a.npz`, encodeNpz(Object.entries(first)));
    for (const [name, arrays, message] of refused) {
      await t.step(name, async () => {
        await Deno.writeFile(`${folder}/b.npz`, encodeNpz(Object.entries(arrays)));
        await assert.rejects(
          () => measureStatistics([`${folder}/a.npz`, `${folder}/b.npz`], {}),
          (error: Error) => {
            assert.match(error.message, message);
            assert.match(error.message, /^\S+b\.npz/);
            assert.doesNotMatch(error.message, /\n/);
            return true;
          },
        );
      });
    }
    await Deno.writeFile(`${folder}/b.npz`, encodeNpz(Object.entries(second)));
    await assert.rejects(
      () => measureStatistics([`${folder}/a.npz`, `${folder}/b.npz`], { memory: 1000 }),
      /expected at least 1M of memory for statistics of width 5 in 3 classes, found 0M; raise --memory/,
    );
  });
});

test(
  "of collapsed features, squares that are off by the rounding of class means are taken, and more are not",
  NEEDS,
  async () => {
    const collapsed = gaussianCase({ counts: [300, 400, 500], width: 4, spread: 0 });
    const [plain] = await partsOf({ train: collapsed }, 1) as [Arrays];
    // As a running mean leaves them: differences of rounding times differences of rounding.
    const scatterOf = (size: number) =>
      Float64Array.from({ length: 16 }, (_, at) => size * (at % 5 === 0 ? -1 + at / 15 : 3));
    await withTemporaryFolder(async (folder) => {
      const measured = async (size: number) => {
        const arrays = {
          ...plain,
          train_deviations: floats([3], Float64Array.of(0, size, 0)),
          train_scatter: floats([4, 4], scatterOf(size)),
        };
        await Deno.writeFile(`${folder}/a.npz`, encodeNpz(Object.entries(arrays)));
        return await measureStatistics([`${folder}/a.npz`], { metrics: ["NC1"] });
      };
      const { values } = await measured(1e-28);
      const spread = values.within_class_variation!;
      assert.ok(spread >= 0 && spread < 1e-24, String(spread));
      await assert.rejects(() => measured(1e-12), /expected the sum of train_deviations/);
    });
  },
);

test(
  "the command merges parts, and refuses options that need samples",
  [...NEEDS, "run", "ffi", "env"],
  async () => {
    await withTemporaryFolder(async (folder) => {
      for (const [i, arrays] of (await partsOf({ train }, 2)).entries()) {
        await Deno.writeFile(`${folder}/${i}.npz`, encodeNpz(Object.entries(arrays)));
      }
      const { code, stdout, stderr } = await runWithin(folder, ["measure", "0.npz", "1.npz", "--json"]);
      assert.equal(code, 0, stderr);
      assert.equal(JSON.parse(stdout)[0].source, "0.npz 1.npz");
      const refused = await runWithin(folder, ["measure", "0.npz", "1.npz", "--bootstrap", "9"]);
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /^error: 0\.npz: expected features, as --bootstrap resamples them/);
      const device = await runWithin(folder, ["measure", "0.npz", "1.npz", "--device", "cuda"]);
      assert.equal(device.code, 2);
      assert.match(device.stderr, /^error: option '--device' does not go with 0\.npz 1\.npz/);
    });
  },
);

test("the document names every array, with no other", ["read"], async () => {
  const text = await Deno.readTextFile(new URL("../../src/collapse/STATISTICS.md", import.meta.url));
  const rows = text.split("\n").filter((line) => line.startsWith("| `"));
  const named = rows.flatMap((row) =>
    Array.from(row.split("|")[1]!.matchAll(/`(\w+)`/g), ([, name]) => name!)
  );
  const train = STATISTICS_NAMES.filter((name) => !name.startsWith("test_"));
  assert.deepEqual(named.filter((name) => !name.startsWith("test_")).sort(), [...train].sort());
  assert.deepEqual(named.filter((name) => name.startsWith("test_")), ["test_counts", "test_decisions"]);
});

type Arrays = { readonly [name: string]: TensorData };
