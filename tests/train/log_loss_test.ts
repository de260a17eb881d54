/** log.csv holds the loss that run.json beside it names, without any decay. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { loadImages } from "../../src/engine/images.ts";
import { openSession } from "../../src/engine/session.ts";
import { loadStateDict, writeState } from "../../src/engine/checkpoint.ts";
import { recipeOf } from "../../src/experiment/recipe.ts";
import { Features } from "../../src/ffi/features.ts";
import { Library } from "../../src/ffi/library.ts";
import { encodeReads } from "../../src/models/reads.ts";
import { type OptionTexts, protocolFrom } from "../../src/experiment/options.ts";
import { readLog } from "../../src/run/log.ts";
import { checkpointPath, runPaths } from "../../src/run/paths.ts";
import { readRun } from "../../src/run/run_json.ts";
import { LOG_COLUMNS } from "../../src/run/tables.ts";
import { startRun } from "../../src/train/start_run.ts";
import { test, withTemporaryFolder } from "../support.ts";

/** Small, with both kinds of decay. */
const TEXTS = {
  epochs: "1",
  checkpoints: "1",
  "per-class": "4",
  model: "mlp",
  units: "16",
  "weight-decay": "0.1",
  "feature-decay": "0.5",
};

/** What an option asks for, what run.json calls it, and the loss of an image with the label y by its logits. */
const LOSSES: {
  texts: OptionTexts;
  named: Record<string, unknown>;
  of: (z: Float64Array, y: number) => number;
}[] = [
  {
    texts: {},
    named: { kind: "cross_entropy", labelSmoothing: 0 },
    of: (z, y) => -logSoftmax(z)[y]!,
  },
  {
    texts: { loss: "focal", "focal-gamma": "2" },
    named: { kind: "focal", gamma: 2 },
    of: (z, y) => -((1 - Math.exp(logSoftmax(z)[y]!)) ** 2) * logSoftmax(z)[y]!,
  },
  {
    texts: { loss: "mse", "mse-scale": "2", "mse-target": "3" },
    named: { kind: "mse", scale: 2, target: 3 },
    of: (z, y) =>
      z.reduce((sum, value, c) => sum + (c === y ? 2 * (value - 3) ** 2 : value ** 2), 0) / z.length,
  },
];

function logSoftmax(z: Float64Array): Float64Array {
  const sum = z.reduce((sum, value) => sum + Math.exp(value), 0);
  return z.map((value) => value - Math.log(sum));
}

for (const { texts, named, of } of LOSSES) {
  test(`log.csv holds what run.json calls its loss: ${named.kind}`, ["read", "write", "ffi"], async () => {
    await withTemporaryFolder(async (runs) => {
      const protocol = protocolFrom("Drawn10", { ...TEXTS, ...texts });
      await startRun({ protocol, run: "tiny", runs, threads: 1, saveSeconds: 60, command: "train" });
      const paths = runPaths(`${runs}/tiny`);
      const record = (await readRun(paths))!;
      deepEqual(record.protocol.loss, named);
      const [row] = await readLog(paths.log);
      const text = await Deno.readTextFile(paths.log);
      equal(text.split("\n")[0], LOG_COLUMNS.join(), "whatever the loss, columns are called alike");

      using library = Library.open();
      const recipe = recipeOf(protocol);
      const dataset = await loadImages(protocol, undefined, {});
      using session = openSession(library, protocol, dataset, { device: "cpu", recipe });
      const file = checkpointPath(paths, protocol, 1);
      writeState(session.network, session.plan, await loadStateDict(file), file);
      const reads = encodeReads(session.plan, "loss kind=cross_entropy label_smoothing=0", [
        { value: "logits", form: "flattened" },
      ]);
      const [logits] = await Features.extractAll(library, session.network, session.test, reads);
      let [sum, count] = [0, 0];
      for await (const { features, labels } of logits!.chunks()) {
        labels.forEach((label, i) => {
          sum += of(Float64Array.from(features.subarray(10 * i, 10 * i + 10)), label);
          count++;
        });
      }
      logits!.free();
      const error = Math.abs(row!.test_loss - sum / count) / (sum / count);
      ok(error < 1e-5, `expected ${sum / count}, found ${row!.test_loss}`);
    });
  });
}
