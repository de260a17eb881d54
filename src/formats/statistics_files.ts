/**
 * Partial statistics in .npz files: each brings those of its samples, and all are merged into those of the whole.
 * Names and shapes: src/collapse/STATISTICS.md, which a test holds against this file.
 */
import type { ClassifierInput, MeasureInput } from "../collapse/measure.ts";
import type { ClassSums, DecisionCounts, FeatureSource } from "../collapse/source.ts";
import { addSums, MergedStatistics, type SplitStatistics, statisticsSource } from "../collapse/statistics.ts";
import { openArrays } from "./array_file.ts";
import type { ByteStore } from "./byte_store.ts";
import { arrayOf, counts, countsIfThere, numbers, type Part } from "./statistics_arrays.ts";

/** The array whose presence makes a .npz file one of statistics, and whose value is the version of the format. */
const MARKER = "collapse_statistics";
export const VERSION = 1;

const SPLITS = ["train", "test"] as const;
type SplitName = (typeof SPLITS)[number];
const DECISIONS = ["classifierCorrect", "centreCorrect", "agreement", "agreementWithoutBias"] as const;
/** Sums over the same samples may differ by so much, relative to their size. */
const ROUNDING = 1e-6;
const FLOAT64_BYTES = 8;
/** Statistics that are held at a time: merged ones of two splits, and those of a part. */
const HELD = 3;

/** All arrays that a file of statistics may hold. */
export const STATISTICS_NAMES = [
  MARKER,
  ...SPLITS.flatMap((split) =>
    ["counts", "sums", "deviations", "scatter", "correct", "decisions"].map((name) => `${split}_${name}`)
  ),
  "centres",
  "ood_count",
  "ood_sum",
  "weight",
  "bias",
] as const;

export interface StatisticsFiles {
  readonly parts: readonly Part[];
  /** C. */
  readonly classes: number;
  /** d. */
  readonly width: number;
}

/** Whether a file is one of statistics. Throws, naming it, where it is not there, damaged or of another format. */
export async function holdsStatistics(store: ByteStore): Promise<boolean> {
  return store.path.endsWith(".npz") && (await openArrays(store, [MARKER])).has(MARKER);
}

/** Opens the parts and checks that they are of one shape and version. Reads no statistics. */
export async function openStatistics(stores: readonly ByteStore[]): Promise<StatisticsFiles> {
  const parts: Part[] = [];
  for (const store of stores) {
    const { path } = store;
    const part = { path, arrays: await openArrays(store, STATISTICS_NAMES) };
    if (!part.arrays.has(MARKER)) {
      throw new Error(`${path}: expected statistics, as several files are merged, found no ${MARKER}`);
    }
    const version = (await counts(part, MARKER, []))[0];
    if (version !== VERSION) {
      throw new Error(`${path}: expected statistics of version ${VERSION}, found version ${version}`);
    }
    parts.push(part);
  }
  const [first] = parts as [Part, ...Part[]];
  const shape = arrayOf(first, "train_sums").shape;
  const [classes = 0, width = 0] = shape;
  if (shape.length !== 2 || classes < 2 || width < 1) {
    throw new Error(
      `${first.path} (train_sums): expected classes × width, found shape (${shape.join(", ")})`,
    );
  }
  return { parts, classes, width };
}

/** Bytes that measuring statistics of these sizes needs at least, `statistics` of them for what metrics read. */
export function leastMemoryOf({ classes, width }: StatisticsFiles, statistics: number): number {
  return statistics + HELD * FLOAT64_BYTES * (width ** 2 + 2 * classes * width);
}

/** The statistics of all parts together, as sources for `measure`. */
export async function mergeFiles(files: StatisticsFiles): Promise<MeasureInput> {
  const train = await mergeSplit(files, "train");
  const test = await mergeSplit(files, "test");
  if (train === null) throw new Error(`${files.parts[0]!.path}: expected statistics of the training split`);
  return {
    train: statisticsSource(train),
    test: test && statisticsSource(test),
    ood: await mergeForeign(files),
    classifier: await classifierOf(files),
  };
}

/** Means first: one reading of the sums of all parts, then one of each part's second moments. */
async function mergeSplit(files: StatisticsFiles, split: SplitName): Promise<SplitStatistics | null> {
  const having = files.parts.filter(({ arrays }) => arrays.has(`${split}_sums`));
  if (having.length === 0) return null;
  let sums: ClassSums | null = null;
  for (const part of having) {
    const own = await sumsOf(part, split, files);
    sums = sums === null ? own : addSums(sums, own);
  }
  const merged = new MergedStatistics(sums!);
  for (const part of having) merged.add(await splitOf(part, split, files));
  return merged.finish();
}

async function sumsOf(part: Part, split: SplitName, { classes, width }: StatisticsFiles): Promise<ClassSums> {
  const samples = await counts(part, `${split}_counts`, [classes]);
  return {
    counts: Float64Array.from(samples),
    sums: await numbers(part, `${split}_sums`, [classes, width]),
  };
}

async function splitOf(part: Part, split: SplitName, files: StatisticsFiles): Promise<SplitStatistics> {
  const { classes, width } = files;
  const sums = await sumsOf(part, split, files);
  const samples = sums.counts.reduce((a, b) => a + b);
  const deviations = await numbers(part, `${split}_deviations`, [classes]);
  const scatter = await numbers(part, `${split}_scatter`, [width, width]);
  requireSound(part, split, { ...sums, deviations, scatter, width });
  const [correct = null] = await countsIfThere(part, `${split}_correct`, [], samples);
  const decided = await countsIfThere(part, `${split}_decisions`, [DECISIONS.length], samples);
  return {
    ...sums,
    deviations,
    scatter,
    correct,
    decisions: decided.length === 0 ? null : {
      counts: Object.fromEntries(
        DECISIONS.map((name, i) => [name, decided[i]!]),
      ) as unknown as DecisionCounts,
      centres: await numbers(part, "centres", [classes, width]),
    },
  };
}

/**
 * Sums of squares are not negative, the scatter is symmetric with entries that its diagonal bounds, and its trace is the
 * sum of the deviations; all but for rounding, which is that of class means where features have collapsed onto them. Where
 * features were NaN all of that may be, too: the sums say so.
 */
function requireSound(
  { path }: Part,
  split: SplitName,
  { counts, sums, deviations, scatter, width }:
    & Omit<SplitStatistics, "correct" | "decisions">
    & { width: number },
): void {
  if (!sums.every(Number.isFinite)) return;
  const wrong = deviations.find((x) => !(x >= 0));
  if (wrong !== undefined) {
    throw new Error(`${path} (${split}_deviations): expected sums of squares, found ${wrong}`);
  }
  const diagonal = Float64Array.from({ length: width }, (_, k) => scatter[k * width + k]!);
  const [trace, sum] = [diagonal, deviations].map((terms) => terms.reduce((a, b) => a + b, 0)) as [
    number,
    number,
  ];
  const least = roundingOf({ counts, sums }, width);
  if (!(Math.abs(trace - sum) <= ROUNDING * sum + least.reduce((a, b) => a + b))) {
    throw new Error(
      `${path} (${split}_scatter): expected the sum of ${split}_deviations, ${sum}, as its trace, found ${trace}`,
    );
  }
  const unsound = scatter.findIndex((x, at) => {
    const [i, j] = [Math.floor(at / width), at % width];
    const [a, b] = [i, j].map((k) => Math.max(0, diagonal[k]!) + least[k]!) as [number, number];
    const bound = Math.sqrt(a * b);
    return !(Math.abs(x) <= (1 + ROUNDING) * bound &&
      Math.abs(x - scatter[j * width + i]!) <= ROUNDING * bound);
  });
  if (unsound >= 0) {
    throw new Error(
      `${path} (${split}_scatter): expected sums of squares and products, symmetric, found ${
        scatter[unsound]
      }`,
    );
  }
}

/** What a sum of squares around class means may be off by, for each direction: N·(a few √N·ε of its class means)². */
function roundingOf({ counts, sums }: ClassSums, width: number): Float64Array {
  const samples = counts.reduce((a, b) => a + b);
  const least = new Float64Array(width);
  sums.forEach((sum, at) => {
    const count = counts[Math.floor(at / width)]!;
    if (count > 0) least[at % width]! += samples * (8 * Number.EPSILON * sum) ** 2 / count;
  });
  return least;
}

/** Of out-of-distribution features only the mean is kept: a class of its own, of the same width. */
async function mergeForeign({ parts, width }: StatisticsFiles): Promise<FeatureSource | null> {
  const having = parts.filter(({ arrays }) => arrays.has("ood_sum"));
  if (having.length === 0) return null;
  const sums = { counts: new Float64Array(1), sums: new Float64Array(width) };
  for (const part of having) {
    sums.counts[0]! += (await counts(part, "ood_count", []))[0]!;
    (await numbers(part, "ood_sum", [width])).forEach((x, k) => sums.sums[k]! += x);
  }
  return statisticsSource(new MergedStatistics(sums).finish());
}

/** The classifier that all parts hold, or null where none does. Throws where they hold different ones. */
async function classifierOf(
  { parts, classes, width }: StatisticsFiles,
): Promise<ClassifierInput | null> {
  const read = async (part: Part) => ({
    weight: part.arrays.has("weight") ? await numbers(part, "weight", [classes, width]) : null,
    bias: part.arrays.has("bias") ? await numbers(part, "bias", [classes]) : null,
  });
  const [first, ...others] = parts as [Part, ...Part[]];
  const { weight, bias } = await read(first);
  for (const part of others) {
    const other = await read(part);
    for (
      const [name, own, found] of [["weight", weight, other.weight], ["bias", bias, other.bias]] as const
    ) {
      if (own?.length === found?.length && (own?.every((x, i) => Object.is(x, found![i])) ?? true)) continue;
      throw new Error(`${part.path}: expected the ${name} of ${first.path}, found another`);
    }
  }
  if (bias !== null && weight === null) throw new Error(`${first.path}: expected a weight beside the bias`);
  return weight && { weight, bias };
}
