/** What a study came to: groups over seeds, chosen groups, and how strongly axes move measurements. */
import assert from "node:assert/strict";
import { association, type CellResult, chosenGroups, groupsOf, studyTable } from "../../src/study/results.ts";
import { protocolOfTest } from "./finished_run.ts";

function result(
  options: Record<string, string>,
  best: number | null,
  last: CellResult["last"] = {},
): CellResult {
  const name = Object.entries(options).map(([axis, value]) => `${axis}=${value}`).join();
  return {
    cell: { index: 0, name, options, protocol: protocolOfTest(0) },
    state: best === null ? "missing" : "done",
    attempts: 0,
    reason: null,
    epochs: best === null ? 0 : 1,
    seconds: 2.5,
    best: best === null ? null : { epoch: 1, value: best },
    last,
  };
}

const RESULTS = [
  result({ model: "a", lr: "0.1", seed: "0" }, 70),
  result({ model: "a", lr: "0.1", seed: "1" }, 80),
  result({ model: "a", lr: "0.2", seed: "0" }, 76),
  result({ model: "a", lr: "0.2", seed: "1" }, null),
  result({ model: "b", lr: "0.1", seed: "0" }, 60),
  result({ model: "b", lr: "0.2", seed: "0" }, null),
];

Deno.test("cells that differ in the seed alone are one group, scored by its mean", () => {
  assert.deepEqual(
    groupsOf(RESULTS).map((
      { options, score, results },
    ) => [options.model, options.lr, score, results.length]),
    [
      ["a", "0.1", 75, 2],
      ["a", "0.2", 76, 2],
      ["b", "0.1", 60, 1],
      ["b", "0.2", null, 1],
    ],
  );
});

Deno.test("the best group is chosen for each combination of the axes asked for", () => {
  const chosen = (goal: "maximize" | "minimize", by: string[]) =>
    chosenGroups(groupsOf(RESULTS), { name: "test_accuracy", goal, by }).map(({ options }) =>
      `${options.model} ${options.lr}`
    );
  assert.deepEqual(chosen("maximize", []), ["a 0.2"]);
  assert.deepEqual(chosen("minimize", []), ["b 0.1"]);
  assert.deepEqual(chosen("maximize", ["model"]), ["a 0.2", "b 0.1"]);
  assert.deepEqual(chosen("maximize", ["model", "lr"]), ["a 0.1", "a 0.2", "b 0.1"]);
});

Deno.test("the table has a row a cell, the paper's columns before the others", () => {
  const results = [
    result({ lr: "0.1" }, 70, { nc1_quotient_train: 0.5, train_accuracy: 99 }),
    result({ lr: "0.2" }, null),
  ];
  const axes = [{ name: "lr", values: ["0.1", "0.2"], place: "" }];
  assert.deepEqual(studyTable(axes, results).trimEnd().split("\n"), [
    "cell,lr,state,attempts,epochs_done,seconds,best_epoch,best,train_accuracy,nc1_quotient_train",
    "lr=0.1,0.1,done,0,1,2.5,1,70,99,0.5",
    "lr=0.2,0.2,missing,0,0,2.5,,,,",
  ]);
});

/** Cells with an axis x and a measurement y. */
function points(pairs: readonly (readonly [x: string, y: number | null])[]): CellResult[] {
  return pairs.map(([x, y]) => result({ x }, 1, { y }));
}

Deno.test("association is Spearman's: 1 for a rising, −1 for a falling relation, whatever its form", () => {
  const rising = points([["1", 1], ["2", 10], ["3", 11], ["4", 1000], ["5", 1e6]]);
  assert.ok(Math.abs(association(rising, "x", "y")!.rho - 1) < 1e-12);
  const falling = points([["1", 5], ["2", 4], ["3", 3], ["4", -1], ["5", -2]]);
  assert.ok(Math.abs(association(falling, "x", "y")!.rho + 1) < 1e-12);
});

Deno.test("association of ties takes mean ranks, and its interval is Bonett and Wright's", () => {
  // Ranks 1.5, 1.5, 3, 4, 5, 6 against 2, 1, 4, 3, 6, 5: by hand, ρ = 15 / √(17 · 17.5).
  const tied = points([["1", 2], ["1", 1], ["2", 4], ["3", 3], ["4", 6], ["5", 5]]);
  const { rho, interval, count } = association(tied, "x", "y")!;
  const expected = 15 / Math.sqrt(17 * 17.5);
  assert.ok(Math.abs(rho - expected) < 1e-12);
  assert.equal(count, 6);
  const half = 1.959963984540054 * Math.sqrt((1 + expected ** 2 / 2) / 3);
  assert.ok(Math.abs(interval!.low - Math.tanh(Math.atanh(expected) - half)) < 1e-12);
  assert.ok(Math.abs(interval!.high - Math.tanh(Math.atanh(expected) + half)) < 1e-12);
});

Deno.test("there is no association of words, of too few cells, and of what does not vary", () => {
  assert.equal(association(points([["a", 1], ["b", 2], ["c", 3], ["d", 4]]), "x", "y"), null);
  assert.equal(association(points([["1", 1], ["2", 2], ["3", 3], ["4", null]]), "x", "y"), null);
  assert.equal(association(points([["1", 1], ["2", 1], ["3", 1], ["4", 1]]), "x", "y"), null);
});
