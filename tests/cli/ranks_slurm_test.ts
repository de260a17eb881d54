/** Two processes that a real Slurm's srun starts train one run, told of each other by its variables alone. */
import { equal, match } from "node:assert/strict";
import { openLibrary } from "../../src/engine/library.ts";
import { readRun } from "../../src/run/run_json.ts";
import { runPaths } from "../../src/run/paths.ts";
import { noClusterBecause, startCluster } from "../study/slurm.ts";
import { ignoredStep, test, withTemporaryFolder } from "../support.ts";
import { runTool } from "./command.ts";
import { requireAlike, SMALL, words } from "./ranks.ts";

test(
  "two ranks that srun starts are one process, to 1e-10",
  ["read", "write", "run", "ffi", "env", "net"],
  async (t) => {
    using library = openLibrary({ device: "cpu" });
    const { gloo } = library.describe();
    const whyNot = gloo === "yes" ? await noClusterBecause() : gloo;
    if (whyNot !== null) return await ignoredStep(t, whyNot);
    await withTemporaryFolder(async (folder) => {
      const run = ["Drawn10", ...words({ ...SMALL, epochs: "2", checkpoints: "2", precision: "float64" })];
      const alone = await runTool(folder, ["train", ...run, "--run", "alone"]);
      equal(alone.code, 0, alone.stderr);
      await Deno.mkdir(`${folder}/slurm`);
      await using cluster = await startCluster(`${folder}/slurm`);
      const before = Object.entries(cluster.env).map(([name, value]) => `export ${name}=${value}`).join("\n");
      const by = ["srun", "--ntasks", "2", "--quiet"];
      const { code, stderr } = await runTool(folder, ["train", ...run, "--ranks", "2", "--run", "two"], {
        before,
        by,
      });
      equal(code, 0, `${stderr}\n${await cluster.story()}`);
      match(stderr, /^densenet on Drawn-10: 40 images, 2 epochs, cpu, in runs\/two$/m);
      equal((await readRun(runPaths(`${folder}/runs/two`)))!.protocol.training.ranks, 2);
      await requireAlike(folder, "densenet_002.pth", ["alone", "two"]);
    });
  },
);
