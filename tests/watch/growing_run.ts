/** The folder of a run that grows as a test says: the synthetic run of the reports' tests, cut where it is. */
import { learningRate } from "../../src/experiment/schedule.ts";
import { makeFolder } from "../../src/files.ts";
import { writeFrame } from "../../src/run/geometry.ts";
import { writeLog } from "../../src/run/log.ts";
import { writeMetrics } from "../../src/run/metrics.ts";
import { type RunPaths, runPaths } from "../../src/run/paths.ts";
import { writeRun } from "../../src/run/run_json.ts";
import { framesAt } from "../report/synthetic_frames.ts";
import { LOG, MEASUREMENTS, RUN } from "../report/synthetic_run.ts";

const COLUMNS = Object.keys(MEASUREMENTS[0]!.values);

export interface GrowingRun {
  readonly paths: RunPaths;
  begin(): Promise<void>;
  /** Puts the log at an epoch. */
  trainTo(epoch: number): Promise<void>;
  /** Puts metrics.csv at the last checkpoint up to an epoch. */
  measureTo(epoch: number): Promise<void>;
  /** Keeps what the moving picture needs of the checkpoints up to an epoch. */
  drawTo(epoch: number): Promise<void>;
}

/** Nothing is there until `begin`. */
export async function growingRun(folder: string): Promise<GrowingRun> {
  const paths = runPaths(`${folder}/grows`);
  await makeFolder(paths.folder);
  return {
    paths,
    begin: () => writeRun(paths, RUN),
    trainTo: (last) =>
      writeLog(
        paths.log,
        LOG.slice(0, last).map((row) => ({ ...row, learning_rate: learningRate(row.epoch, RUN.protocol) })),
      ),
    measureTo: async (last) => {
      const measurements = MEASUREMENTS.filter(({ epoch }) => epoch <= last);
      await writeMetrics(paths.metrics, { metrics: COLUMNS, measurements });
    },
    drawTo: async (last) => {
      const epochs = MEASUREMENTS.map(({ epoch }) => epoch).filter((epoch) => epoch <= last);
      for (const frame of framesAt(epochs, null)) await writeFrame(paths, frame);
    },
  };
}
