/** Writes the report of a run: its two pages, the figures and overviews as SVG and PNG, the data beside them. */
import { makeFolder, writeWhole } from "../files.ts";
import type { LogRow, Measurement, TrustRecord } from "../run/tables.ts";
import { chart } from "./chart.ts";
import { columnsText } from "./columns.ts";
import { compareDefinitions, type FamilyComparison } from "./comparison.ts";
import type { FigureInput } from "./curve_cards.ts";
import { definitionsPage } from "./definitions_page.ts";
import { definitionsPicture, picturesBeside } from "./definitions_picture.ts";
import type { NamedFrame } from "../run/geometry.ts";
import { geometryMoving } from "./geometry_moving.ts";
import { geometryStrip } from "./geometry_section.ts";
import type { LayerRow } from "../run/layers.ts";
import { layersPicture } from "./layers_section.ts";
import { figuresOf, inReadingOrder } from "./figures.ts";
import { sheetOf } from "./grid.ts";
import { overview } from "./overview.ts";
import { page } from "./page.ts";
import { definitionsData, reportData } from "./embed.ts";
import type { PageData } from "./page_data.ts";
import { writePicture } from "./picture_files.ts";
import { renderSvg } from "./render.ts";
import { reliabilityPicture } from "./reliability_section.ts";
import { rowsOf } from "./rows.ts";
import { classesOf, type Reported } from "./reported.ts";
import { contextOf, lastStretch } from "./terminal.ts";
import { SIZES } from "./tokens.ts";
import { viewOf } from "./view.ts";

/** Pixels a px of pictures that are large enough without twice as many. */
const PIXELS: Readonly<Record<string, number>> = { definitions: 1 };

export interface ReportContent {
  readonly run: Reported;
  /** At least one; any order. */
  readonly measurements: readonly Measurement[];
  /** Every epoch trained, or empty where the log is not at hand. */
  readonly log: readonly LogRow[];
  /** What trust.json says, or null where it is not at hand. */
  readonly trust?: TrustRecord | null;
  /** What measuring kept for the moving picture, ascending by epoch; empty where it was not asked for. */
  readonly frames?: readonly NamedFrame[];
  /** What layers.csv holds, by epoch, then layer; empty where it was not asked for. */
  readonly layers?: readonly LayerRow[];
  /** Epochs of `layers` that are drawn as curves; a few where it is left out. */
  readonly layerEpochs?: readonly number[] | undefined;
  /** The bundled script of src/explore, or null for pages that only show. */
  readonly script?: string | null;
  /** Texts of the run's files by name, copied beside the page and linked from it in this order. */
  readonly files?: ReadonlyMap<string, string>;
}

/**
 * Writes index.html and definitions.html, Figure1_Top1_Accuracy.svg|png to Figure8_Norms.svg|png,
 * overview.svg|png, definitions.svg|png and columns.json into `folder`, which is created where it is missing. Each file appears whole
 * or not at all, the pages last; pictures that are there already stay. Throws where nothing was measured or `folder` cannot be written.
 */
export async function writeReport(folder: string, content: ReportContent): Promise<void> {
  const { run, log, trust = null, files = new Map<string, string>(), script = null, frames = [] } = content;
  const { layers = [], layerEpochs } = content;
  const measurements = content.measurements.toSorted((a, b) => a.epoch - b.epoch);
  if (measurements.length === 0) {
    throw new Error("expected at least one measured checkpoint, found none: measure the run first");
  }
  const { families, input } = readingOf(run, measurements, log, trust);
  const { context } = input;
  await makeFolder(folder);
  const pictures = picturesOf(input, families);
  const strip = geometryStrip(frames, classesOf(run), `${context.run}: features closing on a simplex`);
  if (strip !== null) pictures.set("geometry", strip);
  const layered = layersPicture(layers, `${context.run}: layer by layer`, layerEpochs);
  if (layered !== null) pictures.set("layers", layered);
  const reliability = reliabilityPicture(trust, `${context.run}: reliability`);
  if (reliability !== null) pictures.set("reliability", reliability);
  for (const [name, svg] of pictures) {
    await writePicture(`${folder}/${name}`, svg, { scale: PIXELS[name] ?? 2 });
  }
  const moving = geometryMoving(frames, classesOf(run));
  if (moving !== null) await writeWhole(`${folder}/geometry_moving.svg`, moving);
  const beside = new Map([
    ...files,
    ["columns.json", columnsText({ run, measurements, trust })],
  ]);
  for (const [name, text] of beside) await writeWhole(`${folder}/${name}`, text);
  const scriptFor = (data: PageData) => script === null ? null : { code: script, data };
  const epochs = measurements.map(({ epoch }) => epoch);
  const definitionsScript = scriptFor(definitionsData(input, families));
  await writeWhole(
    `${folder}/definitions.html`,
    definitionsPage({
      families,
      context,
      epochs,
      trusted: trust !== null,
      script: definitionsScript,
      picture: picturesBeside(families, definitionsScript),
    }),
  );
  await writeWhole(
    `${folder}/index.html`,
    page({
      run,
      log,
      input,
      families,
      dataFiles: [...beside.keys()],
      script: scriptFor(reportData(input, frames, classesOf(run))),
      frames,
      layers,
      layerEpochs,
    }),
  );
}

/** What the pages and pictures of a run are made from. `measurements` ascend by epoch. */
export function readingOf(
  run: Reported,
  measurements: readonly Measurement[],
  log: readonly LogRow[],
  trust: TrustRecord | null,
): { readonly families: readonly FamilyComparison[]; readonly input: FigureInput } {
  const context = contextOf(run, log, measurements);
  const classes = classesOf(run);
  const families = compareDefinitions({ measurements, trust, classes, window: lastStretch(context.phase) });
  const verdicts = new Map(
    families.flatMap(({ definitions }) => definitions.flatMap(({ readings }) => readings))
      .flatMap(({ metric, verdict }) => verdict === null ? [] : [[metric.name, verdict]]),
  );
  const view = viewOf(run, measurements, log, context);
  return {
    families,
    input: {
      measurements,
      rows: rowsOf(context.run, measurements, trust),
      trust,
      context,
      view,
      figures: inReadingOrder(figuresOf(measurements)),
      verdicts,
      lastEpoch: view.lastEpoch,
    },
  };
}

/** Standalone SVGs by file name without extension. */
export function picturesOf(input: FigureInput, families: readonly FamilyComparison[]): Map<string, string> {
  const { figures, rows, view, context } = input;
  const pictures = new Map(
    figures.map((figure) => [
      figure.file,
      sheetOf({
        svg: renderSvg(chart(figure, rows, { ...view, size: SIZES.file })),
        title: figure.title,
        subtitle: `${context.dataset}, ${context.network}`,
      }, SIZES.file),
    ]),
  );
  pictures.set("overview", overview(input));
  pictures.set("definitions", definitionsPicture(families, rows, context, view));
  return pictures;
}
