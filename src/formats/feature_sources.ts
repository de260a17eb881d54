/** Features in files as sources for `measure`, some rows at a time, within a bound on memory. */
import { type StreamShape, streamSource } from "../collapse/array_source.ts";
import type { MeasureInput } from "../collapse/measure.ts";
import type { FeatureChunk, FeatureSource } from "../collapse/source.ts";
import { readRows } from "./array_file.ts";
import type { FeatureFiles, SplitFile } from "./feature_files.ts";

const MAX_CHUNK = 2 ** 25;
/** A chunk as read, widened to at most twice its bytes, and copied by native. */
const COPIES = 4;
const FLOAT64_BYTES = 8;
const LABEL_BYTES = 4;

/** How far a pass over a split has come. */
export type OnRows = (
  pass: { readonly split: string; readonly rows: number; readonly count: number },
) => void;

export interface SourceOptions {
  /** Bytes for features. */
  readonly memory: number;
  /** Takes the sums; by default in plain TypeScript. */
  readonly stream?: (open: () => AsyncIterable<FeatureChunk>, shape: StreamShape) => FeatureSource;
  readonly onRows?: OnRows;
}

/**
 * Sources that read the files again on every pass, for `measure`. Beside what it needs for the statistics, no more
 * than `memory` bytes are held at a time.
 */
export function sourcesOf(
  { width, classes, train, test, ood, oodSets, classifier }: FeatureFiles,
  { memory, stream = streamSource, onRows = () => {} }: SourceOptions,
): MeasureInput {
  const rows = Math.max(1, Math.floor(Math.min(MAX_CHUNK, memory / COPIES) / (width * FLOAT64_BYTES)));
  const source = (file: SplitFile, split: string): FeatureSource => {
    const count = file.labels.length;
    return stream(() => chunks(file, rows, (done) => onRows({ split, rows: done, count })), {
      count,
      width,
      classes,
    });
  };
  return {
    train: source(train, "training"),
    test: test && source(test, "test"),
    ood: ood && source(ood, "out-of-distribution"),
    oodSets: Object.fromEntries(
      Object.entries(oodSets).map(([set, file]) => [set, source(file, `out-of-distribution ${set}`)]),
    ),
    classifier,
  };
}

/** Bytes that measuring these files needs at least: samples that are being read, labels, and `statistics` (bytes). */
export function leastMemory({ width, train, test, ood, oodSets }: FeatureFiles, statistics: number): number {
  const samples = [train, test, ood, ...Object.values(oodSets)].reduce(
    (sum, split) => sum + (split?.labels.length ?? 0),
    0,
  );
  return statistics + FLOAT64_BYTES * COPIES * width + LABEL_BYTES * samples;
}

async function* chunks(
  { features, labels }: SplitFile,
  rows: number,
  onRows: (done: number) => void,
): AsyncGenerator<FeatureChunk> {
  let first = 0;
  for await (const numbers of readRows(features, rows)) {
    onRows(first);
    yield { features: numbers, labels: labels.subarray(first, first + rows) };
    first += rows;
  }
}
