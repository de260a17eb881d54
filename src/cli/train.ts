/** `deno task train DATASET`: trains by the data set's protocol, each hyper-parameter of which is an option. */
import { Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { datasetNames } from "../data/registry.ts";
import { protocolOptions } from "../experiment/options.ts";
import { Together } from "../engine/together.ts";
import { PRESETS } from "../experiment/presets/index.ts";
import { runAsked } from "../run/asked.ts";
import { KEEPS } from "../run/keep.ts";
import { SAVE_SECONDS } from "../train/train.ts";
import { commandLine } from "./command_line.ts";
import { metricSelection } from "./metrics_option.ts";
import { LAYER_FORMS } from "../run/layers.ts";
import { LAYERS_HELP } from "./layers_option.ts";
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
import { joinTraining } from "./join_training.ts";
import { placeIn } from "./place.ts";
import { beQuiet } from "./progress.ts";
import { addProtocolOptions, textsOf } from "./protocol_options.ts";
import { protocolText } from "./protocol_text.ts";
import { runTraining } from "./training.ts";

// Whole because options read in the order in which --help prints them.
export function trainCommand(): CommandUnknownOpts {
  const plain = new Command("train")
    .description("train a network by the protocol of a data set")
    .argument("<dataset>", `${datasetNames().join(", ")}; or the path of your own images (--images)`);
  const hyperParameters = protocolOptions();
  plain.addOption(
    new Option(
      "--preset <name>",
      "a published protocol to begin with; `presets` lists them (default: the data set's)",
    )
      .choices(PRESETS.map(({ name }) => name)),
  );
  addProtocolOptions(plain, hyperParameters);
  const command = plain
    .option("--deterministic", "use deterministic algorithms only: the same bits each time on one machine")
    .option(
      "--data <folder>",
      "an existing copy of the data set (default: data/, downloaded to it where needed)",
    )
    .option("--device <name>", "cpu, cuda or cuda:<index> (default: cpu)", device)
    .option("--threads <n>", "CPU threads (default: one a core)", threads)
    .option("--run <name>", "folder in runs/ (default: <dataset>-<model>, with the preset's name)", runName)
    .option("--runs <folder>", RUNS_HELP, nonEmpty)
    .option(
      "--show-protocol",
      "print what would run, every hyper-parameter of it, and leave everything as it is",
    )
    .option("--resume", "go on where this run was stopped or killed")
    .addOption(
      new Option("--overwrite", "start over where there is a run of this name: it is removed").conflicts(
        "resume",
      ),
    )
    .option(
      "--save-seconds <n>",
      `seconds of training that a killed process may lose, to the end of an epoch (default: ${SAVE_SECONDS})`,
      wholeNumber(),
    )
    .option("--no-rewrite", "run the network op by op, without the exact rewrites")
    .option("--no-graphs", "on CUDA, launch each kernel of a step by itself, without CUDA graphs")
    .option("--measure", "measure each checkpoint as it is written, as validate would, and write the report")
    .option(
      "--metrics <names>",
      "to measure: default, all, families (NC1), definitions (nc1_cdnv) or names, separated by commas (default: as metrics.csv has, else default)",
      metricSelection,
    )
    .option("--ood <sets>", `to measure: ${OOD_HELP} (default: as metrics.csv has, else none)`, oodChoices)
    .addOption(new Option("--layers [form]", LAYERS_HELP).choices(LAYER_FORMS).preset("pooled"))
    .option("--no-geometry", `with --measure: ${NO_GEOMETRY_HELP}`)
    .option(
      "--memory <size>",
      "for measured features, as 512M or 4G (default: half of what is free)",
      memory,
    )
    .addOption(
      new Option(
        "--keep <which>",
        "checkpoints to keep once measured: all, the last one or none (default: all)",
      )
        .choices(KEEPS),
    )
    .option(
      "--tensorboard <folder>",
      "write event files for TensorBoard to this folder (default: none are written)",
    )
    .option("--jsonl", `with --measure: ${LINES_HELP}`)
    .option("--open", "with --measure: open the report at the end")
    .option("--watch", "serve the report to this machine meanwhile, as watch would")
    .option("--quiet", QUIET);
  return command.action(async (dataset, options) => {
    const { measure, metrics, ood, layers, geometry, memory, keep, open, quiet } = options;
    const { run: named, runs, resume, showProtocol, watch } = options;
    beQuiet(quiet);
    for (
      const [name, value] of Object.entries({
        metrics,
        ood,
        layers,
        memory,
        keep,
        jsonl: options.jsonl,
        open,
      })
    ) {
      if (value === undefined || measure) continue;
      command.error(`error: --${name} needs --measure: expected both, found the one`);
    }
    if (!geometry && !measure) {
      command.error("error: --no-geometry needs --measure: expected both, found the one");
    }
    const { data, device, overwrite, rewrite, graphs, deterministic, saveSeconds, tensorboard } = options;
    const place = placeIn(Deno.env.get, navigator.hardwareConcurrency);
    const threads = options.threads ?? place?.threads ?? undefined;
    if (place !== null && place.rank > 0) {
      if (!showProtocol) Deno.exitCode = await joinTraining(place, { data, threads });
      return;
    }
    // Before anything can fail here: the other ranks, who wait for this one, end with it.
    using together = place === null || showProtocol ? undefined : await Together.meet(place);
    const texts = {
      ...place && { ranks: String(place.count) },
      ...textsOf(command, [...hyperParameters, { option: "preset" }]),
    };
    const { run, protocol } = await runAsked({ dataset, options: texts, run: named, runs, resume });
    if (showProtocol) return console.log(protocolText(protocol, run));
    Deno.exitCode = await runTraining({
      protocol,
      run,
      runs,
      together,
      data,
      device,
      threads,
      resume,
      overwrite,
      rewrite,
      graphs,
      deterministic,
      saveSeconds,
      measure: measure ? { metrics, ood, layers, geometry, memory, keep } : undefined,
      open,
      tensorboard,
      jsonl: options.jsonl,
      watch,
      command: commandLine("train", Deno.args.slice(1)),
    });
  });
}
