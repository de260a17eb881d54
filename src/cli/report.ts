/** `deno task report RUN`: rewrites the report of a run from its metrics.csv, trust.json, log.csv and run.json. */
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { epochs, nonEmpty, runName, RUNS_HELP } from "./options.ts";
import { linkTo, openPage } from "./page.ts";
import { note } from "./progress.ts";

export function reportCommand(): CommandUnknownOpts {
  const command = new Command("report")
    .description("rewrite the report of a run from its metrics.csv")
    .argument("<run>", "folder in runs/", runName)
    .option("--runs <folder>", RUNS_HELP, nonEmpty)
    .option(
      "--layer-epochs <epochs>",
      "epochs whose layers are drawn as curves, as 1,50,350 (default: four at most, the first and the last among them)",
      epochs,
    )
    .option("--open", "open the report");
  return command.action(async (run, { runs, layerEpochs, open = false }) => {
    const { reportRun } = await import("../report/report_run.ts");
    const page = await reportRun(run, { runs, layerEpochs, onNote: note });
    console.error(`report: ${linkTo(page)}`);
    if (open) await openPage(page);
  });
}
