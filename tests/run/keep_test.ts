/** Checkpoints that are removed once they are measured. */
import { deepEqual } from "node:assert/strict";
import { dropCheckpoints, type Keep } from "../../src/run/keep.ts";
import { checkpointPath, checkpointsThere, runPaths } from "../../src/run/paths.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { tinyProtocol } from "../engine/tiny.ts";

test("those that are measured go, but for those to keep", ["read", "write"], async () => {
  const protocol = tinyProtocol({ epochs: "4", checkpoints: "1,2,3,4" });
  const left = async (keep: Keep | undefined, measured: number[]): Promise<number[]> => {
    let there: number[] = [];
    await withTemporaryFolder(async (folder) => {
      const paths = runPaths(folder);
      await Deno.mkdir(paths.checkpoints);
      for (const epoch of [1, 3, 4]) await Deno.writeTextFile(checkpointPath(paths, protocol, epoch), "");
      await dropCheckpoints(paths, protocol, keep, measured.map((epoch) => ({ epoch })));
      there = await checkpointsThere(paths, protocol);
    });
    return there;
  };
  deepEqual(await left(undefined, [1, 2, 3, 4]), [1, 3, 4]);
  deepEqual(await left("all", [1, 2, 3, 4]), [1, 3, 4]);
  deepEqual(await left("last", [1, 2, 3, 4]), [4]);
  deepEqual(await left("last", [1, 2]), [1, 3, 4]);
  deepEqual(await left("none", [1, 2, 3]), [4]);
  deepEqual(await left("none", []), [1, 3, 4]);
});
