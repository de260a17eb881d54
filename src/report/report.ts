/** Writes the report of a run: its two pages, the figures and overviews as SVG and PNG, the data beside them. */
import { makeFolder, writeWhole } from "../files.ts";
import type { LogRow, Measurement, TrustRecord } from "../run/tables.ts";
import type { RunRecord } from "../experiment/run_record.ts";
import { chart } from "./chart.ts";
import { columnsText } from "./columns.ts";
import { compareDefinitions } from "./comparison.ts";
import { definitionsPage } from "./definitions_page.ts";
import { definitionsPicture } from "./definitions_picture.ts";
import { figuresOf } from "./figures.ts";
import { overview } from "./overview.ts";
import { page } from "./page.ts";
import { renderPng, renderSvg } from "./render.ts";
import { contextOf, lastStretch } from "./terminal.ts";

export interface ReportContent {
  readonly run: RunRecord;
  /** At least one; any order. */
  readonly measurements: readonly Measurement[];
  /** Every epoch trained, or empty where the log is not at hand. */
  readonly log: readonly LogRow[];
  /** What trust.json says, or null where it is not at hand. */
  readonly trust?: TrustRecord | null;
  /** Texts of the run's files by name, copied beside the page and linked from it in this order. */
  readonly files?: ReadonlyMap<string, string>;
}

/**
 * Writes index.html and definitions.html, Figure1_Top1_Accuracy.svg|png to Figure7_NN_Mismatch.svg|png,
 * overview.svg|png, definitions.svg|png and columns.json into `folder`, which is created where it is missing. Each file appears whole
 * or not at all, the pages last. Throws where nothing was measured or `folder` cannot be written.
 */
export async function writeReport(folder: string, content: ReportContent): Promise<void> {
  const { run, log, trust = null, files = new Map<string, string>() } = content;
  const measurements = content.measurements.toSorted((a, b) => a.epoch - b.epoch);
  if (measurements.length === 0) {
    throw new Error("expected at least one measured checkpoint, found none: measure the run first");
  }
  const context = contextOf(run, log, measurements);
  const epochs = measurements.map(({ epoch }) => epoch);
  const window = lastStretch(context.phase);
  const { classes } = run.dataset;
  const families = compareDefinitions({ measurements, trust, classes, window });
  const pictures = new Map(
    figuresOf(measurements).map((figure) => [figure.file, renderSvg(chart(figure, measurements, context))]),
  );
  pictures.set("overview", overview(measurements, context, trust));
  pictures.set("definitions", definitionsPicture(families, context, epochs.at(-1)!));

  await makeFolder(folder);
  for (const [name, svg] of pictures) {
    await writeWhole(`${folder}/${name}.svg`, svg);
    await writeWhole(`${folder}/${name}.png`, await renderPng(svg));
  }
  const beside = new Map([...files, ["columns.json", columnsText({ measurements, classes, trust })]]);
  for (const [name, text] of beside) await writeWhole(`${folder}/${name}`, text);
  await writeWhole(
    `${folder}/definitions.html`,
    definitionsPage({ families, context, epochs, trusted: trust !== null }),
  );
  await writeWhole(
    `${folder}/index.html`,
    page({ run, measurements, log, trust, families, context, pictures, dataFiles: [...beside.keys()] }),
  );
}
