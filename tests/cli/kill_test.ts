/** kill -9 at arbitrary moments: no more is lost than --save-seconds allows, and no file is ever left unreadable. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { readRun } from "../../src/run/run_json.ts";
import { runPaths } from "../../src/run/paths.ts";
import { savedEpochs } from "../campaigns/whole_run.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { NARROW, runTool, start } from "./command.ts";

const KILLS = 10;
const EPOCHS = 30;
/** After every epoch. */
const SAVE = ["--save-seconds", "0"];
/** Milliseconds from the start of training within which a kill comes: an epoch or two. */
const WITHIN = 600;

test(
  "a run killed ten times ends as one that never was",
  ["read", "write", "run", "ffi", "env"],
  async () => {
    await withTemporaryFolder(async (folder) => {
      const fresh = [
        ...["train", "Drawn10", "--per-class", "2", "--lr", "0.02", "--epochs", String(EPOCHS)],
        ...["--run", "tiny", ...NARROW, ...SAVE],
      ];
      const random = xoroshiro128plus(9);
      let reached = 0;
      for (let kills = 0; kills < KILLS; kills++) {
        const paths = runPaths(`${folder}/runs/tiny`);
        const begun = await readRun(paths) !== null;
        const running = start(
          folder,
          begun ? ["train", "Drawn10", "--run", "tiny", "--resume", ...SAVE] : fresh,
        );
        await running.saying("20 images");
        await new Promise((resolve) => setTimeout(resolve, (random.next() >>> 0) % WITHIN));
        running.process.kill("SIGKILL");
        const { stderr } = await running.finished;

        const shown = [...stderr.matchAll(/^epoch +(\d+)\//gm)].map(([, epoch]) => Number(epoch));
        const saved = await savedEpochs(folder);
        assert.ok(saved >= Math.max(reached, ...shown), `epoch ${shown} was shown, ${saved} saved`);
        reached = saved;
      }
      assert.equal((await runTool(folder, ["train", "Drawn10", "--run", "tiny", "--resume"])).code, 0);
      await Deno.mkdir(`${folder}/whole`);
      assert.equal((await runTool(`${folder}/whole`, fresh)).code, 0);
      const name = `runs/tiny/checkpoints/resnet18_0${EPOCHS}.pth`;
      const [found, expected] = [
        await Deno.readFile(`${folder}/${name}`),
        await Deno.readFile(`${folder}/whole/${name}`),
      ];
      assert.ok(Buffer.compare(found, expected) === 0, "the last checkpoint differs");
    });
  },
);
