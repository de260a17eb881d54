/** Measures features or statistics of the epochs of a training, one after the other. */
import { type FeatureOptions, type FeatureProgress, measureFeatures } from "./measure_features.ts";
import { measureStatistics } from "./measure_statistics.ts";
import type { Result } from "./results.ts";
import type { EpochSubject, FeatureSubject } from "./subject.ts";

/** What is told while a series is measured. */
export interface SeriesProgress extends FeatureProgress {
  /** Called before each epoch, `done` of which are measured. */
  readonly onEpoch?: (epoch: { readonly path: string; readonly done: number }) => void;
  /** Called after each with all results so far, and awaited. */
  readonly onResults?: (results: readonly Result[], path: string) => Promise<void>;
}

/** Results in the order of the epochs. `signal` ends it before the next one, by throwing its reason. */
export async function measureSeries(
  epochs: readonly EpochSubject[],
  options: FeatureOptions,
  { signal, onEpoch, onResults, ...listening }: SeriesProgress & { readonly signal?: AbortSignal } = {},
): Promise<Result[]> {
  const results: Result[] = [];
  for (const [done, { epoch, path, subject }] of epochs.entries()) {
    signal?.throwIfAborted();
    onEpoch?.({ path, done });
    results.push({ ...await measureSubject(subject, options, listening), source: path, epoch });
    await onResults?.(results, path);
  }
  return results;
}

/** `files` name further files by role, for features alone. */
export async function measureSubject(
  subject: FeatureSubject,
  options: FeatureOptions,
  listening: FeatureProgress = {},
  files: Parameters<typeof measureFeatures>[0]["paths"] = {},
): Promise<Result> {
  return subject.kind === "features"
    ? await measureFeatures({ container: subject.container, paths: files }, options, listening)
    : await measureStatistics(subject.paths, options);
}
