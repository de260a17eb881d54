/** Workers on cells that cost nothing: each done once, whoever fails, dies or is told to stop. */
import assert from "node:assert/strict";
import type { Cell } from "../../src/study/cells.ts";
import { work, type WorkOptions } from "../../src/study/worker.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { finishRun, protocolOfTest } from "./finished_run.ts";

const LEASE = 300;

function cellsOfTest(count: number): Cell[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    name: `seed=${index}`,
    options: { seed: String(index) },
    protocol: protocolOfTest(index),
  }));
}

function optionsFor(folder: string, more: Partial<WorkOptions>): WorkOptions {
  return {
    folder,
    lease: LEASE,
    attempts: 2,
    measured: false,
    owner: "a worker",
    signal: new AbortController().signal,
    run: async (cell) => {
      await finishRun(`${folder}/${cell.name}`, cell.protocol);
      return "done";
    },
    ...more,
  };
}

test("four workers do every cell, and none twice", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    const cells = cellsOfTest(12);
    const begun: string[] = [];
    const options = optionsFor(folder, { onBegin: ({ name }) => begun.push(name) });
    const results = await Promise.all(Array.from({ length: 4 }, () => work(cells, options)));
    assert.deepEqual(begun.toSorted(), cells.map(({ name }) => name).toSorted());
    assert.equal(results.reduce((sum, { done }) => sum + done, 0), 12);
  });
});

test(
  "a cell that fails is tried as often as it may, and does not stop the others",
  ["read", "write"],
  async () => {
    await withTemporaryFolder(async (folder) => {
      const cells = cellsOfTest(3);
      const ends: string[] = [];
      const { run } = optionsFor(folder, {});
      const options = optionsFor(folder, {
        run: (cell, given) =>
          cell.index === 1 ? Promise.reject(new Error("expected a finite loss")) : run(cell, given),
        onEnd: ({ index }, { end, reason }) =>
          ends.push(`${index} ${end}${reason === undefined ? "" : `: ${reason}`}`),
      });
      assert.deepEqual(await work(cells, options), { done: 2, failed: 2 });
      assert.deepEqual(ends, [
        "0 done",
        "1 failed: expected a finite loss",
        "2 done",
        "1 failed: expected a finite loss",
      ]);
      assert.deepEqual(await work(cells, options), { done: 0, failed: 0 });
    });
  },
);

test("with fail-fast the first failure is the last cell", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    const options = optionsFor(folder, { failFast: true, run: () => Promise.reject(new Error("no")) });
    assert.deepEqual(await work(cellsOfTest(3), options), { done: 0, failed: 1 });
  });
});

test("a signal ends the cell under way, which another worker goes on with", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    const controller = new AbortController();
    const cells = cellsOfTest(2);
    const stopping = optionsFor(folder, {
      signal: controller.signal,
      run: (_cell, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => resolve("stopped"));
          controller.abort();
        }),
    });
    assert.deepEqual(await work(cells, stopping), { done: 0, failed: 0 });
    assert.deepEqual(await work(cells, optionsFor(folder, {})), { done: 2, failed: 0 });
  });
});
