/** Measures features that lie in files, within a bound on memory. */
import { bootstrap as resample } from "../collapse/bootstrap.ts";
import { memoryOf, select, withSets } from "../collapse/catalogue.ts";
import { measure } from "../collapse/measure.ts";
import { type EngineChoices, halfOfFreeMemory, openLibrary } from "../engine/library.ts";
import type { MeasureChoices } from "../engine/measure_network.ts";
import type { Library } from "../ffi/library.ts";
import { type ArrayName, type FeatureFiles, openFeatureFiles } from "../formats/feature_files.ts";
import { haveSameRows } from "../formats/same_rows.ts";
import { leastMemory, type OnRows, sourcesOf } from "../formats/feature_sources.ts";
import { findArrays, findOodArrays } from "./find_arrays.ts";
import { memoryLeft } from "./memory.ts";
import { nativeStream } from "./native_stream.ts";
import type { Result } from "./results.ts";
import type { Bootstrap } from "../run/tables.ts";
import { trustOf } from "../run/trust.ts";

export interface FeatureLocation {
  /** A .npz or .safetensors file, or a folder of .npy files. */
  readonly container: string | undefined;
  /** Files by role; they come before those in the container. */
  readonly paths: { readonly [name in ArrayName]?: string | undefined };
}

/** Out-of-distribution features, and what they are called. */
export interface OodPath {
  readonly set: string;
  /** Of a file or a folder of several arrays `ood_features` is meant, else `test_features`. */
  readonly path: string;
}

export interface FeatureOptions extends EngineChoices, MeasureChoices {
  /** Of the optimizer; without it unknown. */
  readonly weightDecay?: number | undefined;
  readonly ood?: readonly OodPath[] | undefined;
  /** Intervals by resampling; none by default. */
  readonly bootstrap?: Bootstrap | null;
}

/** What is told while features are measured. */
export interface FeatureProgress {
  /** How far a pass over the samples of a split is; 0 at its beginning. */
  readonly onRows?: OnRows;
  /** Called with a sentence where the native library is not there: the same numbers take longer then. */
  readonly onNote?: (sentence: string) => void;
}

/** Throws where files are missing, do not fit each other, or need more memory than they may take. */
export async function measureFeatures(
  { container, paths }: FeatureLocation,
  asked: FeatureOptions,
  { onRows, onNote }: FeatureProgress = {},
): Promise<Result> {
  const { weightDecay = null, ood = [], bootstrap = null } = asked;
  const { device = "cpu", threads, memory = halfOfFreeMemory() } = asked;
  const files = await openFeatureFiles(await findArrays(container, paths), await findOodArrays(ood));
  await requireForeign(files, paths.ood_features);
  const sets = ood.map(({ set }) => set);
  const metrics = withSets(asked.metrics ?? "default", sets);
  const chosen = select(metrics, { ood: files.ood !== null, sets });
  const left = memoryLeft(memory, leastMemory(files, memoryOf(chosen, files)), sizeOf(files));
  using library = openIfBuilt({ threads, device }, onNote);
  const input = sourcesOf(files, {
    memory: left / 2,
    ...library && { stream: (open, shape) => nativeStream(library, open, shape, { device }) },
    ...onRows && { onRows },
  });
  const options = { metrics, weightDecay, memory: left / 2 };
  const { values, outcomes } = await measure(input, options);
  const intervals = bootstrap === null ? {} : await resample(input, { ...bootstrap, ...options });
  const { metrics: trust } = trustOf(0, outcomes, { bootstrap, intervals });
  const source = container ?? Object.values(paths).filter((path) => path !== undefined).join(" ");
  const { classes, width } = files;
  const title = sizeOf(files);
  const about = { title, samples: samplesOf(files), classes, width, source };
  const notes = ood.map(({ set, path }) =>
    `out-of-distribution: ${set}, ${files.oodSets[set]!.labels.length} samples of ${path}`
  );
  return { ...about, images: null, notes, epoch: null, values, trust };
}

/** Throws where features that are to be foreign are those of the training or of the test samples. */
async function requireForeign({ train, test, ood, oodSets }: FeatureFiles, path?: string): Promise<void> {
  const named = Object.entries(oodSets).map(([set, file]) => [`--ood ${set}`, file] as const);
  const unnamed = ood === null ? [] : [[path ? "--ood-features" : ood.features.title, ood] as const];
  for (const [name, { features }] of [...unnamed, ...named]) {
    for (const split of [train, test]) {
      if (split === null || !await haveSameRows(features, split.features)) continue;
      throw new Error(
        `${name}: expected features of other samples than those of ${split.features.title}, found the same; ` +
          "name others",
      );
    }
  }
}

/** Null where the native library is not there, but for a device that needs it. */
function openIfBuilt(
  options: { threads: number | undefined; device: string },
  onNote: FeatureProgress["onNote"],
): Library | null {
  try {
    return openLibrary(options);
  } catch (error) {
    if (options.device !== "cpu") throw error;
    onNote?.(`measuring in plain TypeScript: ${error instanceof Error ? error.message : error}`);
    return null;
  }
}

function sizeOf(files: FeatureFiles): string {
  return `${samplesOf(files)} of width ${files.width} in ${files.classes} classes`;
}

function samplesOf({ train, test, ood }: FeatureFiles): string {
  const counts = [["training", train], ["test", test], ["out-of-distribution", ood]] as const;
  const all = counts.flatMap(([name, split]) => split ? [`${split.labels.length} ${name}`] : []);
  return `${all.join(", ")} samples`;
}
