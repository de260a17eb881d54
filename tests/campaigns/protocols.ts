/**
 * Protocols drawn from all choices: a run that is stopped, or ends without saving as a killed one does, at random
 * moments and is resumed ends as one that never was, to the bit; what cannot be combined is refused in one line and
 * leaves nothing behind.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { type OptionTexts, protocolFrom, protocolOptions } from "../../src/experiment/options.ts";
import type { Protocol } from "../../src/experiment/parts.ts";
import { isThere } from "../../src/files.ts";
import { readLog } from "../../src/run/log.ts";
import { checkpointPath, runPaths } from "../../src/run/paths.ts";
import { startRun } from "../../src/train/start_run.ts";
import { withTemporaryFolder } from "../support.ts";
import type { CampaignOptions } from "./campaign.ts";
import { requireMessage } from "./refusal.ts";

const DATASET = "Drawn10";
const EPOCHS = 3;
/** Native calls of training after which a run is ended, at most. */
const MOST_CALLS = 5;

/** What options are drawn from: networks that train in moments, rates that do not diverge. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  "per-class": ["3", "5"],
  classes: ["0,1,2", "1,3,5,7,9"],
  imbalance: ["exp:0.5", "step:0.4"],
  "label-noise": ["0.3", "1"],
  augment: ["crop-flip"],
  "crop-padding": ["2"],
  model: ["resnet18", "mlp", "densenet", "densenet_bc"],
  stem: ["stock", "small"],
  channels: ["6", "16", "64"],
  depth: ["2", "10", "16"],
  growth: ["4"],
  units: ["24"],
  classifier: ["learned", "etf", "nearest-etf"],
  "no-bias": ["yes", "no"],
  width: ["own", "12", "3"],
  temperature: ["none", "0.5"],
  "etf-scale": ["2"],
  loss: ["cross_entropy", "focal", "mse"],
  "label-smoothing": ["0.1"],
  "focal-gamma": ["0", "3"],
  "mse-scale": ["2"],
  "mse-target": ["3"],
  optimizer: ["sgd", "sgdw", "adam", "adamw", "muon"],
  lr: ["0.001", "0.003"],
  "adamw-lr": ["0.001"],
  "muon-on": ["hidden", "weights"],
  "adjust-lr": ["original", "match_rms_adamw"],
  momentum: ["0", "0.5"],
  nesterov: ["yes"],
  "weight-decay": ["0", "0.01"],
  "decay-on": ["all", "weights"],
  "feature-decay": ["0.001"],
  betas: ["0.8,0.99"],
  eps: ["1e-6"],
  schedule: ["step", "cosine", "constant"],
  "decay-factor": ["0.5"],
  "decay-after": ["1", "1,2"],
  warmup: ["1"],
  "batch-size": ["4", "7"],
  precision: ["float32", "float64", "bf16"],
  seed: ["1", "4294967295"],
  checkpoints: ["0,1,3", "2,3"],
};

/** All runs have as many epochs, and a process each; images of one's own are no choice beside a data set. */
const NOT_DRAWN = ["epochs", "images", "image-size", "shuffle-blocks", "ranks", "batch-norm"];

type Below = (limit: number) => number;

export async function protocols({ count, seed, tell }: CampaignOptions): Promise<string> {
  const forgotten = protocolOptions().map(({ option }) => option)
    .filter((option) => !NOT_DRAWN.includes(option) && !Object.hasOwn(TEXTS, option));
  assert.deepEqual(forgotten, [], "options that no protocol is drawn from");
  const random = xoroshiro128plus(seed);
  const below = (limit: number) => uniformInt(random, 0, limit - 1);
  const tally = { runs: 0, ends: 0, refusals: 0 };
  while (tally.runs < count) {
    const drawn = drawProtocol(below);
    tally.refusals += drawn.refusals;
    await withTemporaryFolder(async (folder) => {
      const ends = await requireResumable(folder, drawn.protocol, below).catch((error) => {
        throw new Error(
          `run ${tally.runs} with seed ${seed}, ${JSON.stringify(drawn.texts)}: ${error.message}`,
          {
            cause: error,
          },
        );
      });
      if (ends === null) tally.refusals++;
      else {
        tally.runs++;
        tally.ends += ends;
      }
    });
    tell(`${tally.runs} runs`);
  }
  return `${count} protocols: runs that ended ${tally.ends} times before they were done came to the same bits as ` +
    `undisturbed ones; ${tally.refusals} combinations were refused, each in a line`;
}

/** Options stated one after another in any order; those that do not go with the ones before are refused, and left out. */
function drawProtocol(below: Below): { protocol: Protocol; texts: OptionTexts; refusals: number } {
  let texts: OptionTexts = { epochs: String(EPOCHS), "per-class": "4", model: "mlp", units: "16" };
  let protocol = protocolFrom(DATASET, texts);
  let refusals = 0;
  const options = Object.entries(TEXTS).map((entry) => ({ entry, place: below(2 ** 30) }))
    .toSorted((a, b) => a.place - b.place);
  for (const { entry: [option, values] } of options) {
    if (below(2) === 0) continue;
    const stated = { ...texts, [option]: values[below(values.length)]! };
    try {
      const drawn = protocolFrom(DATASET, stated);
      if (takesLong(drawn)) continue;
      protocol = drawn;
      texts = stated;
    } catch (error) {
      requireMessage(error);
      refusals++;
    }
  }
  return { protocol, texts, refusals };
}

/** Muon's products of wide matrices take a minute a step on CPUs without bfloat16. */
function takesLong({ optimizer, network }: Protocol): boolean {
  return optimizer.kind === "muon" && network.kind === "resnet18";
}

/** How often a run ended before it was done; null where the protocol was refused once the data was there. */
async function requireResumable(folder: string, protocol: Protocol, below: Below): Promise<number | null> {
  const request = { protocol, run: "tiny", threads: 1, saveSeconds: 0, command: "train" };
  const [whole, parts] = [`${folder}/whole`, `${folder}/parts`];
  try {
    await startRun({ ...request, runs: whole });
  } catch (error) {
    requireMessage(error);
    assert.ok(!await isThere(`${whole}/tiny/run.json`), `refused, and yet begun: ${error}`);
    return null;
  }
  let ends = 0;
  for (let state = "stopped"; state !== "done"; ends++) {
    const end = new AbortController();
    let calls = 1 + below(MOST_CALLS);
    state = await startRun(
      { ...request, runs: parts, resume: await isThere(`${parts}/tiny/run.json`) },
      {
        [below(2) === 0 ? "signal" : "abandoned"]: end.signal,
        onSteps: () => --calls === 0 && end.abort(),
      },
    );
  }
  const paths = [whole, parts].map((place) => runPaths(`${place}/tiny`));
  for (const epoch of protocol.training.checkpoints) {
    const [a, b] = await Promise.all(paths.map((run) => Deno.readFile(checkpointPath(run, protocol, epoch))));
    assert.ok(Buffer.from(a!).equals(b!), `the checkpoints of epoch ${epoch} differ`);
  }
  const [a, b] = await Promise.all(
    paths.map(async ({ log }) => (await readLog(log)).map((row) => ({ ...row, seconds: 0 }))),
  );
  assert.deepEqual(a, b);
  return ends - 1;
}
