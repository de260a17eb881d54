/** --tensorboard: event files hold what the tables do, for TensorBoard's own reader, too. */
import assert from "node:assert/strict";
import { decodeEvents, type Scalar } from "../../src/formats/tfevents.ts";
import { openEvents } from "../../src/run/event_file.ts";
import { hasModule } from "../oracle.ts";
import { ignoredTest, test, withTemporaryFolder } from "../support.ts";
import { NARROW } from "./command.ts";
import { runWithin } from "./within.ts";

const NEEDS = ["read", "write", "run", "ffi", "env"] as const;
const TRAIN = [
  ...NARROW,
  "--per-class",
  "2",
  "--epochs",
  "2",
  "--checkpoints",
  "2",
  "--batch-size",
  "10",
  "--threads",
  "1",
];

/** All scalars in the event files of a folder. */
async function eventsIn(folder: string): Promise<Scalar[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return entries.flatMap(({ name }) => decodeEvents(Deno.readFileSync(`${folder}/${name}`)));
}

/** The cells of a table as scalars of a group. */
async function cellsOf(path: string, group: string): Promise<Scalar[]> {
  const [header, ...rows] = (await Deno.readTextFile(path)).trim().split("\n").map((line) => line.split(","));
  return rows.flatMap(([epoch, ...cells]) =>
    cells.flatMap((cell, i) =>
      cell === ""
        ? []
        : [{ tag: `${group}/${header![i + 1]}`, step: Number(epoch), value: Math.fround(Number(cell)) }]
    )
  );
}

/** The rows of a table of numbers, as objects on lines. */
async function linesOf(path: string): Promise<string> {
  const [header, ...rows] = (await Deno.readTextFile(path)).trim().split("\n").map((line) => line.split(","));
  return rows.map((row) => {
    const cells = row.map((cell, i) => [header![i], cell === "" ? null : Number(cell)]);
    return `${JSON.stringify(Object.fromEntries(cells))}\n`;
  }).join("");
}

test("train and validate write what their tables hold to event files", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const run = `${folder}/runs/tiny`;
    const asked = ["--measure", "--tensorboard", "runs/tb", "--jsonl"];
    const train = ["train", "Drawn10", "--run", "tiny", ...TRAIN, ...asked];
    const trained = await runWithin(folder, train);
    assert.equal(trained.code, 0, trained.stderr);
    const [log, metrics] = [
      await cellsOf(`${run}/log.csv`, "log"),
      await cellsOf(`${run}/metrics.csv`, "metrics"),
    ];
    assert.deepEqual(await eventsIn(`${folder}/runs/tb`), [...log, ...metrics]);
    const lines = await Deno.readTextFile(`${run}/metrics.jsonl`);
    assert.deepEqual(lines, await linesOf(`${run}/metrics.csv`));
    await Deno.remove(`${run}/metrics.jsonl`);
    const validate = [
      "validate",
      "Drawn10",
      "--run",
      "tiny",
      "--threads",
      "1",
      "--tensorboard",
      "reports/tb",
      "--jsonl",
    ];
    const validated = await runWithin(folder, validate);
    assert.equal(validated.code, 0, validated.stderr);
    assert.deepEqual(await eventsIn(`${folder}/reports/tb`), metrics);
    assert.deepEqual(await Deno.readTextFile(`${run}/metrics.jsonl`), lines);
    const measured = await runWithin(folder, [
      "measure",
      `${run}/checkpoints`,
      "--threads",
      "1",
      ...["--jsonl", "lines.jsonl", "--out", "table.csv"],
    ]);
    assert.equal(measured.code, 0, measured.stderr);
    const [line, ...others] = (await Deno.readTextFile(`${folder}/lines.jsonl`)).trim().split("\n");
    const { source, ...values } = JSON.parse(line!);
    assert.deepEqual(others, []);
    assert.match(source, /resnet18_002\.pth/);
    assert.deepEqual(Object.keys(values), Object.keys(JSON.parse(lines)));
    assert.equal(values.epoch, 2);
  });
});

test(
  "a file to which nothing is added is not left, and what is not defined is left out",
  ["read", "write"],
  async () => {
    await withTemporaryFolder(async (folder) => {
      {
        using events = await openEvents(`${folder}/none`);
        events.add(1, "metrics", { a: null });
      }
      assert.deepEqual(await Array.fromAsync(Deno.readDir(`${folder}/none`)), []);
      {
        using events = await openEvents(`${folder}/some`);
        events.add(70_000, "metrics", { a: null, b: 0.1 });
      }
      assert.deepEqual(await eventsIn(`${folder}/some`), [{
        tag: "metrics/b",
        step: 70_000,
        value: Math.fround(0.1),
      }]);
    });
  },
);

const READER = "TensorBoard's own reader finds the numbers that were added";
const PYTHON = "NC_EXAMPLES_PYTHON";
const python = Deno.permissions.querySync({ name: "env" }).state === "granted"
  ? Deno.env.get(PYTHON)
  : undefined;
if (
  NEEDS.every((name) => Deno.permissions.querySync({ name }).state === "granted") &&
  (python === undefined || !hasModule({ python, env: {} }, "tensorboard"))
) {
  ignoredTest(READER, `no Python with tensorboard in ${PYTHON}`);
} else {
  test(READER, NEEDS, async () => {
    const script = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
read = EventAccumulator(sys.argv[1])
read.Reload()
print(json.dumps({tag: [[e.step, e.value] for e in read.Scalars(tag)] for tag in read.Tags()["scalars"]}))
`;
    await withTemporaryFolder(async (folder) => {
      {
        using events = await openEvents(folder);
        for (const epoch of [1, 5, 350]) {
          events.add(epoch, "metrics", { self_duality: 1 / epoch, größe: epoch });
        }
      }
      const { success, stdout, stderr } = await new Deno.Command(python!, { args: ["-c", script, folder] })
        .output();
      assert.ok(success, new TextDecoder().decode(stderr));
      assert.deepEqual(JSON.parse(new TextDecoder().decode(stdout)), {
        "metrics/self_duality": [1, 5, 350].map((epoch) => [epoch, Math.fround(1 / epoch)]),
        "metrics/größe": [1, 5, 350].map((epoch) => [epoch, epoch]),
      });
    });
  });
}
