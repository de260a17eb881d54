/** `deno task features CHECKPOINT`: writes a checkpoint's features, labels, predictions and classifier as .npy files. */
import { Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { dirname, join } from "node:path";
import { resolveName } from "../data/registry.ts";
import { Features } from "../ffi/features.ts";
import type { Images } from "../ffi/images.ts";
import { makeFolder, streamWhole, writeWhole } from "../files.ts";
import { encodeNpy, encodeNpyHeader } from "../formats/npy.ts";
import type { StateDict, TensorData } from "../formats/tensor.ts";
import type { Dataset } from "../data/dataset.ts";
import { normalisationOf, normalisationText } from "../data/normalisation.ts";
import { openCheckpoint } from "../measuring/checkpoints.ts";
import { completed } from "../measuring/state_names.ts";
import type { Protocol } from "../experiment/run_record.ts";
import { precisionOf, writeState } from "../engine/checkpoint.ts";
import { classifierOf, share } from "../engine/measure.ts";
import { resolveProtocol } from "../experiment/protocol.ts";
import { readRun } from "../run/run_json.ts";
import { runPaths } from "../run/paths.ts";
import { openSession, type Session } from "../engine/session.ts";
import { halfOfFreeMemory, openLibrary } from "../engine/library.ts";
import { loadImages, loadImagesOf } from "./images.ts";
import {
  device,
  keptPerClass,
  memory,
  network,
  nonEmpty,
  perChannel,
  type PerClass,
  perClass,
  threads,
} from "./options.ts";
import { openBar } from "./progress.ts";

export function featuresCommand(): CommandUnknownOpts {
  const command = new Command("features")
    .description("write the features of a checkpoint, its labels, predictions and classifier as .npy files")
    .argument("<checkpoint>", "a .pth file: of a run, or any state dict of a network known here")
    .requiredOption("--out <folder>", "folder for the .npy files")
    .option("--dataset <name>", "the data set, for a checkpoint outside a run")
    .option("--model <name>", "its network (default: that of the data set's protocol)", network)
    .addOption(
      new Option("--stem <kind>", "its first layers (default: stock)").choices(["stock", "small"] as const),
    )
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
    .option("--memory <size>", "for features, as 512M or 4G (default: half of what is free)", memory);
  return command.action(async (checkpoint, options) => {
    const { out, threads, device = "cpu", memory = halfOfFreeMemory() } = options;
    const opened = await openCheckpoint(checkpoint, options.key);
    const { protocol, load } = await whatItWasTrainedOn(checkpoint, options);
    using library = openLibrary({ threads, device });
    const images = await load();
    const normalisation = normalisationOf(images, options);
    const dataset = { ...images, mean: normalisation.mean, std: normalisation.std };
    const precision = precisionOf(opened.state);
    using session = openSession(library, { ...protocol, precision }, dataset, { device });
    const { state, notes } = completed(opened.state, session.plan, precision);
    writeState(session.network, session.plan, state, checkpoint);
    await writeFeatures(out, session, state, memory);
    for (const note of [...opened.notes, ...notes]) console.error(note);
    const pixels = `${normalisationText(normalisation)} (${normalisation.chosen ? "as chosen" : "its own"})`;
    console.error(`wrote the features of ${checkpoint} on ${images.title}, pixels ${pixels}, to ${out}`);
  });
}

interface Origin {
  readonly protocol: Pick<Protocol, "model" | "stem">;
  readonly load: () => Promise<Dataset>;
}

interface OriginOptions {
  readonly dataset?: string;
  readonly model?: string;
  readonly stem?: Protocol["stem"];
  readonly perClass?: PerClass;
  readonly data?: string;
}

/** Network and images of a checkpoint: as its options say, else as the run does that it lies in. */
async function whatItWasTrainedOn(
  checkpoint: string,
  { dataset, model, stem, perClass, data }: OriginOptions,
): Promise<Origin> {
  if (dataset !== undefined) {
    const protocol = resolveProtocol(resolveName(dataset), { model, stem });
    const kept = { dataset: protocol.dataset, perClass: keptPerClass(perClass ?? "all") };
    return { protocol, load: () => loadImages(kept, data) };
  }
  const given = Object.entries({ model, stem, "per-class": perClass }).find(([, value]) =>
    value !== undefined
  );
  if (given !== undefined) throw new Error(`--${given[0]} needs --dataset: expected both, found the one`);
  const folder = join(dirname(checkpoint), "..");
  const record = await readRun(runPaths(folder));
  if (record === null) {
    throw new Error(
      `expected the run.json of ${checkpoint} in ${folder}, found none; name its --dataset and --model`,
    );
  }
  return { protocol: record.protocol, load: () => loadImagesOf(record, { folder, data }) };
}

async function writeFeatures(
  folder: string,
  session: Session,
  state: StateDict,
  memory: number,
): Promise<void> {
  const { plan, train, test } = session;
  const keep = share(session, memory);
  await makeFolder(folder);
  for (const name of ["weight", "bias"]) {
    await writeWhole(`${folder}/${name}.npy`, encodeNpy(state.get(`${plan.classifier}.${name}`)!));
  }
  using bar = openBar(train.count + test.count, { unit: "images" });
  const write = (split: string, images: Images, keepBytes: number, before: number) =>
    writeSplit(`${folder}/${split}`, session, {
      images,
      keepBytes,
      classifier: classifierOf(session, state),
      onRows: (rows) => bar.update(before + rows, split),
    });
  await write("train", train, keep.train, 0);
  await write("test", test, keep.test, train.count);
}

/** The rows go to the disk as they come: no more of them are held than the bound allows. */
async function writeSplit(
  path: string,
  { library, network }: Session,
  { images, keepBytes, classifier, onRows }: {
    images: Images;
    keepBytes: number;
    classifier: ReturnType<typeof classifierOf>;
    onRows: (rows: number) => void;
  },
): Promise<void> {
  using features = await Features.extract(library, network, images, { keepBytes });
  const { count, width, precision } = features;
  const labels = new Int32Array(count);
  let rows = 0;
  await streamWhole(`${path}_features.npy`, async (write) => {
    await write(encodeNpyHeader({ dtype: precision, shape: [count, width] }));
    for await (const chunk of features.chunks()) {
      const { buffer, byteOffset, byteLength } = chunk.features;
      await write(new Uint8Array(buffer, byteOffset, byteLength));
      labels.set(chunk.labels, rows);
      rows += chunk.labels.length;
      onRows(rows);
    }
  });
  await writeWhole(`${path}_labels.npy`, encodeNpy(vector(labels)));
  const predictions = await features.predictions(classifier);
  await writeWhole(`${path}_predictions.npy`, encodeNpy(vector(Int32Array.from(predictions))));
}

function vector(data: Int32Array<ArrayBuffer>): TensorData {
  return { dtype: "int32", shape: [data.length], data };
}
