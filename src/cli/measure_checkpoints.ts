/** Measures state dicts from elsewhere, on the images that their network was trained on. */
import { dirname } from "node:path";
import { select } from "../collapse/catalogue.ts";
import type { Dataset } from "../data/dataset.ts";
import { normalisationOf, normalisationText, type PixelChoices } from "../data/normalisation.ts";
import { chanceWarning } from "../measuring/chance.ts";
import {
  byEpoch,
  type CheckpointFile,
  checkpointFile,
  identifyNetwork,
  openCheckpoint,
  type Origin,
  originOf,
} from "../measuring/checkpoints.ts";
import { completed } from "../measuring/state_names.ts";
import type { Result } from "../measuring/results.ts";
import type { Protocol } from "../experiment/run_record.ts";
import { precisionOf } from "../engine/checkpoint.ts";
import { measureState } from "../engine/measure.ts";
import { openSession } from "../engine/session.ts";
import { type BootstrapChoices, bootstrapOf, type EngineChoices, type MeasureChoices } from "./choices.ts";
import { halfOfFreeMemory, openLibrary } from "../engine/library.ts";
import { loadImages, loadImagesOf } from "./images.ts";
import { keptPerClass, type PerClass } from "./options.ts";
import { openBar } from "./progress.ts";

export interface CheckpointOptions extends EngineChoices, MeasureChoices, BootstrapChoices, PixelChoices {
  /** Leads to the state dict in a file; without it the only one that can be meant. */
  readonly key?: string;
  /** Of the images; without it as the run says that the checkpoints lie in, or the name of their folder. */
  readonly dataset?: string;
  readonly data?: string;
  /** Training images a class; all of them by default. */
  readonly perClass?: PerClass;
  /** Told by the entries of the state dict where it is not given. */
  readonly model?: string;
  readonly stem?: Protocol["stem"];
  /** Of the optimizer; without it as the run says that the checkpoints lie in, else unknown. */
  readonly weightDecay?: number;
}

/** Measures checkpoints of one network, by ascending epoch; `save` is handed the results after each. */
export async function measureCheckpoints(
  paths: readonly string[],
  options: CheckpointOptions,
  save: (results: readonly Result[]) => Promise<void>,
): Promise<Result[]> {
  const { metrics = "default", device = "cpu", threads, memory = halfOfFreeMemory(), key } = options;
  const files = chooseFiles(paths);
  const first = await openCheckpoint(files[0]!.path, key);
  const network = identifyNetwork(first.state, files[0]!.path, options);
  const origin = await originOf(dirname(files[0]!.path), options.dataset);
  using library = openLibrary({ threads, device });
  const { images, test, dataset } = await imagesFor(origin, options);
  const precision = precisionOf(first.state);
  using session = openSession(library, { ...network, precision }, dataset, { device });
  const toMeasure = {
    metrics: select(metrics).map(({ name }) => name),
    keepBytes: memory,
    weightDecay: options.weightDecay ?? origin.run?.record.protocol.weightDecay ?? null,
    bootstrap: bootstrapOf(options),
  };
  using bar = openBar(files.length, { unit: "checkpoints" });
  const results: Result[] = [];
  for (const [done, { path, epoch }] of files.entries()) {
    bar.update(done, path);
    const opened = done === 0 ? first : await openCheckpoint(path, key);
    const { state, notes } = completed(opened.state, session.plan, precision);
    const { values, trust } = await measureState(
      session,
      { state, file: path, epoch: epoch ?? 0 },
      toMeasure,
    );
    const warning = chanceWarning(values.test_accuracy, { ...test, pixels: images.pixels });
    results.push({
      title: `${path}: ${network.model} on ${images.title}`,
      source: opened.key === "" ? path : `${path}#${opened.key}`,
      images,
      notes: [...opened.notes, ...notes, ...warning === null ? [] : [warning]],
      epoch,
      values,
      trust: trust.metrics,
    });
    await save(results);
    bar.line(`measured ${path}`);
  }
  return results;
}

interface ChosenImages {
  readonly images: NonNullable<Result["images"]>;
  readonly test: { readonly count: number; readonly classes: number };
  /** With the pixels' normalisation as chosen. */
  readonly dataset: Dataset;
}

async function imagesFor(origin: Origin, options: CheckpointOptions): Promise<ChosenImages> {
  const dataset = await loadImagesFor(origin, options);
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
function chooseFiles(paths: readonly string[]): readonly CheckpointFile[] {
  if (paths.length === 1) return [checkpointFile(paths[0]!)];
  const { checkpoints, others } = byEpoch(paths);
  if (checkpoints.length === 0) {
    const found = others.slice(0, 3).join(", ");
    throw new Error(
      `expected names that end in an epoch, as resnet18_005.pth does, found ${found}; measure one file at a time`,
    );
  }
  if (others.length > 0) console.error(`left out, for no epoch in the name: ${others.join(", ")}`);
  return checkpoints;
}

async function loadImagesFor(
  { dataset, run }: Origin,
  { data, perClass }: CheckpointOptions,
): Promise<Dataset> {
  if (run === null) return await loadImages({ dataset, perClass: keptPerClass(perClass ?? "all") }, data);
  if (perClass !== undefined) {
    throw new Error("--per-class needs --dataset: the run of these checkpoints says which images it had");
  }
  return await loadImagesOf(run.record, { folder: run.folder, data });
}
