/** `deno task report RUN`: rewrites the report of a run from its metrics.csv, trust.json, log.csv and run.json. */
import { basename } from "node:path";
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { readTextIfThere, removePartials } from "../files.ts";
import { writeReport } from "../report/report.ts";
import { readLog } from "../run/log.ts";
import { readMetrics } from "../run/metrics.ts";
import { lockRun } from "../run/lock.ts";
import { readTrust } from "../run/trust.ts";
import { commandLine } from "./command_line.ts";
import { linkTo, openPage } from "./page.ts";
import { reportFolder, requireRun } from "../run/places.ts";
import { runName } from "./options.ts";

export function reportCommand(): CommandUnknownOpts {
  const command = new Command("report")
    .description("rewrite the report of a run from its metrics.csv")
    .argument("<run>", "folder in runs/", runName)
    .option("--open", "open the report");
  return command.action(async (run, { open = false }) => {
    const page = await reportRun(run);
    console.error(`report: ${linkTo(page)}`);
    if (open) await openPage(page);
  });
}

/** Writes reports/<run>/ and returns the path of its page. */
export async function reportRun(run: string): Promise<string> {
  const { paths, record } = await requireRun(run);
  using _lock = await lockRun(paths, "reporting");
  const table = await readMetrics(paths.metrics, record.protocol.checkpoints);
  if (table === null || table.measurements.length === 0) {
    throw new Error(
      `expected measurements in ${paths.metrics}, found none; measure the run first: ` +
        `deno task validate ${record.protocol.dataset} --run ${run}`,
    );
  }
  const [log, trust] = [await readLog(paths.log, record.protocol), await readTrust(paths.trust)];
  const { epoch: last } = table.measurements.at(-1)!;
  if (log.length < last) {
    const { dataset } = record.protocol;
    console.error(
      `note: ${paths.log}: expected a row for each epoch up to ${last}, which is measured, found ${log.length}; ` +
        `lost rows are put back by ${commandLine("train", [dataset, "--run", run, "--resume"])}`,
    );
  }
  const files = new Map<string, string>();
  for (const path of [paths.metrics, paths.trust, paths.log, paths.record]) {
    const text = await readTextIfThere(path);
    if (text !== null) files.set(basename(path), text);
  }
  const folder = reportFolder(run);
  await removePartials(folder);
  await writeReport(folder, { run: record, measurements: table.measurements, log, trust, files });
  return `${folder}/index.html`;
}
