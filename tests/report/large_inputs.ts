/** Reports and comparisons as large as they come, of numbers that a seed makes: 350 checkpoints with every column, hundreds of runs. */
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { idealOf, type Metric, select } from "../../src/collapse/catalogue.ts";
import type { ComparedRun } from "../../src/report/compare.ts";
import { definitionsPage } from "../../src/report/definitions_page.ts";
import { picturesBeside } from "../../src/report/definitions_picture.ts";
import { definitionsData, reportData } from "../../src/report/embed.ts";
import { page } from "../../src/report/page.ts";
import type { PageData } from "../../src/report/page_data.ts";
import { readPageScript } from "../../src/report/page_script.ts";
import { readingOf } from "../../src/report/report.ts";
import type { NamedFrame } from "../../src/run/geometry.ts";
import type { Measurement, Trust, TrustRecord } from "../../src/run/tables.ts";
import { framesAt } from "./synthetic_frames.ts";
import { LOG, MEASUREMENTS, RUN } from "./synthetic_run.ts";

const [CLASSES, WIDTH] = [RUN.dataset.classes, 512];
/** Checkpoints with each epoch, and columns as `--metrics all` measures them. */
export const EVERY_EPOCH: readonly number[] = LOG.map(({ epoch }) => epoch);
const ALL = select("all");

export interface LargeRun {
  readonly measurements: readonly Measurement[];
  readonly trust: TrustRecord;
}

/** A run of which all columns were measured after every epoch, with all that trust.json says. `replicates` asks for intervals. */
export function largeRun({ seed = 1, replicates = 0 } = {}): LargeRun {
  const random = noise(seed);
  const checkpoints: TrustRecord["checkpoints"][number][] = [];
  const measurements = EVERY_EPOCH.map((epoch) => {
    const values: Record<string, number | null> = {};
    const metrics: Record<string, Trust> = {};
    for (const metric of ALL) {
      // Classes are of equal size: around the mean of their means each is what it is around that of all.
      const namesake = metric.classCentred ? values[metric.name.replace("_class_centred", "")] ?? null : null;
      const value = namesake ?? valueOf(metric, epoch, random());
      const trust = trustOf(metric, epoch, value, random(), replicates);
      values[metric.name] = trust.undefined === undefined ? value : null;
      if (Object.keys(trust).length > 0) metrics[metric.name] = trust;
    }
    checkpoints.push({ epoch, bootstrap: null, metrics });
    return { epoch, values };
  });
  return { measurements, trust: { format: 1, width: WIDTH, checkpoints } };
}

/** Its two pages by name, as a report has them, with all that they hold. */
export async function largePages({ replicates = 0 } = {}): Promise<ReadonlyMap<string, string>> {
  const { measurements, trust } = largeRun({ replicates });
  return pagesOf({ measurements, trust, frames: framesAt(EVERY_EPOCH, null) }, await readPageScript());
}

/** The two pages of a report, without the pictures beside them, which take longer to draw than all else. */
export function pagesOf(
  { measurements, trust = null, frames = [] }: {
    readonly measurements: readonly Measurement[];
    readonly trust?: TrustRecord | null;
    readonly frames?: readonly NamedFrame[];
  },
  code: string | null,
): ReadonlyMap<string, string> {
  const { input, families } = readingOf(RUN, measurements, LOG, trust);
  const scriptFor = (data: PageData) => code === null ? null : { code, data };
  const script = scriptFor(definitionsData(input, families));
  const { context } = input;
  return new Map([
    [
      "index",
      page({
        run: RUN,
        log: LOG,
        input,
        families,
        frames,
        dataFiles: ["metrics.csv"],
        script: scriptFor(reportData(input, frames, CLASSES)),
      }),
    ],
    [
      "definitions",
      definitionsPage({
        families,
        context,
        epochs: measurements.map(({ epoch }) => epoch),
        trusted: trust !== null,
        script,
        picture: picturesBeside(families, script),
      }),
    ],
  ]);
}

/** Falls towards the value at collapse, each value with all of its digits. */
function valueOf(metric: Metric, epoch: number, random: number): number {
  if (metric.family === "accuracy") return 100 - 60 * Math.exp(-epoch / 18) * (1 + 0.01 * random);
  const ideal = idealOf(metric, CLASSES, WIDTH) ?? 0;
  return ideal + Math.exp(-epoch / 40) * (1 + 0.1 * random) + 0.01 * (1 + 0.3 * random);
}

/** Of those that invert: rank and sensitivity. The first epochs of one in ten are not defined. */
function trustOf({ name }: Metric, epoch: number, value: number, random: number, replicates: number): Trust {
  const early = name.length % 10 === 0 && epoch < 5;
  const inverse = /^within_class_variation|^nc1_(svd|pinv|class_centred)/.test(name);
  return {
    ...early && { undefined: `fewer than ${CLASSES} modes are left at epoch ${epoch}` },
    ...inverse && {
      rank: {
        tolerance: 1e-13 * (1 + random),
        kept: CLASSES - 1,
        of: CLASSES - 1,
        condition: 400 * (1 + random),
      },
      sensitivity: {
        readings: [1e-8, 1e-6, 1e-3].map((tolerance) => ({ tolerance, value, kept: CLASSES - 1 })),
        spread: 1,
        verdict: epoch < 10 ? "sensitive" : "stable",
      },
    },
    ...replicates > 0 && !early && { interval: { low: value * 0.97, high: value * 1.04, replicates } },
  };
}

/** `count` runs of 71 checkpoints with the columns of the figures; `seeds` each of one recipe. */
export function manyRuns(count: number, { seeds = 1 } = {}): readonly ComparedRun[] {
  return Array.from({ length: count }, (_, i) => {
    const random = noise(i + 1);
    const recipe = Math.floor(i / seeds);
    const training = { ...RUN.protocol.training, seed: i % seeds, batchSize: 64 + recipe };
    return {
      name: `batch-size=${64 + recipe},seed=${i % seeds}`,
      record: { ...RUN, protocol: { ...RUN.protocol, training } },
      measurements: MEASUREMENTS.map(({ epoch, values }) => ({
        epoch,
        values: Object.fromEntries(
          Object.entries(values).map(([column, value]) => [column, value! * (1 - 0.05 * (1 + random()))]),
        ),
      })),
      trust: null,
      log: LOG,
    };
  });
}

/** Numbers in -1 to 1. */
function noise(seed: number): () => number {
  const random = xoroshiro128plus(seed);
  return () => random.next() / 2 ** 31;
}
