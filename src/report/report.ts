/** Writes the report of a run: the page, the seven figures and their overview as SVG and PNG, the data beside them. */
import { writeWhole } from "../files.ts";
import type { LogRow, Measurement, RunRecord } from "../record.ts";
import { chart } from "./chart.ts";
import { FIGURES } from "./figures.ts";
import { overview } from "./overview.ts";
import { page } from "./page.ts";
import { renderPng, renderSvg } from "./render.ts";
import { contextOf } from "./terminal.ts";

export interface ReportContent {
  readonly run: RunRecord;
  /** At least one; any order. */
  readonly measurements: readonly Measurement[];
  /** Every epoch trained, or empty where the log is not at hand. */
  readonly log: readonly LogRow[];
  /** Text of metrics.csv and log.csv, copied beside the page and linked from it where given. */
  readonly metricsCsv?: string;
  readonly logCsv?: string;
}

/**
 * Writes index.html, Figure1_Top1_Accuracy.svg|png to Figure7_NN_Mismatch.svg|png and overview.svg|png into `folder`,
 * which is created where it is missing. Each file appears whole or not at all, the page last.
 * Throws where nothing was measured or `folder` cannot be written.
 */
export async function writeReport(folder: string, content: ReportContent): Promise<void> {
  const { run, log, metricsCsv, logCsv } = content;
  const measurements = content.measurements.toSorted((a, b) => a.epoch - b.epoch);
  if (measurements.length === 0) {
    throw new Error("expected at least one measured checkpoint, found none: measure the run first");
  }
  const context = contextOf(run, log, measurements);
  const pictures = new Map(
    FIGURES.map((figure) => [figure.file, renderSvg(chart(figure, measurements, context))]),
  );
  pictures.set("overview", overview(measurements, context));
  const data = Object.entries({ "metrics.csv": metricsCsv, "log.csv": logCsv }).filter((entry) =>
    entry[1] !== undefined
  );

  await Deno.mkdir(folder, { recursive: true });
  for (const [name, svg] of pictures) {
    await writeWhole(`${folder}/${name}.svg`, svg);
    await writeWhole(`${folder}/${name}.png`, await renderPng(svg));
  }
  for (const [name, text] of data) await writeWhole(`${folder}/${name}`, text!);
  const dataFiles = data.map(([name]) => name);
  await writeWhole(`${folder}/index.html`, page({ run, measurements, log, context, pictures, dataFiles }));
}
