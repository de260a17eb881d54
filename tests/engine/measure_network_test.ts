/** Measuring while training: what it writes, what a resume keeps of it, and that training does not notice. */
import assert from "node:assert/strict";
import { select } from "../../src/collapse/catalogue.ts";
import { Features } from "../../src/ffi/features.ts";
import { Library } from "../../src/ffi/library.ts";
import { loadStateDict, readState } from "../../src/engine/checkpoint.ts";
import { readLog } from "../../src/run/log.ts";
import {
  chooseMetrics,
  type Measured,
  type MeasuredCheckpoint,
  readMeasured,
  writeMeasured,
} from "../../src/run/measured.ts";
import { measureState } from "../../src/engine/measure_network.ts";
import { checkpointPath, runPaths } from "../../src/run/paths.ts";
import { openSession } from "../../src/engine/session.ts";
import type { TrainOptions } from "../../src/train/options.ts";
import { train } from "../../src/train/train.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { tinyDataset, tinyProtocol } from "./tiny.ts";

const NEEDS = ["read", "write", "ffi"] as const;
const PROTOCOL = tinyProtocol();
const METRICS = select([]).map(({ name }) => name);
const KEEP_BYTES = 2 ** 24;
const EPOCHS = PROTOCOL.training.checkpoints;
/** No network has this accuracy: it marks a row that was not measured again. */
const MARK = 12.3;

/** Trains the tiny run in `folder`, or goes on with it, measuring. */
async function trainIn(
  folder: string,
  options: Pick<TrainOptions, "signal" | "onEpoch" | "onEvaluate" | "onImages" | "onMeasure"> = {},
): Promise<"done" | "stopped"> {
  const paths = runPaths(folder);
  const rows = (await readMeasured(paths, EPOCHS))?.rows ?? [];
  const measuring = { measured: { metrics: METRICS, rows }, keepBytes: KEEP_BYTES };
  using library = Library.open();
  using session = openSession(library, PROTOCOL, tinyDataset(), { device: "cpu" });
  return await train(session, { protocol: PROTOCOL, paths, measuring, ...options });
}

async function measuredIn(folder: string): Promise<Measured> {
  return (await readMeasured(runPaths(folder), EPOCHS))!;
}

function marked({ values, ...row }: MeasuredCheckpoint): MeasuredCheckpoint {
  return { ...row, values: { ...values, train_accuracy: MARK } };
}

test("a row is what measuring the checkpoint's file gives", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    assert.equal(await trainIn(folder), "done");
    const { rows } = await measuredIn(folder);
    assert.deepEqual(rows.map(({ epoch }) => epoch), EPOCHS);
    using library = Library.open();
    using session = openSession(library, PROTOCOL, tinyDataset(), { device: "cpu" });
    for (const row of rows) {
      const file = checkpointPath(runPaths(folder), PROTOCOL, row.epoch);
      const { weightDecay } = PROTOCOL.optimizer;
      const options = { metrics: METRICS, keepBytes: KEEP_BYTES, weightDecay };
      const { epoch } = row;
      const found = await measureState(session, { state: await loadStateDict(file), file, epoch }, options);
      assert.deepEqual(row.values, found.values);
      assert.deepEqual(row, JSON.parse(JSON.stringify(found)));
    }
  });
});

test("an epoch is measured before it counts as done", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const events: string[] = [];
    await trainIn(folder, {
      onEvaluate: (epoch) => events.push(`evaluate ${epoch}`),
      onImages: (epoch, { split, images, count }) => {
        if (images === count) events.push(`${count} ${split} images of ${epoch}`);
      },
      onMeasure: (epoch) => events.push(`measure ${epoch}`),
      onEpoch: ({ epoch }, measured) => events.push(`done ${epoch}, measured ${measured?.epoch}`),
    });
    const steps = (epoch: number) => [
      ...[`evaluate ${epoch}`, `10 test images of ${epoch}`, `measure ${epoch}`],
      ...[`20 training images of ${epoch}`, `done ${epoch}, measured ${epoch}`],
    ];
    assert.deepEqual(events, EPOCHS.flatMap(steps));
  });
});

test(
  "a resumed run keeps the rows before it, and replaces those of epochs that it trains again",
  NEEDS,
  async () => {
    await withTemporaryFolder(async (folder) => {
      const paths = runPaths(folder);
      const controller = new AbortController();
      const stop = ({ epoch }: { epoch: number }) => epoch === 2 && controller.abort();
      assert.equal(await trainIn(folder, { signal: controller.signal, onEpoch: stop }), "stopped");
      const position = await Deno.readFile(paths.resume);
      assert.equal(await trainIn(folder), "done");
      const whole = await measuredIn(folder);

      await writeMeasured(paths, { ...whole, rows: whole.rows.map(marked) });
      await Deno.writeFile(paths.resume, position);
      assert.equal(await trainIn(folder), "done");
      const [first, second, third] = whole.rows;
      assert.deepEqual((await measuredIn(folder)).rows, [marked(first!), marked(second!), third]);
    });
  },
);

test("a signal ends measuring, and the run goes on to what it had been without", NEEDS, async () => {
  const contentOf = async (folder: string) => {
    const files = EPOCHS.map((epoch) => Deno.readFile(checkpointPath(runPaths(folder), PROTOCOL, epoch)));
    const log = (await readLog(runPaths(folder).log)).map((row) => ({ ...row, seconds: 0 }));
    return [await Promise.all(files), log, await measuredIn(folder)];
  };
  await withTemporaryFolder(async (whole) => {
    assert.equal(await trainIn(whole), "done");
    await withTemporaryFolder(async (folder) => {
      const controller = new AbortController();
      const stop = (epoch: number) => epoch === 2 && controller.abort();
      assert.equal(await trainIn(folder, { signal: controller.signal, onMeasure: stop }), "stopped");
      assert.deepEqual((await measuredIn(folder)).rows.map(({ epoch }) => epoch), [1]);
      assert.equal((await readLog(runPaths(folder).log)).length, 2);
      const measured: number[] = [];
      assert.equal(await trainIn(folder, { onMeasure: (epoch) => measured.push(epoch) }), "done");
      assert.deepEqual(measured, [2, 3]);
      assert.deepEqual(await contentOf(folder), await contentOf(whole));
    });
  });
});

test("a row without its entry in trust.json does not count as measured", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    const paths = runPaths(folder);
    assert.equal(await readMeasured(paths, EPOCHS), null);
    const row = (epoch: number) => ({
      epoch,
      values: Object.fromEntries(METRICS.map((name) => [name, epoch / 100])),
      trust: { epoch, bootstrap: null, metrics: {} },
      width: 512,
    });
    await writeMeasured(paths, { metrics: METRICS, rows: [row(1)] });
    const trust = await Deno.readTextFile(paths.trust);
    await writeMeasured(paths, { metrics: METRICS, rows: [row(1), row(2)] });
    assert.deepEqual(await readMeasured(paths, EPOCHS), { metrics: METRICS, rows: [row(1), row(2)] });
    await Deno.writeTextFile(paths.trust, trust);
    assert.deepEqual(await readMeasured(paths, EPOCHS), { metrics: METRICS, rows: [row(1)] });
  });
});

test("the bound on memory holds for the matrices of classes, too", NEEDS, async (t) => {
  using library = Library.open();
  using session = openSession(library, PROTOCOL, tinyDataset(), { device: "cpu" });
  session.network.initialise(PROTOCOL.training.seed);
  const state = readState(session.network);
  const passesWithin = async (keepBytes: number) => {
    const { chunks } = Features.prototype;
    let passes = 0;
    Features.prototype.chunks = function () {
      passes++;
      return chunks.call(this);
    };
    try {
      const metrics = ["nc1_stable_rank_train"];
      await measureState(session, { state, file: "state.pth", epoch: 1 }, { metrics, keepBytes });
    } finally {
      Features.prototype.chunks = chunks;
    }
    return passes;
  };
  const { classes } = tinyDataset();
  const bytesOfClass = 8 * session.plan.width ** 2;
  await t.step("in one pass where all fit", async () => {
    assert.equal(await passesWithin(2 * classes * bytesOfClass), 1);
  });
  await t.step("in a pass each where one fits", async () => {
    assert.equal(await passesWithin(bytesOfClass), classes);
  });
});

Deno.test("metrics go on as the file has them, and those it lacks are refused with what to do", () => {
  const place = { path: "metrics.csv", remedy: "do this" };
  const there = [...METRICS, "nc3_cosine_train"];
  assert.deepEqual(chooseMetrics(undefined, there, place), there);
  const withForeign = [...METRICS, "nc5_orthogonality_ood"];
  assert.deepEqual(chooseMetrics(undefined, withForeign, place), withForeign);
  assert.deepEqual(chooseMetrics([], there, place), there);
  assert.deepEqual(chooseMetrics(["nc3_cosine_train"], null, place), there);
  assert.deepEqual(chooseMetrics(undefined, null, place), select("default").map(({ name }) => name));
  assert.throws(
    () => chooseMetrics(["nc3_cosine_train"], METRICS, place),
    /^Error: expected all metrics asked for in metrics\.csv, found none of nc3_cosine_train; do this$/,
  );
});
