/** Checkpoints from elsewhere: which files there are, which network they hold, and what it was trained on. */
import { resolve } from "node:path";
import { isPath, nameIn, resolveName } from "../data/registry.ts";
import { architectureOf, USUAL_CLASSIFIER } from "../experiment/architecture.ts";
import { NETWORK_NAMES, type OptionTexts, valueOf } from "../experiment/options.ts";
import type { Protocol } from "../experiment/parts.ts";
import type { FieldValue } from "../fields.ts";
import { readIfThere } from "../files.ts";
import { quote } from "../formats/error.ts";
import { openStateDict } from "../formats/pth.ts";
import type { StateDict } from "../formats/tensor.ts";
import type { KindValue } from "../kind.ts";
import { PROJECTION } from "../models/classifier.ts";
import { makePlan } from "../models/make_plan.ts";
import type { Plan } from "../models/plan.ts";
import { type NetworkKind, NETWORKS } from "../models/registry.ts";
import type { RunRecord } from "../experiment/run_record.ts";
import { checkArchitecture, precisionOf } from "../engine/checkpoint.ts";
import { readRun } from "../run/run_json.ts";
import { runPaths } from "../run/paths.ts";
import { completed, isOptional, type Renamed, renamed } from "./state_names.ts";

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

export function checkpointFile(path: string): CheckpointFile {
  const [, epoch] = /[_-](?:epoch[_-]?)?(\d+)\.(?:pth|pt|ckpt|th)$/.exec(path) ?? [];
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
  if (dataset !== undefined) return { dataset: isPath(dataset) ? dataset : resolveName(dataset), run: null };
  const runFolder = `${folder}/..`;
  const record = await readRun(runPaths(runFolder));
  if (record !== null) return { dataset: record.protocol.data.kind, run: { record, folder: runFolder } };
  const name = resolve(folder).split("/").at(-1)!;
  const named = nameIn(name);
  if (named !== undefined) return { dataset: named, run: null };
  throw new Error(
    `expected a data set in the name of the folder ${name}, or the run.json of a run above it, found neither; ` +
      "name it with --dataset",
  );
}

/** A checkpoint that holds a network known here. */
export interface OpenedCheckpoint extends Renamed {
  /** Keys that lead to the state dict in the file; empty for the whole of it. */
  readonly key: string;
}

/**
 * The state dict of a ResNet in the file `path`, under torchvision's names: under `key`, or the only one that can be
 * meant. Throws, naming the file, where it is not there, damaged, or holds none or several.
 */
export async function openCheckpoint(path: string, key?: string): Promise<OpenedCheckpoint> {
  const bytes = await readIfThere(path);
  if (bytes === null) throw new Error(`expected a checkpoint in ${path}, found no such file`);
  const opened = openStateDict(bytes, { name: path, key });
  const { state, notes } = renamed(opened.state, path);
  const taken = key === undefined && opened.others.length > 0
    ? [
      `took the state dict under ${quote(opened.key)}; there are others, for --key: ${
        opened.others.join(", ")
      }`,
    ]
    : [];
  return { key: opened.key, state, notes: [...taken, ...notes] };
}

/** The end of an entry that only a classifier at the class means' nearest simplex has. */
const NEAREST = ".frame";

/**
 * The last layer of a state dict, as far as it matters to what is measured: whether its weight was trained does not. Its
 * width and bias are told by the entries; a temperature leaves no trace in them.
 */
export function identifyClassifier(state: StateDict, temperature: number | null): Protocol["classifier"] {
  const width = state.get(`${PROJECTION}.weight`)?.shape[0] ?? null;
  if ([...state.keys()].some((name) => name.endsWith(NEAREST))) {
    return { kind: "nearest-etf", width, temperature };
  }
  return { ...USUAL_CLASSIFIER, noBias: temperature !== null, width, temperature };
}

/**
 * The network whose state dict this is, among those that the options (of networks: model, stem) leave open: told by the
 * names and shapes of its entries, in any order. Throws where there is none, comparing with the network that is nearest.
 */
export function identifyNetwork(
  state: StateDict,
  file: string,
  options: OptionTexts = {},
  classifier: Protocol["classifier"] = identifyClassifier(state, null),
): KindValue {
  const candidates = NETWORKS.flatMap((kind) =>
    valuesOf(kind, state, options).map((value) => ({ kind, value }))
  )
    .flatMap(({ kind, value }) => {
      const classes = state.get(kind.ends.last)?.shape[0];
      const channels = state.get(kind.ends.first)?.shape[1];
      if (classes === undefined || classes < 2 || !channels) return [];
      const network = architectureOf({ network: value, classifier }, { classes });
      return [{ value, plan: makePlan(network, [channels, kind.side, kind.side]) }];
    });
  if (candidates.length === 0) throw unlikeAny(state, file);
  const misfits = candidates.map(({ plan }) => countMisfits(plan, state));
  const least = Math.min(...misfits);
  const nearest = candidates[misfits.indexOf(least)]!;
  if (least > 0) {
    const { state: complete } = completed(state, nearest.plan, precisionOf(state));
    checkArchitecture(nearest.plan, complete, `${file}, compared with ${nearest.value.kind},`);
  }
  return nearest.value;
}

/** What a network of a kind can be where the options do not tell; none where they speak of other kinds. */
function valuesOf(
  { kind, fields, told }: NetworkKind,
  state: StateDict,
  { model, ...options }: OptionTexts,
): KindValue[] {
  const own = Object.entries(fields);
  const isMeant = (model === undefined || NETWORK_NAMES.parse(model) === kind) &&
    Object.keys(options).every((option) => own.some(([, field]) => field.option === option));
  if (!isMeant) return [];
  const found = told?.((name) => state.get(name)?.shape) ?? {} as Readonly<Record<string, unknown>>;
  return own.reduce<KindValue[]>((values, [key, { option, type, default: usual }]) => {
    const text = options[option];
    const told = type.is(found[key]) ? found[key] : usual;
    const open = text === undefined ? type.choices ?? [told] : [valueOf(option, [type], text)];
    return values.flatMap((value) => open.map((one) => ({ ...value, [key]: one as FieldValue })));
  }, [{ kind }]);
}

/** Entries that are missing, unexpected or of another shape. */
function countMisfits(plan: Plan, state: StateDict): number {
  const expected = new Map(plan.entries.map((entry) => [entry.name, entry]));
  const wrong = plan.entries.filter((entry) => {
    const found = state.get(entry.name);
    if (found === undefined) return !isOptional(entry, plan);
    return found.shape.join() !== (entry.kind === "counter" ? "" : entry.shape.join());
  });
  return wrong.length + [...state.keys()].filter((name) => !expected.has(name)).length;
}

function unlikeAny(state: StateDict, file: string): Error {
  const names = [...state.keys()].slice(0, 3).join(", ");
  const ends = new Set(NETWORKS.map(({ ends: { first, last } }) => `${first} and ${last}`));
  return new Error(
    `${file}: expected the state dict of one of ${NETWORKS.map(({ kind }) => kind).join(", ")}, with ${
      [...ends].join(", or ")
    }, found ${state.size} entries (${names}, …)`,
  );
}
