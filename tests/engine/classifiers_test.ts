/** Runs with another last layer: their checkpoints, what is measured of them, and how they go on. */
import { deepEqual, equal, notDeepEqual, ok } from "node:assert/strict";
import { select } from "../../src/collapse/catalogue.ts";
import { loadStateDict } from "../../src/engine/checkpoint.ts";
import { openSession } from "../../src/engine/session.ts";
import { recipeOf } from "../../src/experiment/recipe.ts";
import { Library } from "../../src/ffi/library.ts";
import { readLog } from "../../src/run/log.ts";
import { readMeasured } from "../../src/run/measured.ts";
import { checkpointPath, runPaths } from "../../src/run/paths.ts";
import { train } from "../../src/train/train.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { tinyDataset, tinyProtocol } from "./tiny.ts";

const METRICS = select(["mse_total", "nc2_etf"]).map(({ name }) => name);
const SMALL = { model: "mlp", depth: "2", units: "24" };
const CHOICES: Record<string, string>[] = [
  { ...SMALL, "no-bias": "", optimizer: "adam", lr: "0.002" },
  { ...SMALL, width: "4", "feature-decay": "0.01", loss: "mse" },
  {
    ...SMALL,
    classifier: "etf",
    "etf-scale": "3",
    "feature-decay": "0.001",
    optimizer: "adamw",
    lr: "0.002",
  },
  { ...SMALL, classifier: "etf", "no-bias": "", temperature: "0.2", width: "9", nesterov: "" },
  { ...SMALL, "no-bias": "", temperature: "0.1", width: "3", optimizer: "sgdw" },
  { ...SMALL, width: "12", optimizer: "muon", "muon-on": "weights", "adjust-lr": "match_rms_adamw" },
  { classifier: "etf", width: "16" },
  { ...SMALL, classifier: "nearest-etf", width: "12", temperature: "0.2" },
  { ...SMALL, classifier: "nearest-etf", optimizer: "adam", lr: "0.002", loss: "mse" },
];

/** Trains in `folder`, or goes on there; stops in the middle of the second epoch where it is asked to. */
async function trainIn(
  folder: string,
  choices: Record<string, string>,
  { stop = false } = {},
): Promise<void> {
  const protocol = tinyProtocol(choices);
  const paths = runPaths(folder);
  using library = Library.open();
  const recipe = recipeOf(protocol);
  using session = openSession(library, protocol, tinyDataset(), { device: "cpu", recipe });
  const rows = (await readMeasured(paths, protocol.training.checkpoints))?.rows ?? [];
  const controller = new AbortController();
  let calls = 0;
  await train(session, {
    protocol,
    paths,
    measuring: { measured: { metrics: METRICS, rows }, keepBytes: 2 ** 24 },
    signal: controller.signal,
    onSteps: () => stop && ++calls === 2 && controller.abort(),
  });
}

async function bytesOf(folder: string, choices: Record<string, string>): Promise<Uint8Array[]> {
  const protocol = tinyProtocol(choices);
  const paths = runPaths(folder);
  const files = protocol.training.checkpoints.map((epoch) => checkpointPath(paths, protocol, epoch));
  return await Promise.all([...files, paths.metrics].map((file) => Deno.readFile(file)));
}

for (const choices of CHOICES) {
  const words = Object.entries(choices).map((pair) => pair.join(" ").trim()).join(", ");
  test(`a run goes on to the same bits, and what is measured is what it computes: ${words}`, [
    "read",
    "write",
    "ffi",
  ], async () => {
    await withTemporaryFolder(async (folder) => {
      const [whole, parts] = [`${folder}/whole`, `${folder}/parts`];
      await trainIn(whole, choices);
      await trainIn(parts, choices, { stop: true });
      notDeepEqual((await readLog(runPaths(parts).log)).length, 3);
      await trainIn(parts, choices);
      deepEqual(await bytesOf(parts, choices), await bytesOf(whole, choices));

      const protocol = tinyProtocol(choices);
      const log = await readLog(runPaths(whole).log);
      const { rows } = (await readMeasured(runPaths(whole), protocol.training.checkpoints))!;
      // The log has what the network decides by itself, the table what W and b decide on its features.
      deepEqual(rows.map(({ values }) => values.test_accuracy), log.map((row) => row.test_accuracy));

      const states = await Promise.all(
        protocol.training.checkpoints.map((epoch) =>
          loadStateDict(checkpointPath(runPaths(whole), protocol, epoch))
        ),
      );
      const { width, kind, temperature } = protocol.classifier;
      const noBias = "noBias" in protocol.classifier && protocol.classifier.noBias;
      for (const [i, state] of states.entries()) {
        equal(state.has("fc.bias"), !noBias);
        equal(state.get("projection.weight")?.shape[0] ?? null, width);
        equal(rows[i]!.width, state.get("fc.weight")!.shape[1]);
        const { equinorm_weights, nc2_etf_weights } = rows[i]!.values;
        if (kind === "etf") {
          deepEqual(state.get("fc.weight"), states[0]!.get("fc.weight"));
          ok(nc2_etf_weights! < 1e-6, `${nc2_etf_weights}`);
        } else if (kind === "nearest-etf") {
          ok(nc2_etf_weights! < 1e-6, `${nc2_etf_weights}`);
          notDeepEqual(state.get("fc.weight"), states.at(i === 0 ? 1 : 0)!.get("fc.weight"));
        } else ok(nc2_etf_weights! > 1e-3, `${nc2_etf_weights}`);
        equal(equinorm_weights! < 1e-6, kind !== "learned" || temperature !== null);
      }
    });
  });
}
