/** `study` as it is run: listed, done by several workers whose processes are killed, refused where it is wrong. */
import assert from "node:assert/strict";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { parse } from "csv-parse/sync";
import { type ClaimState, claimState } from "../../src/study/claims.ts";
import { requireSameFiles } from "../campaigns/whole_run.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { filesBelow, runTool, start } from "./command.ts";
import { runWithin } from "./within.ts";

const NEEDS = ["read", "write", "run", "ffi", "env"] as const;
const KILLS = 3;
const LEASE = ["--lease", "2"];

const STUDY = `
name: rates
dataset: Drawn10
parameters:
  lr: {values: [0.02, 0.05]}
  channels: {value: 16}
  per-class: {value: 2}
  epochs: {value: 4}
  checkpoints: {value: [2, 4]}
seeds: 2
measure: [NC1]
`;

async function inStudy(body: (folder: string) => Promise<void>, text = STUDY): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/rates.yaml`, text);
    await body(folder);
  });
}

test(
  "a dry run lists the cells and leaves everything as it is",
  NEEDS,
  async () => {
    await inStudy(async (folder) => {
      const { code, stderr } = await runWithin(folder, ["study", "rates.yaml", "--dry-run"]);
      assert.equal(code, 0, stderr);
      assert.match(stderr, /^rates: 4 cells of Drawn10, in runs\/rates\n +4 missing\n +lr=0\.02,seed=0\n/);
      assert.deepEqual(filesBelow(folder), ["rates.yaml"]);
    });
  },
);

test(
  "workers that are killed lose no cell and do none twice; the files are those of an undisturbed study",
  NEEDS,
  async () => {
    await inStudy(async (folder) => {
      const running = start(folder, ["study", "rates.yaml", "--workers", "2", "--attempts", "9", ...LEASE]);
      const random = xoroshiro128plus(5);
      for (let kills = 0; kills < KILLS; kills++) {
        await running.saying("begins");
        await new Promise((resolve) => setTimeout(resolve, (random.next() >>> 0) % 3000));
        const workers = await workersOf(running.process.pid);
        const victim = workers[(random.next() >>> 0) % workers.length];
        if (victim !== undefined) Deno.kill(victim, "SIGKILL");
        if (workers.length <= 1) break;
      }
      await running.finished;
      const { code, stderr } = await runTool(folder, [
        "study",
        "rates.yaml",
        "--threads",
        "1",
        "--attempts",
        "9",
        ...LEASE,
      ]);
      assert.equal(code, 0, stderr);

      await inStudy(async (whole) => {
        const undisturbed = await runWithin(whole, ["study", "rates.yaml", "--threads", "1"]);
        assert.equal(undisturbed.code, 0, undisturbed.stderr);
        const kept = (name: string) =>
          /(\.pth|metrics\.csv|trust\.json)$/.test(name) && !name.includes("/resume/");
        await requireSameFiles(folder, whole, kept);
      });
      const table = parse(await Deno.readTextFile(`${folder}/runs/rates/study.csv`), {
        columns: true,
      }) as Record<string, string>[];
      assert.deepEqual(table.map(({ state }) => state), ["done", "done", "done", "done"]);
      for (const { cell } of table) {
        const { held } = await claimState(`${folder}/runs/rates/${cell}`, { lease: 2000 });
        assert.equal(held, false);
      }
    });
  },
);

test("options that contradict each other are refused, and start nothing", NEEDS, async (t) => {
  await inStudy(async (folder) => {
    const pairs = [["--index 0", "--collect"], ["--submit", "--dry-run"], ["--slurm", "--threads 8"], [
      "--index 0",
      "--dry-run",
    ]];
    for (const pair of pairs) {
      await t.step(pair.join(" "), async () => {
        const { code, stderr } = await runWithin(folder, [
          "study",
          "rates.yaml",
          ...pair.flatMap((one) => one.split(" ")),
        ]);
        assert.equal(code, 2, stderr);
        assert.match(stderr, /^error: option '--\S+.* cannot be used with option '--/);
        assert.deepEqual(filesBelow(folder), ["rates.yaml"]);
      });
    }
  });
});

test(
  "a study that was trained without measuring is measured where its file asks for it then",
  NEEDS,
  async () => {
    const small = STUDY.replace("[0.02, 0.05]", "[0.05]").replace("seeds: 2", "seeds: 1").replace(
      "value: 4}",
      "value: 2}",
    )
      .replace("[2, 4]", "[1, 2]");
    await inStudy(async (folder) => {
      const trained = await runWithin(folder, ["study", "rates.yaml"]);
      assert.equal(trained.code, 0, trained.stderr);
      assert.ok(!filesBelow(folder).some((name) => name.endsWith("metrics.csv")));
      await Deno.writeTextFile(`${folder}/rates.yaml`, small);
      const measured = await runWithin(folder, ["study", "rates.yaml"]);
      assert.equal(measured.code, 0, measured.stderr);
      const metrics = filesBelow(folder).find((name) => name.endsWith("/metrics.csv"))!;
      const rows = parse(await Deno.readTextFile(`${folder}/${metrics}`), { columns: true }) as {
        epoch: string;
      }[];
      assert.deepEqual(rows.map(({ epoch }) => epoch), ["1", "2"]);
      // Other columns are not what is there.
      await Deno.writeTextFile(`${folder}/rates.yaml`, small.replace("[NC1]", "all"));
      const other = await runWithin(folder, ["study", "rates.yaml"]);
      assert.equal(other.code, 1);
      assert.match(
        other.stderr,
        /^error: \S+metrics\.csv: expected the columns that the study's key measure names, found/m,
      );
    }, small.replace("[NC1]", "false"));
  },
);

test("workers whose command is killed save their cells and end", NEEDS, async () => {
  const long = STUDY.replace("epochs: {value: 4}", "epochs: {value: 100000}").replace("[2, 4]", "[100000]");
  await inStudy(async (folder) => {
    const running = start(folder, ["study", "rates.yaml", "--workers", "2"]);
    await running.saying("1/4  lr=0.02,seed=0  begins");
    await running.saying("2/4  lr=0.02,seed=1  begins");
    const workers = await workersOf(running.process.pid);
    assert.equal(workers.length, 2);
    running.process.kill("SIGKILL");
    await running.finished;
    for (const seed of [0, 1]) {
      const { held, attempts, died } = await endOf(`${folder}/runs/rates/lr=0.02,seed=${seed}`);
      assert.deepEqual({ held, attempts, died }, { held: false, attempts: 0, died: false });
    }
  }, long);
});

test("a cell that diverges is recorded with its reason, and the others are done", NEEDS, async () => {
  await inStudy(
    async (folder) => {
      const { code, stderr } = await runWithin(folder, ["study", "rates.yaml", "--attempts", "1"]);
      assert.equal(code, 1, stderr);
      assert.match(stderr, /1 done\n +1 failed\n +lr=1e\+30 .*1 × expected a finite (test )?loss, found/);
    },
    STUDY.replace("[0.02, 0.05]", "[0.02, 1.0e30]").replace("seeds: 2", "seeds: 1").replace(
      "measure: [NC1]",
      "measure: false",
    ),
  );
});

test(
  "each cell's begin and end are told with how far the study is; with --quiet what it came to alone",
  NEEDS,
  async () => {
    const text = STUDY.replace("epochs: {value: 4}", "epochs: {value: 1}").replace("[2, 4]", "[1]")
      .replace("measure: [NC1]", "measure: false").replace("seeds: 2", "seeds: 1");
    await inStudy(async (folder) => {
      const words = ["study", "rates.yaml", "--workers", "2"];
      const { code, stderr } = await runWithin(folder, words);
      assert.equal(code, 0, stderr);
      for (const [i, rate] of ["0.02", "0.05"].entries()) {
        assert.ok(stderr.includes(`${i + 1}/2  lr=${rate}  begins\n`), stderr);
        assert.match(stderr, new RegExp(`^${i + 1}/2  lr=${rate}  done  \\([12] of 2 cells`, "m"));
      }
      assert.match(stderr, /done {2}\(1 of 2 cells, about \d+ s left\)\n/);
      assert.match(stderr, /done {2}\(2 of 2 cells\)\n/);
      const quiet = await runWithin(folder, [...words, "--quiet", "--runs", "others"]);
      assert.equal(quiet.code, 0);
      assert.match(
        quiet.stderr,
        /^rates: 2 cells of Drawn10, in others\/rates\n +2 done\ntable: others\/rates\/study\.csv\n$/,
      );
    }, text);
  },
);

test(
  "a study whose file changed is refused with the difference; new cells are no difference",
  NEEDS,
  async () => {
    const small = STUDY.replace("[0.02, 0.05]", "[0.02]").replace("seeds: 2", "seeds: [0]").replace(
      "epochs: {value: 4}",
      "epochs: {value: 1}",
    )
      .replace("[2, 4]", "[1]").replace("measure: [NC1]", "measure: false").replace(
        "[0.02]}",
        "[0.02, 0.03]}",
      );
    await inStudy(async (folder) => {
      assert.equal((await runWithin(folder, ["study", "rates.yaml"])).code, 0);
      const changed = async (from: string, to: string) => {
        await Deno.writeTextFile(`${folder}/rates.yaml`, small.replace(from, to));
        return await runWithin(folder, ["study", "rates.yaml", "--dry-run"]);
      };
      assert.match(
        (await changed("[0.02, 0.03]", "[0.02, 0.03, 0.04]")).stderr,
        /2 done\n +1 missing\n +lr=0\.04/,
      );
      const other = await changed("epochs: {value: 1}", "epochs: {value: 2}");
      assert.equal(other.code, 1);
      assert.match(
        other.stderr,
        /^error: runs\/rates\/lr=0\.02 was trained by another protocol: expected .*--epochs 1, found 2/,
      );
      const fewer = await changed("[0.02, 0.03]", "[0.02, 0.04]");
      assert.match(
        fewer.stderr,
        /^error: expected in runs\/rates the cells of rates\.yaml alone, found lr=0\.03; put the values back/,
      );
    }, small);
  },
);

/** What the claims of a cell say once its worker has ended. */
async function endOf(cell: string): Promise<ClaimState> {
  let state = await claimState(cell, { lease: 90_000 });
  while (state.held) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    state = await claimState(cell, { lease: 90_000 });
  }
  return state;
}

/** Processes that this one started and that are workers. */
async function workersOf(parent: number): Promise<number[]> {
  const { stdout } = await new Deno.Command("pgrep", { args: ["-P", String(parent)] }).output();
  return new TextDecoder().decode(stdout).trim().split("\n").filter((line) => line !== "").map(Number);
}
