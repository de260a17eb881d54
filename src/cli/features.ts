/** `deno task features CHECKPOINT`: writes a checkpoint's features, labels, predictions and classifier as .npy files. */
import { Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { normalisationText } from "../data/normalisation.ts";
import { type FeaturesRequest, writeFeatures, type WrittenFeatures } from "../measuring/write_features.ts";
import { device, keptPerClass, memory, nonEmpty, perChannel, perClass, QUIET, threads } from "./options.ts";
import { type Bar, beQuiet, openBar, showLoading } from "./progress.ts";
import { addProtocolOptions, LAST_LAYER_OPTIONS, NETWORK_OPTIONS, textsOf } from "./protocol_options.ts";

const OPTIONS = [...NETWORK_OPTIONS, ...LAST_LAYER_OPTIONS];

export function featuresCommand(): CommandUnknownOpts {
  const plain = new Command("features")
    .description("write the features of a checkpoint, its labels, predictions and classifier as .npy files")
    .argument("<checkpoint>", "a .pth file: of a run, or any state dict of a network known here")
    .requiredOption("--out <folder>", "folder for the .npy files")
    .option("--dataset <name>", "the data set, for a checkpoint outside a run");
  addProtocolOptions(plain, OPTIONS, { defaults: "that of the data set's protocol" });
  const command = plain
    .option("--per-class <n>", "the first n training images of each class, or all (default: all)", perClass)
    .option(
      "--data <folder>",
      "an existing copy of the data set (default: data/, downloaded to it where needed)",
    )
    .option("--key <keys>", "of the state dict in the checkpoint, as state_dict or ema.module", nonEmpty)
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
    .option("--device <name>", "cpu, cuda or cuda:<index> (default: cpu)", device)
    .option("--threads <n>", "CPU threads (default: one a core)", threads)
    .option("--memory <size>", "for features, as 512M or 4G (default: half of what is free)", memory)
    .option("--quiet", QUIET);
  return command.action(async (checkpoint, { perClass, quiet, ...options }) => {
    beQuiet(quiet);
    const network = textsOf(command, OPTIONS);
    const request = { ...options, checkpoint, network, perClass: perClass && keptPerClass(perClass) };
    const { title, normalisation, notes } = await writeBehindBar(request);
    for (const note of notes) console.error(note);
    const pixels = `${normalisationText(normalisation)} (${normalisation.chosen ? "as chosen" : "its own"})`;
    console.error(`wrote the features of ${checkpoint} on ${title}, pixels ${pixels}, to ${options.out}`);
  });
}

async function writeBehindBar(request: FeaturesRequest): Promise<WrittenFeatures> {
  using shown = new DisposableStack();
  let bar: Bar | undefined;
  return await writeFeatures(request, {
    ...showLoading(),
    onRows: ({ split, rows, count }) => {
      bar ??= shown.use(openBar(count, { unit: "images" }));
      bar.update(rows, split);
    },
  });
}
