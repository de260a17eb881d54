/** Measures features that lie in files, within a bound on memory. */
import { bootstrap as resample } from "../collapse/bootstrap.ts";
import { memoryOf, select } from "../collapse/catalogue.ts";
import { measure } from "../collapse/measure.ts";
import type { Library } from "../ffi/library.ts";
import {
  type ArrayName,
  type FeatureFiles,
  findArrays,
  leastMemory,
  type OnRows,
  openFeatureFiles,
  sourcesOf,
} from "../measuring/feature_files.ts";
import type { Result } from "../measuring/results.ts";
import { trustOf } from "../run/trust.ts";
import { type BootstrapChoices, bootstrapOf, type EngineChoices, type MeasureChoices } from "./choices.ts";
import { halfOfFreeMemory, openLibrary } from "../engine/library.ts";
import { type Bar, openBar } from "./progress.ts";

export interface FeatureLocation {
  /** A .npz or .safetensors file, or a folder of .npy files. */
  readonly container: string | undefined;
  /** Files by role; they come before those in the container. */
  readonly paths: { readonly [name in ArrayName]?: string | undefined };
}

export interface FeatureOptions extends EngineChoices, MeasureChoices, BootstrapChoices {
  /** Of the optimizer; without it unknown. */
  readonly weightDecay?: number | undefined;
}

const MEBIBYTE = 2 ** 20;

/** Throws where files are missing, do not fit each other, or need more memory than they may take. */
export async function measureFeatures(
  { container, paths }: FeatureLocation,
  asked: FeatureOptions,
): Promise<Result> {
  const { metrics = "default", weightDecay = null, device = "cpu", threads, memory = halfOfFreeMemory() } =
    asked;
  const files = await openFeatureFiles(await findArrays(container, paths));
  const chosen = select(metrics, { ood: files.ood !== null });
  const left = memory - leastMemory(files, memoryOf(chosen, files));
  if (left < 0) {
    const [needed, found] = [Math.ceil((memory - left) / MEBIBYTE), Math.floor(memory / MEBIBYTE)];
    throw new Error(
      `expected at least ${needed}M of memory for ${sizeOf(files)}, found ${found}M; ` +
        "raise --memory, or choose fewer --metrics",
    );
  }
  using library = openIfBuilt({ threads, device });
  using progress = passProgress();
  const input = sourcesOf(files, { memory: left / 2, library, device, onRows: progress.onRows });
  const options = { metrics, weightDecay, memory: left / 2 };
  const { values, outcomes } = await measure(input, options);
  const bootstrap = bootstrapOf(asked);
  const intervals = bootstrap === null ? {} : await resample(input, { ...bootstrap, ...options });
  const { metrics: trust } = trustOf(0, outcomes, { bootstrap, intervals });
  const source = container ?? Object.values(paths).filter((path) => path !== undefined).join(" ");
  return { title: sizeOf(files), source, images: null, notes: [], epoch: null, values, trust };
}

/** Without the native library the same numbers take longer. */
function openIfBuilt(options: { threads: number | undefined; device: string }): Library | null {
  try {
    return openLibrary(options);
  } catch (error) {
    if (options.device !== "cpu") throw error;
    console.error(`measuring in plain TypeScript: ${error instanceof Error ? error.message : error}`);
    return null;
  }
}

/** A bar for each pass over the samples of a split. */
function passProgress(): { onRows: OnRows } & Disposable {
  let bar: Bar | undefined;
  return {
    onRows({ split, rows, count }) {
      if (rows === 0) {
        bar?.[Symbol.dispose]();
        bar = openBar(count, { unit: "samples" });
      }
      bar?.update(rows, split);
    },
    [Symbol.dispose]: () => bar?.[Symbol.dispose](),
  };
}

function sizeOf({ train, test, ood, width, classes }: FeatureFiles): string {
  const counts = [["training", train], ["test", test], ["out-of-distribution", ood]] as const;
  const samples = counts.flatMap(([name, split]) => split ? [`${split.labels.length} ${name}`] : []).join(
    ", ",
  );
  return `${samples} samples of width ${width} in ${classes} classes`;
}
