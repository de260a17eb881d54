/** `deno task measure`: measures features or checkpoints from elsewhere. */
import { Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { dirname } from "node:path";
import { writeWhole } from "../files.ts";
import { ARRAY_NAMES, type ArrayName } from "../measuring/feature_files.ts";
import { measureStatistics } from "../measuring/measure_statistics.ts";
import { asCsv, asJson, asText, type Result } from "../measuring/results.ts";
import { statOf, type Subject, subjectAt } from "../measuring/subject.ts";
import { wrap } from "../measuring/text.ts";
import { bootstrapOf, requireUseOfSeed } from "./choices.ts";
import { type CheckpointOptions, measureCheckpoints } from "../measuring/measure_checkpoints.ts";
import { type FeatureLocation, type FeatureOptions, measureFeatures } from "../measuring/measure_features.ts";
import { metricSelection } from "./metrics_option.ts";
import {
  decimal,
  device,
  keptPerClass,
  memory,
  nonEmpty,
  perChannel,
  perClass,
  threads,
  wholeNumber,
} from "./options.ts";
import { type Bar, openBar, showLoading } from "./progress.ts";
import { addProtocolOptions, NETWORK_OPTIONS, textsOf } from "./protocol_options.ts";

/** Options that say what a checkpoint is. */
const CHECKPOINT_OPTIONS = [
  "dataset",
  "data",
  "perClass",
  "key",
  "mean",
  "std",
  "scale",
] as const;
/** Options that name files of features, and the role of each. */
const FEATURE_OPTIONS = {
  trainFeatures: "train_features",
  trainLabels: "train_labels",
  weight: "weight",
  bias: "bias",
  testFeatures: "test_features",
  testLabels: "test_labels",
  oodFeatures: "ood_features",
} as const satisfies Record<string, ArrayName>;
const FEATURE_KEYS = Object.keys(FEATURE_OPTIONS) as (keyof typeof FEATURE_OPTIONS)[];

const HELP = [
  "Checkpoints: what torch.save wrote, before PyTorch 1.6, too, and Lightning's .ckpt files. Nothing in them is " +
  "executed: what is no tensor, number or text is passed over. The state dict is found beside other things; prefixes " +
  "(module., _orig_mod., backbone., model., net.) are dropped, shortcut.0 and linear read as downsample.0 and fc. " +
  "Weights are taken before their averages (ema, swa), which --key chooses.",
  "Pixels: a network sees (x/255 − mean) / std. With another normalisation than in its training the same weights give " +
  "a much lower accuracy, so name it with --mean and --std, on the scale that --scale says. --scale alone feeds " +
  "pixels as they are on that scale. A test accuracy below 1.5/C, or within three standard deviations of chance, is " +
  "a warning.",
];

/** Options that need samples, which statistics hold none of, or a device, which they need none of. */
const SAMPLE_OPTIONS = ["bootstrap", "device"] as const;

/** Options that say nothing about a kind of subject. */
const UNFIT = {
  features: CHECKPOINT_OPTIONS,
  statistics: [...CHECKPOINT_OPTIONS, ...FEATURE_KEYS, ...SAMPLE_OPTIONS],
  checkpoint: FEATURE_KEYS,
  checkpoints: FEATURE_KEYS,
} as const satisfies { readonly [kind in Subject["kind"]]: readonly string[] };

export function measureCommand(): CommandUnknownOpts {
  const plain = new Command("measure")
    .description("measure features or checkpoints from elsewhere")
    .argument(
      "[paths...]",
      "a .pth, .pt or .ckpt file, a folder of them, a .npz or .safetensors file, a folder of .npy files, or .npz files " +
        "of partial statistics, which are merged",
    )
    .option("--train-features <file>", "samples × width, .npy, .npz or .safetensors")
    .option("--train-labels <file>", "whole numbers from 0 to classes − 1")
    .option("--weight <file>", "of the classifier, classes × width (without it, what needs none is measured)")
    .option("--bias <file>", "of the classifier (default: zeros)")
    .option("--test-features <file>", "samples × width")
    .option("--test-labels <file>", "whole numbers from 0 to classes − 1")
    .option("--ood-features <file>", "out-of-distribution samples × width")
    .option("--dataset <name>", "of checkpoints (default: as their run or folder says)")
    .option(
      "--data <folder>",
      "an existing copy of the data set (default: data/, downloaded to it where needed)",
    )
    .option("--per-class <n>", "the first n training images of each class, or all (default: all)", perClass);
  addProtocolOptions(plain, NETWORK_OPTIONS, { defaults: "told by their entries" });
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
      "default, all, families (NC1) or names, separated by commas (default: default)",
      metricSelection,
    )
    .option("--weight-decay <x>", "of the optimizer, for the MSE metrics", decimal({ min: 0 }))
    .option("--bootstrap <n>", "95 % intervals from n resamples", wholeNumber({ min: 2 }))
    .option("--seed <n>", "of the resamples (default: 0)", wholeNumber())
    .option("--device <name>", "cpu, cuda or cuda:<index> (default: cpu)", device)
    .option("--threads <n>", "CPU threads (default: one a core)", threads)
    .option("--memory <size>", "for features, as 512M or 4G (default: half of what is free)", memory)
    .option("--out <file>", "write the values as a table, in the format of metrics.csv")
    .option("--json", "print the values, and what is known about them, as JSON")
    .addHelpText(
      "after",
      `\nNames of .npy files in a folder, and of arrays in a .npz or .safetensors file:\n${
        wrap(ARRAY_NAMES.join(", "), { indent: 2 })
      }\n\n${HELP.map((text) => wrap(text)).join("\n\n")}`,
    );
  return command.action(async (paths, options) => {
    const { json = false, out, perClass } = options;
    requireUseOfSeed(command, options);
    const subject = await subjectAt(paths);
    const network = textsOf(command, NETWORK_OPTIONS);
    const [unfit] = [
      ...UNFIT[subject.kind].filter((key) => options[key] !== undefined),
      ...subject.kind === "features" || subject.kind === "statistics" ? Object.keys(network) : [],
    ];
    if (unfit !== undefined) {
      const what = paths.length === 0 ? "files of features" : paths.join(" ");
      command.error(`error: option '${flagOf(unfit)}' does not go with ${what}`);
    }
    if (out !== undefined) await requireFolderOf(out);
    const save = async (results: readonly Result[]) => {
      if (out !== undefined) await writeWhole(out, asCsv(results));
    };
    const asked = {
      ...options,
      network,
      bootstrap: bootstrapOf(options),
      perClass: perClass && keptPerClass(perClass),
    };
    const results = await measured(subject, asked, { files: featurePaths(options), save });
    await save(results);
    if (json || subject.kind === "checkpoints") tellNotes(results);
    if (json) console.log(asJson(results));
    else if (subject.kind !== "checkpoints") console.log(asText(results[0]!));
    else if (out === undefined) console.log(asCsv(results).trimEnd());
  });
}

async function measured(
  subject: Subject,
  options: FeatureOptions & CheckpointOptions,
  { files, save }: {
    files: FeatureLocation["paths"];
    save: (results: readonly Result[]) => Promise<void>;
  },
): Promise<Result[]> {
  switch (subject.kind) {
    case "features":
      return [await featuresBehindBar({ container: subject.container, paths: files }, options)];
    case "statistics":
      return [await measureStatistics(subject.paths, options)];
    default:
      return await checkpointsBehindBar(subject.paths, options, save);
  }
}

/** A bar for each pass over the samples of a split. */
async function featuresBehindBar(location: FeatureLocation, options: FeatureOptions): Promise<Result> {
  let bar: Bar | undefined;
  using _last = { [Symbol.dispose]: () => bar?.[Symbol.dispose]() };
  return await measureFeatures(location, options, {
    onNote: (sentence) => console.error(sentence),
    onRows: ({ split, rows, count }) => {
      if (rows === 0) {
        bar?.[Symbol.dispose]();
        bar = openBar(count, { unit: "samples" });
      }
      bar?.update(rows, split);
    },
  });
}

/** `save` is handed the results after each checkpoint. */
async function checkpointsBehindBar(
  paths: readonly string[],
  options: CheckpointOptions,
  save: (results: readonly Result[]) => Promise<void>,
): Promise<Result[]> {
  using shown = new DisposableStack();
  let bar: Bar;
  return await measureCheckpoints(paths, options, {
    ...showLoading(),
    onNote: (sentence) => console.error(sentence),
    onBegin: (checkpoints) => bar = shown.use(openBar(checkpoints, { unit: "checkpoints" })),
    onCheckpoint: ({ path, done }) => bar.update(done, path),
    onResults: async (results, path) => {
      await save(results);
      bar.line(`measured ${path}`);
    },
  });
}

/** What the text of a single result begins with, where a table or JSON is printed in its place; each once. */
function tellNotes(results: readonly Result[]): void {
  const lines = results.flatMap(({ source, images, notes }) => [
    ...images === null ? [] : [`pixels: ${images.pixels}`],
    ...notes.map((note) => results.length === 1 ? note : `${source}: ${note}`),
  ]);
  for (const line of new Set(lines)) console.error(line);
}

/** So that a long measurement does not end with nowhere to go. */
async function requireFolderOf(file: string): Promise<void> {
  const folder = dirname(file);
  if (!(await statOf(folder)).isDirectory) throw new Error(`expected a folder ${folder}, found a file`);
}

function featurePaths(
  options: { readonly [key in keyof typeof FEATURE_OPTIONS]?: string },
): { [name in ArrayName]?: string | undefined } {
  return Object.fromEntries(FEATURE_KEYS.map((key) => [FEATURE_OPTIONS[key], options[key]]));
}

function flagOf(key: string): string {
  return `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
