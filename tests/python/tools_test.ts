/** What the tools people have make of our tables and of the Python file's numbers: pandas, TensorBoard, W&B, torchmetrics. */
import assert from "node:assert/strict";
import { measureFeatures } from "../../src/measuring/measure_features.ts";
import { columnsText } from "../../src/report/columns.ts";
import { followMetrics } from "../../src/run/lines.ts";
import { runPaths } from "../../src/run/paths.ts";
import { gaussianCase } from "../collapse/features.ts";
import { SAMPLEWISE } from "../collapse/samplewise.ts";
import { encodeNpz } from "../formats/whole_files.ts";
import { hasModule } from "../oracle.ts";
import { LOG, MEASUREMENTS, RUN } from "../report/synthetic_run.ts";
import { writeSyntheticRun } from "../report/written_run.ts";
import { ignoredTest, test, withTemporaryFolder } from "../support.ts";
import { runScript } from "./python.ts";

const NEEDS = ["read", "write", "run", "env", "sys", "ffi"] as const;
const PYTHON = "NC_EXAMPLES_PYTHON";
const permitted = NEEDS.every((name) => Deno.permissions.querySync({ name }).state === "granted");
const python = permitted ? Deno.env.get(PYTHON) : undefined;

type Values = Readonly<Record<string, number | null>>;

/** Registers a test of one tool, which that Python has to have. */
function toolTest(name: string, tool: string, body: (said: unknown, folder: string) => Promise<void>): void {
  if (permitted && (python === undefined || !hasModule({ python, env: {} }, tool))) {
    return ignoredTest(name, `no Python with ${tool} in ${PYTHON}`);
  }
  test(name, NEEDS, async () => {
    await withTemporaryFolder(async (folder) => {
      await prepare(folder);
      const said = await runScript("tools_run.py", [tool, folder], { python: python!, env: {}, cwd: folder });
      await body(JSON.parse(said.trim().split("\n").at(-1)!), folder);
    });
  });
}

async function prepare(folder: string): Promise<void> {
  const { features, labels, weight } = gaussianCase({ counts: [9, 8, 7], width: 4 });
  await Deno.writeFile(
    `${folder}/features.npz`,
    encodeNpz([
      ["train_features", { dtype: "float64", shape: [24, 4], data: features as Float64Array<ArrayBuffer> }],
      ["train_labels", { dtype: "int64", shape: [24], data: BigInt64Array.from(labels, BigInt) }],
      ["weight", { dtype: "float64", shape: [3, 4], data: weight as Float64Array<ArrayBuffer> }],
    ]),
  );
  await writeSyntheticRun(folder);
  {
    await using lines = followMetrics(runPaths(folder), RUN.protocol.training.checkpoints);
    lines.update();
  }
  const columns = columnsText({ run: RUN, measurements: MEASUREMENTS, trust: null });
  await Deno.writeTextFile(`${folder}/columns.json`, columns);
}

async function measured(folder: string): Promise<Values> {
  return (await measureFeatures({ container: `${folder}/features.npz`, paths: {} }, { threads: 1 })).values;
}

/** Names with a value, as they are logged. */
function logged(values: Values): [string, number][] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === null ? [] : [[`collapse/${name}`, value]]
  );
}

function assertClose(found: Values, expected: readonly (readonly [string, number])[], bound: number): void {
  assert.deepEqual(Object.keys(found).sort(), expected.map(([name]) => name).sort());
  for (const [name, value] of expected) {
    assert.ok(Math.abs(found[name]! - value) <= bound * Math.abs(value) + 1e-12, name);
  }
}

toolTest("pandas reads every table without options, and the columns by columns.json", "pandas", (said) => {
  const { metrics, log, lines } = said as Record<"metrics" | "log" | "lines", Record<string, number[]>>;
  assert.deepEqual(log.epoch, LOG.map(({ epoch }) => epoch));
  for (const table of [metrics, lines]) {
    assert.deepEqual(table.epoch, MEASUREMENTS.map(({ epoch }) => epoch));
    const expected = MEASUREMENTS.map(({ values }) => values.self_duality!);
    expected.forEach((value, i) => assert.ok(Math.abs(table.self_duality![i]! - value) <= 1e-9 * value));
  }
  assert.deepEqual(metrics.self_duality, MEASUREMENTS.map(({ values }) => values.self_duality));
  return Promise.resolve();
});

toolTest(
  "TensorBoard takes the Python file's numbers, and reads them back",
  "tensorboard",
  async (said, folder) => {
    const found = said as Record<string, [step: number, value: number][]>;
    const last = Object.fromEntries(
      Object.entries(found).map(([name, [[step, value]]]) => {
        assert.equal(step, 7);
        return [name, value];
      }),
    );
    assertClose(last, logged(await measured(folder)), 1e-6);
  },
);

toolTest("W&B takes them in its offline mode", "wandb", async (said, folder) => {
  assertClose(said as Values, logged(await measured(folder)), 1e-9);
});

toolTest("statistics accumulate inside a metric of torchmetrics", "torchmetrics", async (said, folder) => {
  const values = await measured(folder);
  const found = said as Values;
  assert.ok(Object.keys(found).length > 20);
  for (const [name, value] of Object.entries(found)) {
    assert.ok(!SAMPLEWISE.has(name), name);
    assert.ok(Math.abs(value! - values[name]!) <= 1e-9 * Math.abs(value!) + 1e-12, name);
  }
});
