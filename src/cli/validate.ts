/** `deno task validate DATASET`: measures every checkpoint of a run and writes its report. */
import { Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { type MeasureRequest, measureRun } from "../measuring/measure_run.ts";
import { openEvents } from "../run/event_file.ts";
import { followMetrics } from "../run/lines.ts";
import { readMetrics } from "../run/metrics.ts";
import { pathsOfRun, requireRun, wordsOfRuns } from "../run/places.ts";
import { readRun } from "../run/run_json.ts";
import { resolveName } from "../data/registry.ts";
import { isThere } from "../files.ts";
import { shellWord } from "../shell.ts";
import { bootstrapOf, requireUseOfSeed } from "./choices.ts";
import { keyNumbers } from "./key_numbers.ts";
import { metricSelection } from "./metrics_option.ts";
import { LAYER_FORMS, readLayers } from "../run/layers.ts";
import { LAYERS_HELP, saidOfLayers } from "./layers_option.ts";
import { OOD_HELP, oodChoices } from "./ood_option.ts";
import {
  device,
  LINES_HELP,
  memory,
  NO_GEOMETRY_HELP,
  nonEmpty,
  QUIET,
  runName,
  RUNS_HELP,
  threads,
  wholeNumber,
} from "./options.ts";
import { linkTo, openPage } from "./page.ts";
import { type Bar, beQuiet, note, openBar, passText, say, showLoading } from "./progress.ts";

/** A run to measure, and what follows. */
export type Validation = MeasureRequest & {
  /** Opens the report. */
  readonly open?: boolean | undefined;
  /** Folder for an event file with all rows. */
  readonly tensorboard?: string | undefined;
  /** Writes metrics.jsonl. */
  readonly jsonl?: boolean | undefined;
};

export function validateCommand(): CommandUnknownOpts {
  const command = new Command("validate")
    .description("measure every checkpoint of a run and write its report")
    .argument("<dataset>", "the data set that the run was trained on; or runs/<name>, which knows it")
    .option("--run <name>", "folder in runs/ (default: <dataset>-<model>)", runName)
    .option("--runs <folder>", RUNS_HELP, nonEmpty)
    .option(
      "--data <folder>",
      "an existing copy of the data set (default: data/, downloaded to it where needed)",
    )
    .option("--device <name>", "cpu, cuda or cuda:<index> (default: as trained)", device)
    .option("--threads <n>", "CPU threads (default: one a core)", threads)
    .option("--memory <size>", "for features, as 512M or 4G (default: half of what is free)", memory)
    .option(
      "--metrics <names>",
      "default, all, families (NC1), definitions (nc1_cdnv) or names, separated by commas (default: as metrics.csv has; " +
        "the default ones with --again)",
      metricSelection,
    )
    .option("--ood <sets>", `${OOD_HELP} (default: as metrics.csv has; none with --again)`, oodChoices)
    .addOption(new Option("--layers [form]", LAYERS_HELP).choices(LAYER_FORMS).preset("pooled"))
    .option("--bootstrap <n>", "95 % intervals from n resamples, for trust.json", wholeNumber({ min: 2 }))
    .option("--seed <n>", "of the resamples (default: 0)", wholeNumber())
    .option("--geometry", "measure anew the checkpoints of which the moving picture lacks what it needs, too")
    .option("--no-geometry", NO_GEOMETRY_HELP)
    .option(
      "--again",
      "measure anew also what metrics.csv holds; --metrics and --ood then do not follow it",
    )
    .option(
      "--tensorboard <folder>",
      "write event files for TensorBoard to this folder (default: none are written)",
    )
    .option("--jsonl", LINES_HELP)
    .option("--open", "open the report at the end")
    .option("--quiet", QUIET);
  return command.action(async (dataset, { quiet, bootstrap, seed, ...rest }) => {
    beQuiet(quiet);
    requireUseOfSeed(command, { bootstrap, seed });
    const options = { ...rest, bootstrap: bootstrapOf({ bootstrap, seed }) };
    if (!dataset.includes("/")) {
      await requireDataset(dataset, options.runs);
      return await runValidation({ dataset, ...options });
    }
    if (options.run !== undefined) {
      command.error(
        `error: expected a data set, or the path of a run in place of --run, found ${dataset} and --run`,
      );
    }
    const run = runAt(dataset, command);
    await runValidation({ ...options, run });
  });
}

/** Throws where no data set has this name; says so where it is a run's. */
async function requireDataset(name: string, runs: string | undefined): Promise<void> {
  try {
    resolveName(name);
  } catch (error) {
    const paths = pathsOfRun(name, runs);
    if (!await isThere(paths.record)) throw error;
    const found = "expected a data set, or the path of a run, found the name of a run";
    if (runs === undefined) throw new Error(`${found}; write ${paths.folder}`);
    const dataset = (await readRun(paths))?.protocol.data.kind ?? "its data set";
    throw new Error(
      `${found}; write ${[dataset, "--run", name, ...wordsOfRuns(runs)].map(shellWord).join(" ")}`,
    );
  }
}

/** The name of the run whose folder is at `path`; ends the command where it cannot be one. */
function runAt(path: string, command: CommandUnknownOpts): string {
  try {
    return runName(path);
  } catch (error) {
    return command.error(`error: ${path}: ${(error as Error).message}`);
  }
}

/** Measures behind a progress bar, and writes the report. */
export async function runValidation({ open, tensorboard, jsonl, ...request }: Validation): Promise<void> {
  using events = tensorboard === undefined ? null : await openEvents(tensorboard);
  const { run, rows, now } = await measureBehindBar(request);
  const { paths, record } = await requireRun(run, request.runs);
  if (jsonl) {
    await using lines = followMetrics(paths, record.protocol.training.checkpoints);
    lines.update();
  }
  const { reportRun } = await import("../report/report_run.ts");
  const page = await reportRun(run, { runs: request.runs, onNote: note });
  const { measurements } = (await readMetrics(paths.metrics, record.protocol.training.checkpoints))!;
  for (const { epoch, values } of measurements) events?.add(epoch, "metrics", values);
  say(`\n${keyNumbers(measurements)}\n`);
  if (request.layers !== undefined) say(saidOfLayers(await readLayers(paths.layers)));
  console.error(`${rows} checkpoints measured, ${now} of them now; report: ${linkTo(page)}`);
  if (open) await openPage(page);
}

async function measureBehindBar(request: MeasureRequest): ReturnType<typeof measureRun> {
  using shown = new DisposableStack();
  let bar: Bar;
  return await measureRun(request, {
    ...showLoading(),
    onNote: (sentence) => say(`note: ${sentence}`),
    onBegin: (checkpoints) => bar = shown.use(openBar(checkpoints, { unit: "checkpoints" })),
    onCheckpoint: ({ epoch, done }) => bar.update(done, `epoch ${epoch}`),
    onImages: (epoch, pass) => bar.tell(passText(`epoch ${epoch}`, pass)),
    onMeasured: (epoch) => bar.line(`measured epoch ${epoch}`),
  });
}
