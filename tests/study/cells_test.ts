/** Cells: all combinations but the excluded ones, under names that tell what differs. */
import assert from "node:assert/strict";
import type { Protocol } from "../../src/experiment/parts.ts";
import { cellsOf, MAX_CELLS } from "../../src/study/cells.ts";
import { parseStudy } from "../../src/study/file.ts";

const resolve = (dataset: string, options: Readonly<Record<string, string>>) => {
  if (options.lr === "7") throw new Error("--lr: expected a smaller rate, found 7");
  return { dataset, ...options } as unknown as Protocol;
};

function cells(parameters: string, rest = "") {
  return cellsOf(parseStudy(`name: a\ndataset: D\nparameters:\n${parameters}\n${rest}`, "s.yaml"), resolve);
}

Deno.test("cells are named by the axes that have several values, the seed last", () => {
  const found = cells(
    "  lr: {values: [0.05, 0.1]}\n  per-class: {value: 20}",
    "seeds: [1, 2]\nexclude: [{lr: 0.1, seed: 2}]",
  );
  assert.deepEqual(found.map(({ index, name }) => [index, name]), [
    [0, "lr=0.05,seed=1"],
    [1, "lr=0.05,seed=2"],
    [2, "lr=0.1,seed=1"],
  ]);
  assert.deepEqual(found[2]!.options, { lr: "0.1", "per-class": "20", seed: "1" });
});

Deno.test("labels have as few digits as tell the values apart", () => {
  const names = cells("  lr: {values: [0.1302501827396728, 0.13025, 0.5]}").map(({ name }) => name);
  assert.deepEqual(names, ["lr=0.1302502", "lr=0.13025", "lr=0.5"]);
  assert.deepEqual(cells("  lr: {min: 0.1, max: 0.3, points: 3}").map(({ name }) => name), [
    "lr=0.1",
    "lr=0.2",
    "lr=0.3",
  ]);
});

Deno.test("values that are no numbers become names of folders", () => {
  const names = cells('  checkpoints: {values: ["1,5", "2"]}\n  note: {values: ["a/b", "c d"]}').map((
    { name },
  ) => name);
  assert.deepEqual(names[0], "checkpoints=1+5,note=a-b");
  assert.throws(
    () => cells('  note: {values: ["a/b", "a b"]}'),
    /s\.yaml:4:9: expected values of note that differ as names/,
  );
});

Deno.test("too many cells, none, and an impossible one are refused with their place", () => {
  const axis = (name: string) => `  ${name}: {min: 1, max: 2, points: 1000}`;
  assert.throws(
    () => cells(`${axis("lr")}\n${axis("momentum")}`),
    new RegExp(`s\\.yaml:4:3: expected at most ${MAX_CELLS} combinations, found 1000000`),
  );
  assert.throws(
    () => cells("  lr: {values: [1]}", "exclude: [{lr: 1}]"),
    /expected a combination that is not excluded, found none/,
  );
  assert.throws(
    () => cells("  seed: {values: [1, 2]}\n  lr: {values: [1, 7]}"),
    /^Error: s\.yaml:5:7: --lr: expected a smaller rate, found 7$/,
  );
});
