/** Runs that cost nothing: the folder as a training of one epoch would leave it. */
import { learningRate } from "../../src/experiment/schedule.ts";
import { resolveProtocol } from "../../src/experiment/protocol.ts";
import type { Protocol } from "../../src/experiment/parts.ts";
import { makeFolder } from "../../src/files.ts";
import { writeLog } from "../../src/run/log.ts";
import { runPaths } from "../../src/run/paths.ts";
import { writeRun } from "../../src/run/run_json.ts";
import { LOG, RUN } from "../report/synthetic_run.ts";

export function protocolOfTest(seed: number): Protocol {
  return resolveProtocol("Drawn10", { training: { epochs: 1, seed } });
}

/** Writes run.json and a whole log. */
export async function finishRun(folder: string, protocol: Protocol): Promise<void> {
  const paths = runPaths(folder);
  await makeFolder(folder);
  await writeRun(paths, { ...RUN, protocol });
  const rows = LOG.slice(0, protocol.training.epochs);
  await writeLog(
    paths.log,
    rows.map((row) => ({ ...row, learning_rate: learningRate(row.epoch, protocol) })),
  );
}
