/** `deno task measure`: measures features or checkpoints from elsewhere. */
import { Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { dirname } from "node:path";
import { readTextIfThere, writeWhole } from "../files.ts";
import { checkpointFile } from "../measuring/checkpoints.ts";
import { ARRAY_NAMES } from "../formats/feature_files.ts";
import { appendedCsv, asCsv, asJson, asLines, asText, type Result } from "../measuring/results.ts";
import { statOf, type Subject, subjectAt } from "../measuring/subject.ts";
import { wrap } from "../measuring/text.ts";
import { openEvents } from "../run/event_file.ts";
import { bootstrapOf, requireUseOfSeed } from "./choices.ts";
import { featurePaths, flagOf, SERVING, UNFIT } from "./measure_options.ts";
import { reportMeasured } from "./measure_report.ts";
import { serve } from "./measure_serve.ts";
import { measureBehindBar, type MeasureNetworks } from "./measure_subject.ts";
import { metricSelection } from "./metrics_option.ts";
import { linkTo } from "./page.ts";
import {
  decimal,
  device,
  keptPerClass,
  memory,
  nonEmpty,
  perChannel,
  perClass,
  QUIET,
  runName,
  threads,
  wholeNumber,
} from "./options.ts";
import { OOD_HELP, oodWords } from "./ood_option.ts";
import { addProtocolOptions, NETWORK_OPTIONS, textsOf, UNTOLD_OPTIONS } from "./protocol_options.ts";
import { beQuiet } from "./progress.ts";
import { readInput } from "./standard_input.ts";

const HELP = [
  "Epochs: of a folder with 001.npz, 002.npz, ... (or folders of .npy files, or of statistics in parts), the number at " +
  "the end of each name is the epoch, and a row is measured for each. python/neural_collapse.py writes such files from " +
  "a PyTorch loop; src/collapse/STATISTICS.md says what partial statistics are.",
  "Checkpoints: what torch.save wrote, before PyTorch 1.6, too, and Lightning's .ckpt files. Nothing in them is " +
  "executed: what is no tensor, number or text is passed over. The state dict is found beside other things; prefixes " +
  "(module., _orig_mod., backbone., model., net.) are dropped, shortcut.0 and linear read as downsample.0 and fc. " +
  "Weights are taken before their averages (ema, swa), which --key chooses.",
  "Pixels: a network sees (x/255 − mean) / std. With another normalisation than in its training the same weights give " +
  "a much lower accuracy, so name it with --mean and --std, on the scale that --scale says. --scale alone feeds " +
  "pixels as they are on that scale. A test accuracy below 1.5/C, or within three standard deviations of chance, is " +
  "a warning.",
];

// Whole because options read in the order in which --help prints them.
/** `networks` measures checkpoints; null in a program without libtorch. */
export function measureCommand(networks: MeasureNetworks | null): CommandUnknownOpts {
  const plain = new Command("measure")
    .description("measure features or checkpoints from elsewhere")
    .argument(
      "[paths...]",
      "a .pth, .pt or .ckpt file of a network or of features (a dict with train_features), a folder of them, a .npz or " +
        ".safetensors file, a folder of .npy files, a folder with such a file or folder for each epoch, .npz files of partial statistics, which are merged, or - for a .npz file " +
        "from standard input",
    )
    .option("--train-features <file>", "samples × width, .npy, .npz, .safetensors or .pth")
    .option("--train-labels <file>", "whole numbers from 0 to classes − 1")
    .option("--weight <file>", "of the classifier, classes × width (without it, what needs none is measured)")
    .option("--bias <file>", "of the classifier (default: zeros)")
    .option("--test-features <file>", "samples × width")
    .option("--test-labels <file>", "whole numbers from 0 to classes − 1")
    .option("--ood-features <file>", "out-of-distribution samples × width")
    .option(
      "--dataset <name>",
      "of checkpoints, or the path of your own images (default: as their run or folder says)",
    )
    .option("--image-size <n>", "of your own images, as train takes it (default: as-is)")
    .option(
      "--data <folder>",
      "an existing copy of the data set (default: data/, downloaded to it where needed)",
    )
    .option("--per-class <n>", "the first n training images of each class, or all (default: all)", perClass);
  addProtocolOptions(plain, NETWORK_OPTIONS, { defaults: "told by their entries" });
  addProtocolOptions(plain, UNTOLD_OPTIONS, { defaults: "as their run says, else none" });
  const command = plain
    .option("--key <keys>", "of the state dict in a checkpoint, as state_dict or ema.module", nonEmpty)
    .option(
      "--mean <numbers>",
      "of the pixels it was trained on, a channel each (default: the data set's)",
      perChannel(),
    )
    .option("--std <numbers>", "of these pixels, a channel each", perChannel({ above: true }))
    .addOption(
      new Option("--scale <range>", "of pixels in --mean and --std (default: 0..1)")
        .choices(["0..1", "0..255"] as const),
    )
    .option(
      "--metrics <names>",
      "default, all, families (NC1), definitions (nc1_cdnv) or names, separated by commas (default: default)",
      metricSelection,
    )
    .option(
      "--ood <sets>",
      `of checkpoints: ${OOD_HELP}; of features: files or folders of out-of-distribution features, called by their names or as NAME=PATH says`,
      oodWords,
    )
    .option("--weight-decay <x>", "of the optimizer, for the MSE metrics", decimal({ min: 0 }))
    .option("--bootstrap <n>", "95 % intervals from n resamples", wholeNumber({ min: 2 }))
    .option("--seed <n>", "of the resamples (default: 0)", wholeNumber())
    .option("--device <name>", "cpu, cuda or cuda:<index> (default: cpu)", device)
    .option("--threads <n>", "CPU threads (default: one a core)", threads)
    .option("--memory <size>", "for features, as 512M or 4G (default: half of what is free)", memory)
    .option("--out <file>", "write the values as a table, in the format of metrics.csv")
    .option("--epoch <n>", "of what is measured, for its row and its report", wholeNumber())
    .option(
      "--append <file>",
      "add a row for each epoch to such a table, in place of one of equal epoch and source",
    )
    .option("--tensorboard <folder>", "write event files for TensorBoard to this folder")
    .option("--jsonl <file>", "write a line of JSON for each epoch to this file")
    .option("--report <name>", "write a report as of a run, to a folder in reports/", runName)
    .option("--json", "print the values, and what is known about them, as JSON")
    .option(
      "--serve",
      'answer requests from standard input, a line of JSON each, as {"path": "features.npz"}',
    )
    .option("--quiet", QUIET)
    .addHelpText(
      "after",
      `\nNames of .npy files in a folder, and of arrays in a .npz, .safetensors or .pth file:\n${
        wrap(ARRAY_NAMES.join(", "), { indent: 2 })
      }\n\n${HELP.map((text) => wrap(text)).join("\n\n")}`,
    );
  return command.action(async (given, options) => {
    const { json = false, out, append, report, epoch, perClass, quiet } = options;
    beQuiet(quiet);
    requireUseOfSeed(command, options);
    if (options.serve) {
      const misplaced = Object.keys(options).find((key) => !SERVING.includes(key));
      if (misplaced !== undefined) {
        command.error(`error: option '${flagOf(misplaced)}' does not go with '--serve'`);
      }
      if (given.length > 0) {
        command.error(`error: '--serve' takes paths from standard input, found ${given[0]}`);
      }
      const { perClass: _, ood: __, ...asked } = options;
      return await serve(Deno.stdin.readable, { ...asked, bootstrap: bootstrapOf(options) }, networks);
    }
    await using input = given.join() === "-" ? await readInput("standard_input.npz") : null;
    const subject = await subjectAt(input === null ? given : [input.path]);
    const network = textsOf(command, [...NETWORK_OPTIONS, ...UNTOLD_OPTIONS]);
    const [unfit] = [
      ...UNFIT[loneCheckpoint(subject) === null ? subject.kind : "checkpoint"].filter((key) =>
        options[key] !== undefined
      ),
      ...subject.kind.startsWith("checkpoint") ? [] : Object.keys(network),
    ];
    if (unfit !== undefined) {
      const what = given.length === 0 ? "files of features" : given.join(" ");
      command.error(`error: option '${flagOf(unfit)}' does not go with ${what}`);
    }
    const needing = (["append", "report", "tensorboard"] as const).find((key) => options[key] !== undefined);
    if (needing !== undefined && epoch === undefined && !namesEpochs(subject)) {
      command.error(`error: option '--${needing}' needs '--epoch', which no name says here`);
    }
    if (report !== undefined) {
      const { requireNoRun } = await import("../report/report_elsewhere.ts");
      await requireNoRun(report);
    }
    for (const file of [out, append, options.jsonl]) if (file !== undefined) await requireFolderOf(file);
    using events = options.tensorboard === undefined ? null : await openEvents(options.tensorboard);
    let added = 0;
    const save = async (results: readonly Result[]) => {
      if (out !== undefined) await writeWhole(out, asCsv(results));
      if (options.jsonl !== undefined) await writeWhole(options.jsonl, asLines(results, epoch));
      for (const result of results.slice(added)) {
        events?.add(epoch ?? result.epoch ?? 0, "metrics", result.values);
      }
      added = results.length;
    };
    const asked = {
      ...options,
      network,
      bootstrap: bootstrapOf(options),
      perClass: perClass && keptPerClass(perClass),
    };
    const measured = await measureBehindBar(subject, asked, { files: featurePaths(options), save, networks });
    const results = measured.map((result) => ({
      ...result,
      source: input === null ? result.source : "-",
      epoch: epoch ?? result.epoch,
    }));
    await save(results);
    const several = subject.kind === "checkpoints" || subject.kind === "series";
    if (json || several) tellNotes(results);
    if (json) console.log(asJson(results));
    else if (!several) console.log(asText(results[0]!));
    else if (out === undefined && append === undefined && report === undefined) {
      console.log(asCsv(results).trimEnd());
    }
    if (append !== undefined) await appendTo(append, results);
    if (report !== undefined) {
      const page = await reportMeasured(report, results, {
        words: Deno.args.slice(1),
        bootstrap: asked.bootstrap,
      });
      console.error(`report: ${linkTo(page)}`);
    }
  });
}

/** The path of a checkpoint by itself, or alone in its folder: its name may say no epoch. */
function loneCheckpoint(subject: Subject): string | null {
  const isOne = subject.kind === "checkpoint" || subject.kind === "checkpoints";
  return isOne && subject.paths.length === 1 ? subject.paths[0]! : null;
}

function namesEpochs(subject: Subject): boolean {
  const alone = loneCheckpoint(subject);
  if (alone !== null) return checkpointFile(alone).epoch !== null;
  return subject.kind === "series" || subject.kind === "checkpoints";
}

async function appendTo(file: string, results: readonly Result[]): Promise<void> {
  const text = await readTextIfThere(file);
  await writeWhole(file, text === null ? asCsv(results) : appendedCsv(text, file, results));
}

/** So that a long measurement does not end with nowhere to go. */
async function requireFolderOf(file: string): Promise<void> {
  const folder = dirname(file);
  if (!(await statOf(folder)).isDirectory) throw new Error(`expected a folder ${folder}, found a file`);
}

/** What the text of a single result begins with, where a table or JSON is printed in its place; each once. */
function tellNotes(results: readonly Result[]): void {
  const lines = results.flatMap(({ source, images, notes }) => [
    ...images === null ? [] : [`pixels: ${images.pixels}`],
    ...notes.map((note) => results.length === 1 ? note : `${source}: ${note}`),
  ]);
  for (const line of new Set(lines)) console.error(line);
}
