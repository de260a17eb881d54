/** `deno task demo`: a network collapses on the embedded drawn images; trained, measured and drawn in minutes. */
import { resolve } from "node:path";
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Measurement } from "../record.ts";
import { readMetrics } from "../train/metrics.ts";
import { readRun } from "../train/run.ts";
import { commandLine } from "./command_line.ts";
import { pathsOfRun, reportFolder, requireRun } from "./places.ts";
import { runTraining } from "./training.ts";
import { runValidation } from "./validate.ts";

const DATASET = "Drawn10";
const RUN = "demo";

/** What the closing table shows: metrics of metrics.csv, in words. */
const SHOWN = {
  train_accuracy: "training accuracy, %",
  within_class_variation: "within-class variation (NC1)",
  equinorm_means: "equinorm of class means (NC2)",
  maxangle_means: "angles off the simplex (NC2)",
  self_duality: "distance of W from class means (NC3)",
  ncc_mismatch: "mismatch with nearest centre (NC4)",
} as const;

export function demoCommand(): CommandUnknownOpts {
  const command = new Command("demo")
    .description("train, measure and report on an embedded drawn data set; a few minutes");
  return command.action(async () => {
    const resume = await readRun(pathsOfRun(RUN)) !== null;
    const line = commandLine("train", [DATASET, "--run", RUN]);
    const code = await runTraining({ dataset: DATASET, run: RUN, resume, overrides: {}, command: line });
    if (code !== 0) {
      Deno.exitCode = code;
      return;
    }
    await runValidation({ dataset: DATASET, run: RUN });
    const { paths, record } = await requireRun(RUN);
    const table = await readMetrics(paths.metrics, record.protocol.checkpoints);
    console.log(beforeAndAfter(table!.measurements));
    console.log(`\nAll figures: ${resolve(reportFolder(RUN), "index.html")}`);
  });
}

function beforeAndAfter(measurements: readonly Measurement[]): string {
  const ends = [measurements[0]!, measurements.at(-1)!];
  const width = Math.max(...Object.values(SHOWN).map((text) => text.length));
  const row = (title: string, cells: readonly string[]) =>
    [title.padEnd(width), ...cells.map((cell) => cell.padStart(10))].join("  ");
  const rows = Object.entries(SHOWN).map(([metric, title]) =>
    row(title, ends.map(({ values }) => values[metric]?.toPrecision(3) ?? "–"))
  );
  return ["", row("", ends.map(({ epoch }) => `epoch ${epoch}`)), ...rows].join("\n");
}
