/** Writes a checkpoint's features, labels, predictions and classifier as .npy files. */
import { dirname, join } from "node:path";
import type { Dataset } from "../data/dataset.ts";
import { type Normalisation, normalisationOf, type PixelChoices } from "../data/normalisation.ts";
import { resolveName } from "../data/registry.ts";
import { precisionOf, writeState } from "../engine/checkpoint.ts";
import { loadImages, loadImagesOf, type LoadingProgress } from "../engine/images.ts";
import { type EngineChoices, halfOfFreeMemory, openLibrary } from "../engine/library.ts";
import { classifierOf, share } from "../engine/measure_network.ts";
import { openSession, type Session } from "../engine/session.ts";
import type { NetworkProtocol } from "../experiment/architecture.ts";
import { type OptionTexts, protocolFrom } from "../experiment/options.ts";
import { changed } from "../experiment/protocol.ts";
import { Features } from "../ffi/features.ts";
import type { Images } from "../ffi/images.ts";
import { makeFolder, streamWhole, writeWhole } from "../files.ts";
import { encodeNpy, encodeNpyHeader } from "../formats/npy.ts";
import type { StateDict, TensorData } from "../formats/tensor.ts";
import { runPaths } from "../run/paths.ts";
import { readRun } from "../run/run_json.ts";
import { openCheckpoint } from "./checkpoints.ts";
import { completed } from "./state_names.ts";

/** Whose features {@link writeFeatures} writes, and where to. */
export interface FeaturesRequest extends EngineChoices, PixelChoices {
  readonly checkpoint: string;
  /** Folder for the files; made where it is missing. */
  readonly out: string;
  /** Leads to the state dict in the file; without it the only one that can be meant. */
  readonly key?: string;
  /** Of the images; without it as the run says that the checkpoint lies in. */
  readonly dataset?: string;
  /** Options of the network, beside a data set; by default that of its protocol. */
  readonly network?: OptionTexts;
  /** Training images a class; null, and by default, all of them. */
  readonly perClass?: number | null | undefined;
  /** Folder of an existing copy of the data set. */
  readonly data?: string;
  /** Bytes for features; by default half of what is free. */
  readonly memory?: number;
}

/** What is told while features are written. */
export interface FeaturesProgress extends LoadingProgress {
  /** Rows that are written, of `count` in both splits. */
  readonly onRows?: (done: { readonly split: string; readonly rows: number; readonly count: number }) => void;
}

/** What was written. */
export interface WrittenFeatures {
  /** The data set, for titles. */
  readonly title: string;
  readonly normalisation: Normalisation;
  /** What was done that changes the meaning of the checkpoint, for people. */
  readonly notes: readonly string[];
}

export async function writeFeatures(
  { checkpoint, out, key, ...request }: FeaturesRequest,
  { onRows, ...loading }: FeaturesProgress = {},
): Promise<WrittenFeatures> {
  const { threads, device = "cpu", memory = halfOfFreeMemory() } = request;
  const opened = await openCheckpoint(checkpoint, key);
  const { network, classifier, load } = await whatItWasTrainedOn(checkpoint, request, loading);
  using library = openLibrary({ threads, device });
  const images = await load();
  const normalisation = normalisationOf(images, request);
  const dataset = { ...images, mean: normalisation.mean, std: normalisation.std };
  const precision = precisionOf(opened.state);
  using session = openSession(library, { network, classifier, training: { precision } }, dataset, { device });
  const { state, notes } = completed(opened.state, session.plan, precision);
  writeState(session.network, session.plan, state, checkpoint);
  await writeArrays(out, session, state, memory, onRows);
  return { title: images.title, normalisation, notes: [...opened.notes, ...notes] };
}

/** Network and images of a checkpoint. */
interface TrainedOn extends NetworkProtocol {
  readonly load: () => Promise<Dataset>;
}

/** Network and images of a checkpoint: as its options say, else as the run does that it lies in. */
async function whatItWasTrainedOn(
  checkpoint: string,
  { dataset, network = {}, perClass, data }: Omit<FeaturesRequest, "checkpoint" | "out">,
  loading: LoadingProgress,
): Promise<TrainedOn> {
  if (dataset !== undefined) {
    const kind = resolveName(dataset);
    const protocol = changed(protocolFrom(kind, network), { data: { perClass: perClass ?? null } });
    return { ...protocol, load: () => loadImages(protocol, data, loading) };
  }
  const given = Object.entries({ ...network, "per-class": perClass }).find(([, value]) =>
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
  return { ...record.protocol, load: () => loadImagesOf(record, { folder, data }, loading) };
}

async function writeArrays(
  folder: string,
  session: Session,
  state: StateDict,
  memory: number,
  onRows: FeaturesProgress["onRows"],
): Promise<void> {
  const { plan, train, test } = session;
  const keep = share(session, memory);
  await makeFolder(folder);
  const classifier = classifierOf(session, state);
  const shapes = { weight: [plan.classes, plan.width], bias: [plan.classes] };
  for (const name of ["weight", "bias"] as const) {
    const data = classifier[name];
    const array: TensorData = session.network.precision === "float64"
      ? { dtype: "float64", shape: shapes[name], data }
      : { dtype: "float32", shape: shapes[name], data: Float32Array.from(data) };
    await writeWhole(`${folder}/${name}.npy`, encodeNpy(array));
  }
  const count = train.count + test.count;
  const write = (split: string, images: Images, keepBytes: number, before: number) =>
    writeSplit(`${folder}/${split}`, session, {
      images,
      keepBytes,
      classifier,
      onRows: (rows) => onRows?.({ split, rows: before + rows, count }),
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
