/** Measures partial statistics, merged into those of the whole. */
import { memoryOf, select, type Selection } from "../collapse/catalogue.ts";
import { measure } from "../collapse/measure.ts";
import { halfOfFreeMemory } from "../engine/library.ts";
import type { Bootstrap } from "../run/tables.ts";
import { trustOf } from "../run/trust.ts";
import { leastMemoryOf, mergeFiles, openStatistics } from "../formats/statistics_files.ts";
import { arrayStore } from "./array_store.ts";
import { memoryLeft } from "./memory.ts";
import type { Result } from "./results.ts";

export interface StatisticsOptions {
  readonly metrics?: Selection | undefined;
  /** Of the optimizer; without it unknown. */
  readonly weightDecay?: number | undefined;
  /** Bytes to work in; by default half of what is free. */
  readonly memory?: number | undefined;
  /** Intervals by resampling: refused, for they take samples. */
  readonly bootstrap?: Bootstrap | null;
}

/** Throws where the files do not fit each other, or need more memory than they may take. */
export async function measureStatistics(
  paths: readonly string[],
  { metrics = "default", weightDecay, memory = halfOfFreeMemory(), bootstrap = null }: StatisticsOptions,
): Promise<Result> {
  if (bootstrap !== null) {
    throw new Error(`${paths[0]}: expected features, as --bootstrap resamples them, found statistics`);
  }
  const files = await openStatistics(paths.map(arrayStore));
  const { parts, classes, width } = files;
  const shape = `statistics of width ${width} in ${classes} classes`;
  memoryLeft(memory, leastMemoryOf(files, memoryOf(select(metrics, { ood: true }), files)), shape);
  const input = await mergeFiles(files);
  const { values, outcomes } = await measure(input, { metrics, weightDecay: weightDecay ?? null, memory });
  const counts = [["training", input.train], ["test", input.test], [
    "out-of-distribution",
    input.ood,
  ]] as const;
  const all = counts.flatMap(([name, source]) => source ? [`${source.count} ${name}`] : []);
  const samples = `${all.join(", ")} samples`;
  const merged = parts.length === 1 ? "" : `, merged from ${parts.length} files`;
  return {
    title: `${samples}, as ${shape}${merged}`,
    samples,
    classes,
    width,
    source: paths.join(" "),
    images: null,
    notes: [],
    epoch: null,
    values,
    trust: trustOf(0, outcomes).metrics,
  };
}
