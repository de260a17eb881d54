/** `measure --serve`: an answer for each request, and the same numbers as by a command each. */
import assert from "node:assert/strict";
import { gaussianCase } from "../collapse/features.ts";
import { encodeNpz } from "../formats/whole_files.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { runTool } from "./command.ts";
import { runWithin } from "./within.ts";

const NEEDS = ["read", "write", "run", "ffi", "env"] as const;
const CALLS = 20;

function features(seed: number): Uint8Array {
  const { features, labels, weight } = gaussianCase({ seed, counts: [9, 8, 7], width: 4 });
  return encodeNpz([
    ["train_features", { dtype: "float64", shape: [labels.length, 4], data: Float64Array.from(features) }],
    ["train_labels", { dtype: "int32", shape: [labels.length], data: Int32Array.from(labels) }],
    ["weight", { dtype: "float64", shape: [3, 4], data: Float64Array.from(weight) }],
  ]);
}

test("requests are answered in order, each with its own numbers or error", [...NEEDS], async () => {
  await withTemporaryFolder(async (folder) => {
    for (const name of ["one", "two"]) {
      await Deno.writeFile(`${folder}/${name}.npz`, features(name.length + name.charCodeAt(0)));
    }
    const requests = [
      { id: "a", path: "one.npz" },
      { id: 2, path: "two.npz", metrics: ["NC1"] },
      { id: 3, path: "none.npz" },
      { id: 4, path: "one.npz", metrics: ["nonsense"] },
      { id: 5, pat: "one.npz" },
      { id: 6, path: "x".repeat(2 ** 20) },
      { id: { deep: [1] }, path: "one.npz" },
      ...Array.from({ length: CALLS }, (_, i) => ({ id: 10 + i, path: "one.npz" })),
    ];
    const text = requests.map((request) => JSON.stringify(request)).join("\n");
    await Deno.writeTextFile(`${folder}/requests`, `${text}\n\nno json`);
    const served = await runTool(folder, ["measure", "--serve"], { before: "exec < requests" });
    assert.equal(served.code, 0, served.stderr);
    const answers = served.stdout.trim().split("\n").map((line) => JSON.parse(line));
    const ids = requests.map(({ id }) => typeof id === "object" || id === 6 ? null : id);
    assert.deepEqual(answers.map(({ id }) => id), [...ids, null]);
    const alone = await runWithin(folder, ["measure", "one.npz", "--json"]);
    assert.deepEqual(answers[0].results, JSON.parse(alone.stdout));
    assert.ok("nc1_fuzziness_train" in answers[1].results[0].values);
    assert.match(answers[2].error, /expected a file none\.npz, found none/);
    assert.match(answers[3].error, /metrics: expected .*, found "nonsense"/);
    assert.match(answers[4].error, /path: expected .* in \{"id": 1, "path"/);
    assert.match(
      answers[5].error,
      /expected a request on a line of at most 1048576 characters, found a longer one/,
    );
    assert.match(answers[6].error, /^id: expected /);
    assert.match(answers.at(-1).error, /expected a request as JSON on a line, found no json/);
  });
});

test("--serve refuses paths and options that are of one measurement", [...NEEDS], async () => {
  await withTemporaryFolder(async (folder) => {
    const path = await runWithin(folder, ["measure", "--serve", "one.npz"]);
    assert.equal(path.code, 2);
    assert.match(path.stderr, /'--serve' takes paths from standard input, found one\.npz/);
    const option = await runWithin(folder, ["measure", "--serve", "--report", "x"]);
    assert.equal(option.code, 2);
    assert.match(option.stderr, /option '--report' does not go with '--serve'/);
  });
});
