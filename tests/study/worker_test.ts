/** Workers on cells that cost nothing: each done once, whoever fails, dies or is told to stop. */
import assert from "node:assert/strict";
import { lockRun, RunIsTaken } from "../../src/run/lock.ts";
import { runPaths } from "../../src/run/paths.ts";
import type { Cell } from "../../src/study/cells.ts";
import { claimState, tryClaim } from "../../src/study/claims.ts";
import { stateOf } from "../../src/study/state.ts";
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
    measured: null,
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

test(
  "a worker that waits for another's cell ends soon after it, however long the lease",
  ["read", "write"],
  async () => {
    await withTemporaryFolder(async (folder) => {
      const cells = cellsOfTest(1);
      const { run } = optionsFor(folder, {});
      const long = {
        lease: 600_000,
        run: async (...given: Parameters<WorkOptions["run"]>) => {
          await new Promise((resolve) => setTimeout(resolve, 1500));
          return await run(...given);
        },
      };
      const began = performance.now();
      await Promise.all([work(cells, optionsFor(folder, long)), work(cells, optionsFor(folder, long))]);
      const took = performance.now() - began;
      assert.ok(took < 1500 + 4000, `${took} ms`);
    });
  },
);

test("a worker that is paused for longer than the lease keeps its cell while its lock is seen", [
  "read",
  "write",
], async () => {
  await withTemporaryFolder(async (folder) => {
    const [cell] = cellsOfTest(1);
    const place = `${folder}/${cell!.name}`;
    const claim = await tryClaim(place, { lease: LEASE, owner: "a paused worker" });
    // Its beats end, as they do while it is stopped; the system keeps its lock.
    await claim![Symbol.asyncDispose]();
    const lock = await lockRun(runPaths(place), "training");
    let begun = 0;
    const working = work([cell!], optionsFor(folder, { onBegin: () => begun += 1 }));
    await new Promise((resolve) => setTimeout(resolve, 3 * LEASE));
    assert.equal((await claimState(place, { lease: LEASE })).claims, 1);
    assert.equal(begun, 0);
    await claim!.end("stopped");
    lock[Symbol.dispose]();
    assert.deepEqual(await working, { done: 1, failed: 0 });
    assert.equal((await claimState(place, { lease: LEASE })).attempts, 0);
  });
});

test(
  "a cell whose run turns out to be taken is no failed attempt, and tried again",
  ["read", "write"],
  async () => {
    await withTemporaryFolder(async (folder) => {
      const [cell] = cellsOfTest(1);
      const { run } = optionsFor(folder, {});
      const ends: string[] = [];
      const options = optionsFor(folder, {
        attempts: 1,
        run: (cell, signals) =>
          ends.length === 0
            ? Promise.reject(new RunIsTaken("another process is training it"))
            : run(cell, signals),
        onEnd: (_, { end }) => ends.push(end),
      });
      assert.deepEqual(await work([cell!], options), { done: 1, failed: 0 });
      assert.deepEqual(ends, ["taken", "done"]);
    });
  },
);

test("each cell is told of once it is settled, by whomever", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    const cells = cellsOfTest(3);
    await finishRun(`${folder}/${cells[1]!.name}`, cells[1]!.protocol);
    const told: string[] = [];
    await work(
      cells,
      optionsFor(folder, {
        onBegin: ({ index }, epochs) => told.push(`${index} begun ${epochs}`),
        onEnd: ({ index }, { end }) => told.push(`${index} ${end}`),
        onSettled: ({ index }) => told.push(`${index} settled`),
      }),
    );
    assert.deepEqual(told, ["0 begun 0", "0 done", "1 settled", "2 begun 0", "2 done"]);
  });
});

test("a cell whose worker died after the last row is gone through once more, and then left alone", [
  "read",
  "write",
], async () => {
  await withTemporaryFolder(async (folder) => {
    const [cell] = cellsOfTest(1);
    const place = `${folder}/${cell!.name}`;
    const claim = await tryClaim(place, { lease: LEASE, owner: "a worker that dies" });
    await finishRun(place, cell!.protocol);
    await claim![Symbol.asyncDispose]();
    await new Promise((resolve) => setTimeout(resolve, LEASE + 200));
    const options = optionsFor(folder, {});
    assert.equal((await stateOf(cell!, options)).state, "interrupted");
    assert.deepEqual(await work([cell!], options), { done: 1, failed: 0 });
    assert.equal((await stateOf(cell!, options)).state, "done");
    assert.deepEqual(await work([cell!], options), { done: 0, failed: 0 });
  });
});
