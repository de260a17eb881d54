/** Runs on a part of the classes, of unequal sizes, with wrong labels: trained, gone on with, measured. */
import assert from "node:assert/strict";
import { readMeasured } from "../../src/run/measured.ts";
import { runPaths } from "../../src/run/paths.ts";
import { readRun } from "../../src/run/run_json.ts";
import { loadImages } from "../../src/engine/images.ts";
import { countsOf } from "../../src/data/subset.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { type Finished, NARROW } from "./command.ts";
import { runWithin } from "./within.ts";

const SELECTION = [
  ...["--per-class", "12", "--classes", "7,2,4", "--imbalance", "exp:0.25", "--label-noise", "0.5"],
  ...NARROW,
];

function expectSuccess({ code, stderr }: Finished): void {
  assert.equal(code, 0, stderr);
}

test(
  "a run says what it was trained on, and is measured on just that",
  ["read", "write", "run", "ffi", "env"],
  async () => {
    await withTemporaryFolder(async (folder) => {
      const paths = runPaths(`${folder}/runs/part`);
      const train = [
        ...["train", "Drawn10", ...SELECTION, "--epochs", "2", "--lr", "0.02", "--threads", "1"],
        ...["--batch-size", "8", "--run", "part", "--quiet"],
      ];
      expectSuccess(await runWithin(folder, [...train, "--measure", "--metrics", "all"]));
      const record = await readRun(paths);
      const { digest, train: images, test: tested } = await loadImages(record!.protocol, undefined, {});
      // 12, 6 and 3 images before labels were drawn.
      assert.deepEqual(record!.dataset, {
        ...record!.dataset,
        digest,
        classes: 3,
        trainImages: 21,
        testImages: 300,
      });
      assert.notDeepEqual(countsOf(images, 3), [12, 6, 3]);
      assert.deepEqual(countsOf(tested, 3), [100, 100, 100]);
      const inLine = await readMeasured(paths, [1, 2]);
      expectSuccess(
        await runWithin(folder, [
          "validate",
          "Drawn10",
          "--run",
          "part",
          "--again",
          ...["--metrics", "all"],
          "--threads",
          "1",
          "--quiet",
        ]),
      );
      assert.deepEqual((await readMeasured(paths, [1, 2]))!.rows, inLine!.rows);
      const other = await runWithin(folder, [...train, "--label-noise", "0.4", "--resume"]);
      assert.match(other.stderr, /expected --label-noise 0\.5, found 0\.4/);
    });
  },
);
