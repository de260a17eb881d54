/** Measures state dicts from elsewhere, on the images that their network was trained on. */
import { decayBesideSquares } from "../experiment/squared_error.ts";
import { dirname } from "node:path";
import { loadImages, loadImagesOf, type LoadingProgress } from "../engine/images.ts";
import { type EngineChoices, halfOfFreeMemory, openLibrary } from "../engine/library.ts";
import { type ImagePass, type MeasureChoices, measureState } from "../engine/measure_network.ts";
import { type OodChoice, openOod } from "../engine/ood.ts";
import { openSession } from "../engine/session.ts";
import { datasetAsked } from "../run/asked.ts";
import type { Bootstrap, OodRecord } from "../run/tables.ts";
import { select, withSets } from "../collapse/catalogue.ts";
import type { Dataset } from "../data/dataset.ts";
import { normalisationOf, normalisationText, type PixelChoices } from "../data/normalisation.ts";
import { chanceWarning } from "./chance.ts";
import {
  byEpoch,
  type CheckpointFile,
  checkpointFile,
  identifyClassifier,
  identifyNetwork,
  openCheckpoint,
  type Origin,
  originOf,
} from "./checkpoints.ts";
import { completed } from "./state_names.ts";
import type { Result } from "./results.ts";
import type { NetworkProtocol } from "../experiment/architecture.ts";
import { READS } from "../experiment/classifiers/reads.ts";
import { type OptionTexts, protocolFrom, valueOf } from "../experiment/options.ts";
import type { StateDict } from "../formats/tensor.ts";
import { changed } from "../experiment/protocol.ts";
import { precisionOf } from "../engine/checkpoint.ts";

export interface CheckpointOptions extends EngineChoices, MeasureChoices, PixelChoices {
  /** Leads to the state dict in a file; without it the only one that can be meant. */
  readonly key?: string;
  /** Of the images, or the path of one's own; without it as the run says that the checkpoints lie in, or the name of their folder. */
  readonly dataset?: string;
  /** Of one's own images, as `train --image-size` takes it. */
  readonly imageSize?: string | undefined;
  readonly data?: string;
  /** Training images a class; null, and by default, all of them. */
  readonly perClass?: number | null | undefined;
  /**
   * Options of the network; what they leave open is told by the entries of the state dict. Among them `temperature`, which
   * without it is as the run says that the checkpoints lie in, else none.
   */
  readonly network?: OptionTexts;
  /** Of the optimizer; without it as the run says that the checkpoints lie in, else unknown. */
  readonly weightDecay?: number;
  /** Data sets whose images are measured as out-of-distribution ones. */
  readonly ood?: readonly OodChoice[] | undefined;
  /** Intervals by resampling; none by default. */
  readonly bootstrap?: Bootstrap | null;
}

/** What is told while checkpoints are measured. */
export interface CheckpointProgress extends LoadingProgress {
  /** Called before the first with their number. */
  readonly onBegin?: (checkpoints: number) => void;
  /** Called before each, `done` of which are measured. */
  readonly onCheckpoint?: (checkpoint: { readonly path: string; readonly done: number }) => void;
  /** Called some times a second while images pass through the network of the checkpoint at `path`. */
  readonly onImages?: (path: string, pass: ImagePass) => void;
  /** Called after each with all results so far, and awaited. */
  readonly onResults?: (results: readonly Result[], path: string) => Promise<void>;
  /** Called with what was left out, in a sentence. */
  readonly onNote?: (sentence: string) => void;
}

/** Measures checkpoints of one network, by ascending epoch. `signal` ends it within a second or so, by throwing its reason. */
export async function measureCheckpoints(
  paths: readonly string[],
  options: CheckpointOptions,
  { signal, onBegin, onCheckpoint, onImages, onResults, onNote, ...loading }:
    & CheckpointProgress
    & { readonly signal?: AbortSignal } = {},
): Promise<Result[]> {
  const { metrics = "default", device = "cpu", threads, memory = halfOfFreeMemory(), key } = options;
  const { ood: foreign = [] } = options;
  const files = chooseFiles(paths, onNote);
  const first = await openCheckpoint(files[0]!.path, key);
  const origin = await originOf(dirname(files[0]!.path), options.dataset);
  const chosen = networkOf(first.state, files[0]!.path, origin, options.network);
  using library = openLibrary({ threads, device });
  const { images, test, dataset } = await imagesFor(origin, options, loading);
  using ood = await openOod(library, foreign, { trained: dataset, device }, loading);
  const precision = precisionOf(first.state);
  using session = openSession(library, { ...chosen, training: { precision } }, dataset, { device });
  const sets = [...ood.sets.keys()];
  const toMeasure = {
    metrics: select(withSets(metrics, sets), { sets }).map(({ name }) => name),
    ood: ood.sets,
    keepBytes: memory,
    weightDecay: options.weightDecay ??
      (origin.run && decayBesideSquares(origin.run.record.protocol, session.plan.classes)),
    bootstrap: options.bootstrap ?? null,
    signal,
  };
  onBegin?.(files.length);
  const results: Result[] = [];
  for (const [done, { path, epoch }] of files.entries()) {
    signal?.throwIfAborted();
    onCheckpoint?.({ path, done });
    const opened = done === 0 ? first : await openCheckpoint(path, key);
    const { state, notes } = completed(opened.state, session.plan, precision);
    const { values, trust, width } = await measureState(
      session,
      { state, file: path, epoch: epoch ?? 0 },
      { ...toMeasure, ...onImages && { onImages: (pass) => onImages(path, pass) } },
    );
    const warning = chanceWarning(values.test_accuracy, { ...test, pixels: images.pixels });
    results.push({
      title: `${path}: ${chosen.network.kind} on ${images.title}`,
      samples: images.title,
      classes: test.classes,
      width,
      source: opened.key === "" ? path : `${path}#${opened.key}`,
      images,
      notes: [...opened.notes, ...notes, ...warning === null ? [] : [warning], ...ood.records.map(oodNote)],
      epoch,
      values,
      trust: trust.metrics,
    });
    await onResults?.(results, path);
  }
  return results;
}

/** The network of a state dict: as the options say, else as its entries and the run that it lies in do. */
function networkOf(
  state: StateDict,
  file: string,
  { run }: Origin,
  { temperature, ...options }: OptionTexts = {},
): NetworkProtocol {
  const divisor = temperature === undefined
    ? run?.record.protocol.classifier.temperature ?? null
    : valueOf("temperature", [READS.temperature.type], temperature) as number | null;
  const classifier = identifyClassifier(state, divisor);
  return { network: identifyNetwork(state, file, options, classifier), classifier };
}

function oodNote({ set, title, digest, images, path }: OodRecord): string {
  const which = path === undefined ? `the ${images} test images of ${title}` : `${images} images of ${path}`;
  return `out-of-distribution: ${set}, ${which} (SHA-256 ${digest.slice(0, 12)}…), with ` +
    "the mean and std of the training images";
}

interface ChosenImages {
  readonly images: NonNullable<Result["images"]>;
  readonly test: { readonly count: number; readonly classes: number };
  /** With the pixels' normalisation as chosen. */
  readonly dataset: Dataset;
}

async function imagesFor(
  origin: Origin,
  options: CheckpointOptions,
  loading: LoadingProgress,
): Promise<ChosenImages> {
  const dataset = await loadImagesFor(origin, options, loading);
  const normalisation = normalisationOf(dataset, options);
  const { title, digest, classes, test: { count } } = dataset;
  const whose = normalisation.chosen ? "as chosen" : "the data set's own";
  return {
    images: { title, digest, pixels: `${normalisationText(normalisation)} (${whose})` },
    test: { count, classes },
    dataset: { ...dataset, mean: normalisation.mean, std: normalisation.std },
  };
}

/** A single file whatever its name, or those of a folder that name an epoch. */
function chooseFiles(
  paths: readonly string[],
  onNote: CheckpointProgress["onNote"],
): readonly CheckpointFile[] {
  if (paths.length === 1) return [checkpointFile(paths[0]!)];
  const { checkpoints, others } = byEpoch(paths);
  if (checkpoints.length === 0) {
    const found = others.slice(0, 3).join(", ");
    throw new Error(
      `expected names that end in an epoch, as resnet18_005.pth does, found ${found}; measure one file at a time`,
    );
  }
  if (others.length > 0) onNote?.(`left out, for no epoch in the name: ${others.join(", ")}`);
  return checkpoints;
}

async function loadImagesFor(
  { dataset, run }: Origin,
  { data, perClass, imageSize }: CheckpointOptions,
  loading: LoadingProgress,
): Promise<Dataset> {
  if (run === null) {
    const { name, options } = datasetAsked(
      dataset,
      imageSize === undefined ? {} : { "image-size": imageSize },
    );
    const protocol = changed(protocolFrom(name, options), { data: { perClass: perClass ?? null } });
    return await loadImages(protocol, data, loading);
  }
  const stated = perClass !== undefined ? "--per-class" : imageSize !== undefined ? "--image-size" : null;
  if (stated !== null) {
    throw new Error(`${stated} needs --dataset: the run of these checkpoints says which images it had`);
  }
  return await loadImagesOf(run.record, { folder: run.folder, data }, loading);
}
