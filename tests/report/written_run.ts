/** The run of synthetic_run.ts as files, for commands that read runs. */
import { learningRate } from "../../src/experiment/schedule.ts";
import { writeLog } from "../../src/run/log.ts";
import { writeMetrics } from "../../src/run/metrics.ts";
import { runPaths } from "../../src/run/paths.ts";
import { writeRun } from "../../src/run/run_json.ts";
import { LOG, MEASUREMENTS, RUN } from "./synthetic_run.ts";

/** Writes run.json, log.csv and metrics.csv to `folder`. */
export async function writeSyntheticRun(folder: string): Promise<void> {
  const paths = runPaths(folder);
  await Deno.mkdir(paths.folder, { recursive: true });
  await writeRun(paths, RUN);
  await writeLog(
    paths.log,
    LOG.map((row) => ({ ...row, learning_rate: learningRate(row.epoch, RUN.protocol) })),
  );
  await writeMetrics(paths.metrics, {
    metrics: Object.keys(MEASUREMENTS[0]!.values),
    measurements: MEASUREMENTS.slice(),
  });
}
