/** `deno task watch [RUN]`: the report of a run in the browser, while it is trained and measured. */
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { latestRun, requireRun } from "../run/places.ts";
import { PORT, serveRun } from "../watch/server.ts";
import { nonEmpty, runName, RUNS_HELP, wholeNumber } from "./options.ts";

export function watchCommand(): CommandUnknownOpts {
  const command = new Command("watch")
    .description(
      "serve the report of a run to this machine while it is trained and measured, here or elsewhere",
    )
    .argument("[run]", "folder in runs/ (default: the run that was written last)", runName)
    .option("--runs <folder>", RUNS_HELP, nonEmpty)
    .option(
      "--port <n>",
      `where to look for a free port first (default: ${PORT})`,
      wholeNumber({ min: 1, max: 65535 }),
    );
  return command.action(async (named, { runs, port }) => {
    const name = named ?? await latestRun(runs);
    const { paths } = await requireRun(name, runs);
    const { watchedRun } = await import("../watch/watched_run.ts");
    await using watching = await serveRun(await watchedRun(paths), port === undefined ? {} : { port });
    console.error(`watching ${paths.folder}: ${watching.address} (Ctrl-C ends it)`);
    await watching.ended;
  });
}
