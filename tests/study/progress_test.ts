/** How far a study is as its workers tell: cells, shares and the time left, by a clock of the test's own. */
import assert from "node:assert/strict";
import { studyProgress } from "../../src/study/progress.ts";
import type { CellResult } from "../../src/study/results.ts";
import { protocolOfTest } from "./finished_run.ts";

/** Cells of ten epochs each. */
function cells(states: readonly CellResult["state"][]): CellResult[] {
  const protocol = protocolOfTest(0);
  return states.map((state, index): CellResult => ({
    cell: {
      index,
      name: `seed=${index}`,
      options: {},
      protocol: { ...protocol, training: { ...protocol.training, epochs: 10 } },
    },
    state,
    attempts: 0,
    reason: null,
    epochs: state === "done" ? 10 : 0,
    seconds: 0,
    best: null,
    last: {},
  }));
}

Deno.test("the time left of a cell follows from its epochs since it was heard of", () => {
  let now = 100;
  const progress = studyProgress(cells(["missing"]), new Map([[0, 1]]), () => now);
  progress.take({ is: "begun", cell: 0, epochs: 2 });
  assert.deepEqual(progress.cell(0), { name: "seed=0", epochs: 2, of: 10, secondsLeft: null });
  // Loading images takes its time, and is no epoch.
  now = 110;
  progress.take({ is: "trained", cell: 0, epochs: 3 });
  now = 114;
  progress.take({ is: "trained", cell: 0, epochs: 5 });
  assert.equal(progress.cell(0).secondsLeft, 10);
});

Deno.test("the time left of a study begins as timed and becomes what is seen", () => {
  let now = 0;
  const costs = new Map([[1, 1], [2, 3]]);
  const progress = studyProgress(cells(["done", "missing", "missing"]), costs, () => now);
  assert.deepEqual(progress.whole(), { settled: 1, of: 3, share: 0, secondsLeft: 40 });
  progress.take({ is: "begun", cell: 2, epochs: 0 });
  now = 6000;
  progress.take({ is: "ended", cell: 2, outcome: { end: "done" } });
  const { settled, share, secondsLeft } = progress.whole();
  assert.deepEqual({ settled, share }, { settled: 2, share: 0.75 });
  // 30 s of work by the timing took 6000 s; the timing counts for 20 s.
  assert.equal(secondsLeft, 10 * 6020 / 50);
});

Deno.test("a cell that a killed worker leaves is work again, and one that others ended is none", () => {
  const progress = studyProgress(cells(["missing", "missing"]), new Map([[0, 1], [1, 1]]), () => 0);
  progress.take({ is: "begun", cell: 0, epochs: 0 });
  progress.take({ is: "trained", cell: 0, epochs: 8.5 });
  assert.equal(progress.whole().share, 8.5 / 20);
  progress.take({ is: "begun", cell: 0, epochs: 5 });
  assert.equal(progress.cell(0).epochs, 5);
  progress.take({ is: "ended", cell: 0, outcome: { end: "failed", reason: "no" } });
  assert.equal(progress.whole().settled, 0);
  progress.take({ is: "settled", cell: 0 });
  progress.take({ is: "settled", cell: 1 });
  progress.take({ is: "settled", cell: 1 });
  assert.deepEqual(progress.whole(), { settled: 2, of: 2, share: 1, secondsLeft: 0 });
});

Deno.test("without a timing nothing is said of the time left", () => {
  const progress = studyProgress(cells(["missing"]), new Map());
  assert.deepEqual(progress.whole(), { settled: 0, of: 1, share: 0, secondsLeft: null });
});
