/** The report of files that were handed to the page: one document that holds all there is to read, and its tables. */
import configuration from "../../../deno.json" with { type: "json" };
import { firstSamples, type Frame, frameOf, MOST_CLASSES } from "../../collapse/geometry.ts";
import { measure } from "../../collapse/measure.ts";
import type { MeasureInput } from "../../collapse/measure.ts";
import { definitionsSections } from "../../report/definitions_page.ts";
import { definitionsData, reportData } from "../../report/embed.ts";
import { html } from "../../report/html.ts";
import { page } from "../../report/page.ts";
import { readingOf } from "../../report/report.ts";
import type { Elsewhere } from "../../report/reported.ts";
import type { NamedFrame } from "../../run/geometry.ts";
import { metricsText } from "../../run/metrics.ts";
import type { Measurement, TrustRecord } from "../../run/tables.ts";
import { trustOf } from "../../run/trust.ts";
import { blobStore } from "./blob_store.ts";
import { type EpochInput, inputOf } from "./inputs.ts";
import type { Asked, EpochFiles, Said } from "./messages.ts";

type Files = Extract<Asked, { epochs: unknown }>;

/** `tell` is called with how far it is. Throws, naming the file, where one cannot be measured or another shape comes. */
export async function siteReport(
  { epochs, notes, script }: Files,
  tell: (progress: string) => void,
): Promise<Extract<Said, { html: string }>> {
  const measurements: Measurement[] = [];
  const checkpoints: TrustRecord["checkpoints"][number][] = [];
  const frames: NamedFrame[] = [];
  let first: EpochInput | undefined;
  let last: EpochInput | undefined;
  for (const [done, { epoch, files }] of epochs.entries()) {
    const what = epochs.length === 1 ? "" : `epoch ${epoch} (${done + 1} of ${epochs.length}), `;
    last = await inputOf(
      files.map(({ path, file }) => blobStore(path, file)),
      ({ split, rows, count }) => tell(`measuring ${what}${split} samples ${rows} of ${count}`),
    );
    first ??= last;
    requireSame(first, last, files);
    const { values, outcomes } = await measure(last.input);
    measurements.push({ epoch, values });
    checkpoints.push(trustOf(epoch, outcomes));
    const frame = last.sampled ? await frameFrom(last.input, epoch) : null;
    if (frame !== null) frames.push({ ...frame, names: null });
  }
  tell("writing the report");
  const { samples, classes, width } = last!;
  const trust: TrustRecord = { format: 1, width, checkpoints };
  const run = subjectOf({ epochs, notes, samples, classes, width });
  return {
    html: documentOf({ run, measurements, trust, frames, script }),
    csv: metricsText({ metrics: Object.keys(measurements[0]!.values), measurements }),
    json: JSON.stringify({ ...run, measurements, trust }, null, 2),
  };
}

/** Curves of features of several widths or numbers of classes are none. */
function requireSame(first: EpochInput, next: EpochInput, files: EpochFiles["files"]): void {
  if (first.classes === next.classes && first.width === next.width) return;
  const size = ({ classes, width }: EpochInput) => `${classes} classes and width ${width}`;
  throw new Error(`${files[0]!.path}: expected ${size(first)}, as in the first epoch, found ${size(next)}`);
}

/** What the picture of an epoch is drawn from; null without a classifier, or of fewer than three classes. */
export async function frameFrom({ train, classifier }: MeasureInput, epoch: number): Promise<Frame | null> {
  const { width, classes } = train;
  if (!classifier || classes < 3) return null;
  const { counts, sums } = await train.classSums();
  const means = sums.map((sum, i) => sum / Math.max(1, counts[Math.floor(i / width)]!));
  const samples = await firstSamples(train.chunks(), Math.min(classes, MOST_CLASSES), width);
  return frameOf({ epoch, width, means, weight: Float64Array.from(classifier.weight), samples });
}

function subjectOf(
  { epochs, notes, samples, classes, width }: Pick<Files, "epochs" | "notes"> & {
    readonly samples: string;
    readonly classes: number;
    readonly width: number;
  },
): Elsewhere {
  const paths = epochs.flatMap(({ files }) => files.map(({ path }) => path));
  const sources = paths.length <= 3
    ? paths.join(", ")
    : `${paths[0]} to ${paths.at(-1)}, ${paths.length} in all`;
  return {
    name: "your features",
    samples,
    classes,
    epochs: epochs.map(({ epoch }) => epoch),
    mode: "Features were measured as they were exported.",
    lines: [
      ["Measured", samples],
      ["Classes, width of features", `${classes}, ${width}`],
      ["Sources", sources],
      ...notes.map((note) => ["Note", note] as const),
      ["Versions", `this tool ${configuration.version}, in a browser`],
    ],
    command: "",
    started: new Date().toISOString(),
  };
}

/** `measurements` ascend by epoch. */
function documentOf(
  { run, measurements, trust, frames, script }: {
    readonly run: Elsewhere;
    readonly measurements: readonly Measurement[];
    readonly trust: TrustRecord;
    readonly frames: readonly NamedFrame[];
    readonly script: string;
  },
): string {
  const { families, input } = readingOf(run, measurements, [], trust);
  const { context } = input;
  const [own, all] = [reportData(input, frames, run.classes), definitionsData(input, families)];
  return page({
    run,
    log: [],
    input,
    families,
    frames,
    dataFiles: [],
    definitions: definitionsSections({
      families,
      context,
      epochs: run.epochs,
      trusted: true,
      // The script draws them all.
      picture: () => html``,
    }, { files: false }),
    script: {
      code: script,
      // The ideals of the paper's figures are all 0: none of them is drawn as a distance for another's sake.
      data: { ...own, figures: [...own.figures, ...all.figures], ideals: { ...own.ideals, ...all.ideals } },
    },
  });
}
