/** `deno task report RUN`: rewrites the report of a run from its metrics.csv, trust.json, log.csv and run.json. */
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { reportRun } from "../report/report_run.ts";
import { runName } from "./options.ts";
import { linkTo, openPage } from "./page.ts";
import { note } from "./progress.ts";

export function reportCommand(): CommandUnknownOpts {
  const command = new Command("report")
    .description("rewrite the report of a run from its metrics.csv")
    .argument("<run>", "folder in runs/", runName)
    .option("--open", "open the report");
  return command.action(async (run, { open = false }) => {
    const page = await reportRun(run, { onNote: note });
    console.error(`report: ${linkTo(page)}`);
    if (open) await openPage(page);
  });
}
