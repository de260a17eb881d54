/** `deno task train DATASET`: trains by the data set's protocol, each hyper-parameter of which is an option. */
import { Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { datasetNames } from "../data/registry.ts";
import { RESNETS } from "../models/resnet.ts";
import { KEEPS } from "../run/keep.ts";
import { MAX_SEED } from "../experiment/protocol.ts";
import { SAVE_SECONDS } from "../train/train.ts";
import { commandLine } from "./command_line.ts";
import { metricSelection } from "./metrics_option.ts";
import {
  decimal,
  device,
  epochList,
  keptPerClass,
  memory,
  network,
  perClass,
  QUIET,
  runName,
  threads,
  wholeNumber,
} from "./options.ts";
import { beQuiet } from "./progress.ts";
import { defaultOf, protocolText } from "./protocol_text.ts";
import { runAsked } from "../train/start_run.ts";
import { runTraining } from "./training.ts";

export function trainCommand(): CommandUnknownOpts {
  const command = new Command("train")
    .description("train a network by the protocol of a data set")
    .argument("<dataset>", datasetNames().join(", "))
    .option("--model <name>", `${RESNETS.join(", ")} ${defaultOf("model")}`, network)
    .addOption(
      new Option("--stem <kind>", `stock (7×7 stride 2, max-pool) or small (3×3) ${defaultOf("stem")}`)
        .choices(["stock", "small"]),
    )
    .option(
      "--per-class <n>",
      `keep the first n training images of each class, or all ${defaultOf("perClass")}`,
      perClass,
    )
    .option(
      "--epochs <n>",
      `how often to go through the images ${defaultOf("epochs")}`,
      wholeNumber({ min: 1 }),
    )
    .option(
      "--batch-size <n>",
      `images a step ${defaultOf("batchSize")}`,
      wholeNumber({ min: 1, max: 2 ** 31 - 1 }),
    )
    .option(
      "--lr <rate>",
      `learning rate of the first epochs ${defaultOf("learningRate")}`,
      decimal({ min: 0, above: true }),
    )
    .option(
      "--decay-factor <x>",
      `multiplies the learning rate ${defaultOf("decayFactor")}`,
      decimal({ min: 0, above: true }),
    )
    .option(
      "--decay-after <epochs>",
      "after these epochs (default: a third and two thirds of all)",
      epochList,
    )
    .option("--momentum <x>", `of SGD ${defaultOf("momentum")}`, decimal({ min: 0, below: 1 }))
    .option("--weight-decay <x>", `on every parameter ${defaultOf("weightDecay")}`, decimal({ min: 0 }))
    .addOption(
      new Option(
        "--precision <type>",
        "float32, float64, or bf16 (PyTorch's autocast: activations and products in bfloat16, all else float32) " +
          defaultOf("precision"),
      ).choices(["float32", "float64", "bf16"]),
    )
    .option("--deterministic", "use deterministic algorithms only: the same bits each time on one machine")
    .option(
      "--seed <n>",
      `of parameters and image order ${defaultOf("seed")}`,
      wholeNumber({ max: MAX_SEED }),
    )
    .option("--checkpoints <epochs>", "epochs to save (default: 1, every 5th, the last)", epochList)
    .option(
      "--data <folder>",
      "an existing copy of the data set (default: data/, downloaded to it where needed)",
    )
    .option("--device <name>", "cpu, cuda or cuda:<index> (default: cpu)", device)
    .option("--threads <n>", "CPU threads (default: one a core)", threads)
    .option("--run <name>", "folder in runs/ (default: <dataset>-<model>)", runName)
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
      "to measure: default, all, families (NC1) or names, separated by commas (default: as metrics.csv has, else default)",
      metricSelection,
    )
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
    .option("--open", "with --measure: open the report at the end")
    .option("--quiet", QUIET);
  return command.action(async (dataset, options) => {
    const { measure, metrics, memory, keep, open, quiet, lr, perClass, ...others } = options;
    beQuiet(quiet);
    const {
      data,
      device,
      threads,
      run,
      resume,
      overwrite,
      rewrite,
      graphs,
      deterministic,
      saveSeconds,
      showProtocol,
      ...rest
    } = others;
    for (const [name, value] of Object.entries({ metrics, memory, keep, open })) {
      if (value === undefined || measure) continue;
      command.error(`error: --${name} needs --measure: expected both, found the one`);
    }
    const kept = perClass === undefined ? {} : { perClass: keptPerClass(perClass) };
    const overrides = { ...rest, ...kept, learningRate: lr };
    if (showProtocol) {
      const asked = await runAsked({ dataset, overrides, run, resume, deterministic });
      return console.log(protocolText(asked.protocol, asked.run));
    }
    Deno.exitCode = await runTraining({
      dataset,
      overrides,
      data,
      device,
      threads,
      run,
      resume,
      overwrite,
      rewrite,
      graphs,
      deterministic,
      saveSeconds,
      measure: measure ? { metrics, memory, keep } : undefined,
      open,
      command: commandLine("train", Deno.args.slice(1)),
    });
  });
}
