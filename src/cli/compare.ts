/** `deno task compare RUN RUN...`: runs side by side, as a page or as text. */
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { nonEmpty, runName, RUNS_HELP } from "./options.ts";
import { linkTo, openPage } from "./page.ts";

export function compareCommand(): CommandUnknownOpts {
  const command = new Command("compare")
    .description("runs side by side: the same figures with a curve a run, seeds as bands, what differs")
    .argument(
      "<runs...>",
      "folders in runs/, folders of runs or of reports from anywhere, folders of such folders, CSVs as exported by W&B, " +
        "TensorBoard's event files",
    )
    .option(
      "--by <settings>",
      'group runs by these settings alone, e.g. "batch-size,epochs"; by default by all but the seed',
    )
    .option("--runs <folder>", RUNS_HELP, nonEmpty)
    .option("--name <name>", "folder in reports/", runName, "compare")
    .option("--text", "print differences and last values instead of writing a page")
    .option("--open", "open the page");
  return command.action(async (places, { by, name, runs, text = false, open = false }) => {
    const settings = by?.split(",").map((key) => key.trim()).filter((key) => key !== "");
    const { readGroups, textOf, writeComparison } = await import("../report/compare_runs.ts");
    const groups = await readGroups(places, { runs, ...settings && { by: settings } });
    if (text) return console.log(textOf(groups));
    const page = await writeComparison(name, groups);
    console.error(`compared: ${linkTo(page)}`);
    if (open) await openPage(page);
  });
}
