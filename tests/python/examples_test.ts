/** The examples for PyTorch loops: each measures each epoch, and what it logs is what its files say. */
import assert from "node:assert/strict";
import { measureFeatures } from "../../src/measuring/measure_features.ts";
import { measureStatistics } from "../../src/measuring/measure_statistics.ts";
import { hasModule, testWithNumPy } from "../oracle.ts";
import { ignoredTest, test, withTemporaryFolder } from "../support.ts";
import { runScript } from "./python.ts";

const NEEDS = ["read", "write", "run", "env", "sys", "ffi"] as const;
/** Names a Python with torch, NumPy, lightning, transformers and accelerate: a test environment, and no part of the tool. */
const PYTHON = "NC_EXAMPLES_PYTHON";

type Row = { readonly [name: string]: number };

testWithNumPy("the plain loop of the examples measures each epoch, and a report tells of them", async () => {
  await withTemporaryFolder(async (folder) => {
    const printed = await runScript("plain_loop_run.py", [`${folder}/loop`], { cwd: folder });
    const { rows, page } = JSON.parse(printed) as { rows: Row[]; page: string };
    assert.equal(page, `file://${await Deno.realPath(folder)}/reports/loop/index.html`);
    assert.match(
      await Deno.readTextFile(new URL(page)),
      /Neural collapse of loop on 200 training, 60 test samples/,
    );
    assert.deepEqual(rows.map(({ epoch }) => epoch), [1, 2]);
    for (const [i, row] of rows.entries()) {
      const { values } = await measureFeatures({ container: `${folder}/loop/00${i + 1}.npz`, paths: {} }, {
        threads: 1,
      });
      assertLogged(row, values);
    }
    assert.notEqual(rows[0]!["collapse/train_accuracy"], rows[1]!["collapse/train_accuracy"]);
  });
}, NEEDS);

const CALLBACKS = "Lightning's and Hugging Face's callbacks of the examples measure each epoch";
const python = examplesPython();
const permitted = NEEDS.every((name) => Deno.permissions.querySync({ name }).state === "granted");
if (permitted && python === null) {
  ignoredTest(CALLBACKS, `no Python with lightning and transformers in ${PYTHON}`);
} else {
  test(CALLBACKS, NEEDS, async () => {
    await withTemporaryFolder(async (folder) => {
      await runScript("callbacks_run.py", [folder], { python: python!, env: {} });
      const found = JSON.parse(await Deno.readTextFile(`${folder}/found.json`));
      const epochs = found.hugging_face.map(({ epoch }: Row) => epoch);
      assert.deepEqual(epochs, [1, 2]);
      for (const [i, row] of found.hugging_face.entries()) {
        assertLogged(row, (await measureStatistics([`${folder}/hugging_face/00${i + 1}.npz`], {})).values);
      }
      const last = (await measureStatistics([`${folder}/lightning/002.npz`], {})).values;
      assertLogged(found.lightning, last, 1e-6);
      assert.ok((await Deno.stat(`${folder}/lightning/001.npz`)).isFile);
    });
  });
}

function examplesPython(): string | null {
  if (Deno.permissions.querySync({ name: "env" }).state !== "granted") return null;
  const python = Deno.env.get(PYTHON);
  if (python === undefined) return null;
  const all = ["numpy", "torch", "lightning", "transformers", "accelerate"];
  return all.every((name) => hasModule({ python, env: {} }, name)) ? python : null;
}

/** Every metric with a value was logged, and nothing else but the epoch. Lightning keeps float32. */
function assertLogged(
  row: Row,
  values: { readonly [metric: string]: number | null },
  tolerance = 1e-9,
): void {
  const expected = Object.entries(values).filter(([, value]) => value !== null);
  assert.deepEqual(
    Object.keys(row).filter((name) => name !== "epoch").sort(),
    expected.map(([name]) => `collapse/${name}`).sort(),
  );
  for (const [name, value] of expected) {
    assert.ok(Math.abs(row[`collapse/${name}`]! - value!) <= tolerance * Math.abs(value!) + 1e-12, name);
  }
}
