/** `deno task demo`: a network collapses on the embedded drawn images; trained, measured and drawn in minutes. */
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { runAsked } from "../run/asked.ts";
import { readRun } from "../run/run_json.ts";
import { commandLine } from "./command_line.ts";
import { nonEmpty, QUIET, RUNS_HELP } from "./options.ts";
import { pathsOfRun, wordsOfRuns } from "../run/places.ts";
import { beQuiet } from "./progress.ts";
import { runTraining } from "./training.ts";
import { runValidation } from "./validate.ts";

const DATASET = "Drawn10";
const RUN = "demo";

export function demoCommand(): CommandUnknownOpts {
  const command = new Command("demo")
    .description("train, measure and report on an embedded drawn data set; a few minutes")
    .option("--runs <folder>", RUNS_HELP, nonEmpty)
    .option("--open", "open the report at the end")
    .option("--quiet", QUIET);
  return command.action(async ({ runs, open, quiet }) => {
    beQuiet(quiet);
    const resume = await readRun(pathsOfRun(RUN, runs)) !== null;
    const line = commandLine("train", [DATASET, "--run", RUN, ...wordsOfRuns(runs)]);
    const { protocol } = await runAsked({ dataset: DATASET, run: RUN, runs, resume });
    const code = await runTraining({ protocol, run: RUN, runs, resume, command: line });
    if (code !== 0) {
      Deno.exitCode = code;
      return;
    }
    await runValidation({ dataset: DATASET, run: RUN, runs, open });
  });
}
