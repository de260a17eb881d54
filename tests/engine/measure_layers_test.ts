/** Measuring the layers of a network: what the rows hold, within any memory, and the file that keeps them. */
import assert from "node:assert/strict";
import { measure } from "../../src/collapse/measure.ts";
import { measureLayers } from "../../src/engine/measure_layers.ts";
import { openSession } from "../../src/engine/session.ts";
import { Features } from "../../src/ffi/features.ts";
import { Library } from "../../src/ffi/library.ts";
import { readState } from "../../src/engine/checkpoint.ts";
import { encodeReads } from "../../src/models/reads.ts";
import {
  isWhole,
  LAYER_COLUMNS,
  LAYER_METRICS,
  readLayers,
  requireForm,
  writeLayers,
} from "../../src/run/layers.ts";
import { runOracle, testWithNumPy } from "../oracle.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { tinyDataset, tinyProtocol } from "./tiny.ts";

const NEEDS = ["read", "ffi"] as const;
const PROTOCOL = tinyProtocol();
const WHOLE = { form: "pooled", keepBytes: 2 ** 28 } as const;

test(
  "the last layer is what the classifier reads, and the others are what lies before it",
  NEEDS,
  async () => {
    using library = Library.open();
    using session = openSession(library, PROTOCOL, tinyDataset(), { device: "cpu" });
    session.network.initialise(PROTOCOL.training.seed);
    const rows = await measureLayers(session, 1, WHOLE);
    assert.deepEqual(rows.map(({ layer }) => layer), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.deepEqual(rows.map(({ width }) => width), [16, 16, 16, 32, 32, 64, 64, 128, 128]);
    using train = await Features.extract(library, session.network, session.train);
    using test = await Features.extract(library, session.network, session.test);
    const { values } = await measure({ train, test }, { metrics: LAYER_METRICS });
    for (const metric of LAYER_METRICS) {
      const [found, expected] = [rows.at(-1)!.values[metric]!, values[metric]!];
      assert.ok(Math.abs(found - expected) <= 1e-4 * Math.abs(expected), `${metric}: ${found}, ${expected}`);
    }
    assert.equal(new Set(rows.map(({ values }) => values.nc1_fuzziness_train)).size, rows.length);
  },
);

const WEIGHTS_SCRIPT = `
import json, sys, numpy as np
case = json.load(sys.stdin)
array = lambda t: np.array(t["data"]).reshape(t["shape"])
def right(a, k):
    return np.linalg.svd(a, full_matrices=False)[2][:k]
h, y = array(case["features"]), np.array(case["labels"])
means = np.stack([h[y == c].mean(0) for c in range(10)])
out = []
for own, following in case["weights"]:
    own, following = array(own), array(following)
    if own.shape[0] == 128:
        own = own[:, :, 1:2, 1:2]  # a map of one position: all other taps meet padding
        if following.ndim == 4:
            following = following[:, :, 1:2, 1:2]
    own = own.reshape(len(own), -1)
    channels = following.shape[1]
    following = np.moveaxis(following.reshape(following.shape[0], channels, -1), 1, 2).reshape(-1, channels)
    balance = np.linalg.norm(following.T @ following - own @ own.T)
    duality = None
    if channels == means.shape[1]:
        duality = np.linalg.svd(right(following, 10) @ right(means, 10).T, compute_uv=False).sum() / 10
    out.append([duality, balance])
print(json.dumps(out))`;

testWithNumPy("what weights say of a layer is NumPy's, from the state dict and the features", async () => {
  using library = Library.open();
  const exact = { ...PROTOCOL, training: { ...PROTOCOL.training, precision: "float64" as const } };
  using session = openSession(library, exact, tinyDataset(), { device: "cpu" });
  session.network.initialise(PROTOCOL.training.seed);
  const rows = await measureLayers(session, 1, WHOLE);
  const state = readState(session.network);
  const entry = (name: string) => {
    const { data, shape } = state.get(`${name}.weight`)!;
    return { data: Array.from(data, Number), shape };
  };
  const loss = "loss kind=cross_entropy label_smoothing=0";
  const reads = encodeReads(session.plan, loss, [{ value: "layer4.0.add.relu", form: "pooled" }]);
  const [features] = await Features.extractAll(library, session.network, session.train, reads);
  using _held = features!;
  const [chunk] = await Array.fromAsync(features!.chunks());
  const input = {
    features: { data: Array.from(chunk!.features), shape: [20, 128] },
    labels: Array.from(chunk!.labels),
    weights: [
      [entry("layer4.0.conv2"), entry("layer4.1.conv1")],
      [entry("layer1.0.conv2"), entry("layer1.1.conv1")],
    ],
  };
  const output = await runOracle(WEIGHTS_SCRIPT, [], new TextEncoder().encode(JSON.stringify(input)));
  const [[duality, deep], [, early]] = JSON.parse(new TextDecoder().decode(output));
  const close = (found: number | null | undefined, expected: number) =>
    assert.ok(Math.abs(found! - expected) <= 1e-9 * Math.abs(expected), `${found}, ${expected}`);
  close(rows[7]!.values.layer_duality, duality);
  close(rows[7]!.values.balancedness, deep);
  close(rows[1]!.values.balancedness, early);
}, ["ffi"]);

test("a small memory reads layers in several passes to the same values", NEEDS, async () => {
  const wide = tinyProtocol({ channels: "64" });
  using library = Library.open();
  using session = openSession(library, wide, tinyDataset(), { device: "cpu" });
  session.network.initialise(wide.training.seed);
  const { extractAll } = Features;
  const groups: [layers: number, bytes: number][] = [];
  Features.extractAll = (library, network, images, reads, options) => {
    groups.push([reads.match(/^read /gm)!.length, options!.keepBytes!]);
    return extractAll.call(Features, library, network, images, reads, options);
  };
  try {
    // The d × d matrices that ranks take, about 48 d² bytes: of the widest, they do not fit.
    const keepBytes = 6 * 2 ** 20;
    const small = await measureLayers(session, 1, { ...WHOLE, keepBytes });
    assert.deepEqual(groups.map(([layers]) => layers), [9, 9]);
    groups.length = 0;
    const smallest = await measureLayers(session, 1, { ...WHOLE, keepBytes: 30 * 128 * 4 });
    assert.deepEqual(groups.map(([layers]) => layers), [2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    const whole = await measureLayers(session, 1, WHOLE);
    for (const [i, row] of whole.entries()) {
      const { nc1_fuzziness_train: fuzziness, nc1_total_rank_train: rank } = row.values;
      assert.equal(small[i]!.values.nc1_fuzziness_train, fuzziness);
      assert.equal(smallest[i]!.values.nc1_fuzziness_train, fuzziness);
      assert.equal(small[i]!.values.nc1_total_rank_train, row.width > 256 ? null : rank);
      assert.equal(small[i]!.values.layer_duality, row.values.layer_duality);
    }
  } finally {
    Features.extractAll = extractAll;
  }
});

test("flattened maps keep all of their values", NEEDS, async () => {
  using library = Library.open();
  const narrow = tinyProtocol({ channels: "8" });
  using session = openSession(library, narrow, tinyDataset(), { device: "cpu" });
  session.network.initialise(narrow.training.seed);
  // Of the stem's width a d × d matrix does not fit.
  const [stem, first] = await measureLayers(session, 1, { form: "flattened", keepBytes: 2 ** 26 });
  assert.deepEqual([stem!.width, first!.width], [8 * 16 * 16, 8 * 8 * 8]);
  assert.equal(stem!.values.nc1_total_rank_train, null);
  assert.equal(typeof first!.values.nc1_total_rank_train, "number");
  assert.equal(typeof stem!.values.nc1_fuzziness_train, "number");
});

test(
  "layers.csv reads back as it was written, and is refused by its place where edited",
  ["read", "write"],
  async () => {
    await withTemporaryFolder(async (folder) => {
      const path = `${folder}/layers.csv`;
      assert.deepEqual(await readLayers(path), []);
      const row = (epoch: number, layer: number) => ({
        epoch,
        layer,
        name: `layer${layer}`,
        form: "pooled" as const,
        width: 64,
        values: Object.fromEntries(
          LAYER_COLUMNS.map((name, i) => [name, name.includes("total_rank") ? null : 1 - 1e-9 * i]),
        ),
      });
      await writeLayers(path, [row(2, 1), row(1, 2), row(1, 1)]);
      assert.deepEqual(await readLayers(path), [row(1, 1), row(1, 2), row(2, 1)]);
      const text = await Deno.readTextFile(path);
      for (
        const [from, to, message] of [
          ["name,form", "form,name", /layers\.csv line 1, column 3: expected name, found form$/],
          ["1,1,layer1,pooled", "1,1,layer1,folded", /line 2, column form: expected pooled or flattened/],
          ["1,2,", "1,two,", /line 3, column layer: expected a whole number, found "two"$/],
          [
            "64,1,",
            "64,-1,",
            /line 2, column nc1_fuzziness_train: expected a value in \[0, ∞\), found "-1"$/,
          ],
        ] as const
      ) {
        await Deno.writeTextFile(path, text.replace(from, to));
        await assert.rejects(readLayers(path), message);
      }
      const earlier = text.split("\n").map((line) => line.split(",").slice(0, -4).join(",")).join("\n");
      await Deno.writeTextFile(path, earlier);
      const old = await readLayers(path);
      assert.equal(old.length, 3);
      assert.deepEqual([old.some(isWhole), isWhole(row(1, 1))], [false, true]);
      const place = { path, remedy: "do this" };
      requireForm([row(1, 1)], "pooled", place);
      assert.throws(
        () => requireForm([row(1, 1)], "flattened", place),
        /layers\.csv: expected layers flattened, as asked for, found pooled; do this$/,
      );
    });
  },
);
