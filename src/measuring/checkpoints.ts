/** Checkpoints from elsewhere: which files there are, which network they hold, and what it was trained on. */
import { resolve } from "node:path";
import { nameIn, resolveName } from "../data/registry.ts";
import type { StateDict } from "../formats/tensor.ts";
import { makePlan, type Plan } from "../models/plan.ts";
import { resnet, RESNETS, type Stem } from "../models/resnet.ts";
import type { Protocol, RunRecord } from "../record.ts";
import { checkArchitecture } from "../train/checkpoint.ts";
import { readRun, runPaths } from "../train/run.ts";

const STEMS: readonly Stem[] = ["stock", "small"];
/** Images of which only the channels matter here: no parameter depends on their size. */
const SIDE = 32;

export interface CheckpointFile {
  readonly path: string;
  /** As the name ends in it (resnet18_005.pth); null where it does not. */
  readonly epoch: number | null;
}

/** What a checkpoint was trained on. */
export interface Origin {
  /** Name in the registry. */
  readonly dataset: string;
  /** The run that the checkpoint lies in, where that says so. */
  readonly run: { readonly record: RunRecord; readonly folder: string } | null;
}

/** Whether a path is named like a checkpoint. */
export function isCheckpoint(path: string): boolean {
  return /\.(pth|pt)$/.test(path);
}

export function checkpointFile(path: string): CheckpointFile {
  const [, epoch] = /[_-](?:epoch[_-]?)?(\d+)\.(?:pth|pt)$/.exec(path) ?? [];
  return { path, epoch: epoch === undefined ? null : Number(epoch) };
}

/** The checkpoints of a folder by ascending epoch; `others` have none in their names. Throws where two share an epoch. */
export function byEpoch(
  paths: readonly string[],
): { checkpoints: (CheckpointFile & { readonly epoch: number })[]; others: string[] } {
  const files = paths.map(checkpointFile);
  const checkpoints = files.flatMap(({ path, epoch }) => epoch === null ? [] : [{ path, epoch }])
    .toSorted((a, b) => a.epoch - b.epoch);
  const twice = checkpoints.findIndex(({ epoch }, i) => i > 0 && epoch === checkpoints[i - 1]!.epoch);
  if (twice > 0) {
    const [a, b] = checkpoints.slice(twice - 1, twice + 1);
    throw new Error(`expected one checkpoint an epoch, found ${a!.path} and ${b!.path}`);
  }
  return { checkpoints, others: files.filter(({ epoch }) => epoch === null).map(({ path }) => path) };
}

/**
 * What the checkpoints in `folder` were trained on: `dataset` where it is given, else as the run does that they lie
 * in, else as the folder's name says (checkpoints_CIFAR10). Throws where none of these tells.
 */
export async function originOf(folder: string, dataset: string | undefined): Promise<Origin> {
  if (dataset !== undefined) return { dataset: resolveName(dataset), run: null };
  const runFolder = `${folder}/..`;
  const record = await readRun(runPaths(runFolder));
  if (record !== null) return { dataset: record.protocol.dataset, run: { record, folder: runFolder } };
  const name = resolve(folder).split("/").at(-1)!;
  const named = nameIn(name);
  if (named !== undefined) return { dataset: named, run: null };
  throw new Error(
    `expected a data set in the name of the folder ${name}, or the run.json of a run above it, found neither; ` +
      "name it with --dataset",
  );
}

/**
 * The network whose state dict this is, among those that `model` and `stem` leave open: told by the names and shapes
 * of its entries. Throws where there is none, comparing with the network that options or file name speak of.
 */
export function identifyNetwork(
  state: StateDict,
  file: string,
  { model, stem }: { model?: string | undefined; stem?: Stem | undefined } = {},
): Pick<Protocol, "model" | "stem"> {
  const models = model === undefined ? RESNETS : [model];
  const candidates = models.flatMap((model) =>
    STEMS.filter((kind) => kind === (stem ?? kind)).map((stem) => ({ model, stem }))
  );
  const shapes = [...state.values()].map(({ shape }) => shape);
  const [classes] = shapes.findLast((shape) => shape.length === 2) ?? [];
  const [, channels] = shapes.find((shape) => shape.length === 4) ?? [];
  if (classes === undefined || classes < 2 || !channels) throw unlikeAny(state, file);
  const planOf = (candidate: typeof candidates[number]) =>
    makePlan(resnet(candidate.model, { classes, stem: candidate.stem }), [channels, SIDE, SIDE]);
  const found = candidates.find((candidate) => fits(planOf(candidate), state));
  if (found !== undefined) return found;
  const spokenOf = candidates.find(({ model }) => file.toLowerCase().includes(model)) ??
    (candidates.length <= STEMS.length ? candidates[0] : undefined);
  if (spokenOf !== undefined) checkArchitecture(planOf(spokenOf), state, file);
  throw unlikeAny(state, file);
}

function fits({ entries }: Plan, state: StateDict): boolean {
  return entries.length === state.size && entries.every((entry) => {
    const expected = entry.kind === "counter" ? [] : entry.shape;
    return state.get(entry.name)?.shape.join() === expected.join();
  });
}

function unlikeAny(state: StateDict, file: string): Error {
  const names = [...state.keys()].slice(0, 3).join(", ");
  return new Error(
    `${file}: expected the state dict of one of ${
      RESNETS.join(", ")
    }, found ${state.size} entries (${names}, …)`,
  );
}
