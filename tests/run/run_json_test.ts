import assert from "node:assert/strict";
import { dirname } from "node:path";
import { isTaken, lockRun } from "../../src/run/lock.ts";
import { changed } from "../../src/experiment/protocol.ts";
import { makeFolder } from "../../src/files.ts";
import { readRun, removeRun, requireSameProtocol, writeRun } from "../../src/run/run_json.ts";
import { runPaths } from "../../src/run/paths.ts";
import { RUN } from "../report/synthetic_run.ts";
import { test, withTemporaryFolder } from "../support.ts";

test("run.json reads back as it was written", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    const paths = runPaths(folder);
    assert.equal(await readRun(paths), null);
    await writeRun(paths, RUN);
    assert.deepEqual(await readRun(paths), RUN);
  });
});

test("a hyper-parameter that is newer than a run.json has its default there, others must be there", [
  "read",
  "write",
], async () => {
  await withTemporaryFolder(async (folder) => {
    const paths = runPaths(folder);
    const { momentum: _, ...optimizer } = RUN.protocol.optimizer as Record<string, unknown>;
    const write = (parts: unknown) =>
      Deno.writeTextFile(
        paths.record,
        JSON.stringify({ ...RUN, protocol: { ...RUN.protocol, ...parts as object } }),
      );
    // As the first run.json of this format had it.
    await write({
      data: { kind: "CIFAR10", perClass: null },
      network: { kind: "resnet18", stem: "stock" },
      loss: { kind: "cross_entropy" },
      optimizer: { kind: "sgd", learningRate: 0.1302501827396728, momentum: 0.9, weightDecay: 5e-4 },
      schedule: { kind: "step", factor: 0.1, after: [116, 233] },
    });
    assert.deepEqual(await readRun(paths), RUN);
    await write({ optimizer });
    await assert.rejects(
      readRun(paths),
      /run\.json: protocol\.optimizer\.momentum: expected .*, found undefined/,
    );
  });
});

test("a damaged run.json is refused with what was expected and found", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    const paths = runPaths(folder);
    for (
      const [text, message] of [
        ["{", /run\.json: expected JSON, found something else/],
        ['{\n"a": x\n}', /^Error: [^\n]+run\.json: expected JSON, found something else \([^\n]+\)$/],
        [JSON.stringify({ ...RUN, format: 3 }), /run\.json: format: expected \(2 \| 1\), found 3/],
        [JSON.stringify({ ...RUN, mood: 1 }), /run\.json: mood: expected no such key/],
        [JSON.stringify({ ...RUN, threads: "two" }), /run\.json: threads: expected number, found "two"/],
      ] as const
    ) {
      await Deno.writeTextFile(paths.record, text);
      await assert.rejects(readRun(paths), message);
    }
  });
});

Deno.test("another protocol is refused, naming each hyper-parameter that differs", () => {
  const asked = changed(RUN.protocol, { training: { batchSize: 64 }, optimizer: { learningRate: 0.1 } });
  requireSameProtocol("runs/x", RUN, RUN.protocol);
  assert.throws(
    () => requireSameProtocol("runs/x", RUN, asked),
    /^Error: runs\/x was trained by another protocol: expected --lr 0\.13025\d+, found 0\.1; --batch-size 128, found 64; /,
  );
});

test(
  "a removed run leaves nothing of its own, and what others put beside it",
  ["read", "write"],
  async () => {
    await withTemporaryFolder(async (folder) => {
      const paths = runPaths(folder);
      const { folder: _, checkpoints, geometry, ...files } = paths;
      for (
        const path of [
          ...Object.values(files),
          `${checkpoints}/1.pth`,
          `${geometry}/1.json`,
          `${folder}/notes.txt`,
        ]
      ) {
        await makeFolder(dirname(path));
        await Deno.writeTextFile(path, "");
      }
      await writeRun(paths, RUN);
      await removeRun(paths);
      assert.deepEqual(
        Array.from(Deno.readDirSync(folder), ({ name }) => name),
        ["notes.txt"],
      );
      assert.equal(await readRun(paths), null);
    });
  },
);

test("a run is locked for one process, and free again once that lets it go", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    const paths = runPaths(folder);
    {
      using _first = await lockRun(paths, "training");
      await assert.rejects(
        lockRun(paths, "training"),
        /another process is training .*: expected one at a time/,
      );
      using _other = await lockRun(paths, "measuring");
      assert.equal(await isTaken(paths, "training"), true);
      assert.equal(await isTaken(paths, "reporting"), false);
    }
    assert.equal(await isTaken(paths, "training"), false);
    using _again = await lockRun(paths, "training");
  });
});
