/** Writes what an experiment works on as raw files, which every contender reads before anything is timed. */
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Dataset } from "../src/data/dataset.ts";
import { drawImages } from "../src/data/drawn.ts";
import { loadDataset } from "../src/data/load.ts";
import { DATASETS } from "../src/data/registry.ts";
import { type Experiment, type FeaturesInput, type ImagesInput, OPTIMIZER } from "./experiments.ts";
import type { Task } from "./protocol.ts";

const SEED = 1;

/** Classes of CIFAR-10 and of the drawn images; for a network with others, labels count 0, 1, 2, … in turn. */
const DATA_CLASSES = 10;

/** What experiments on images take from a data set. */
export type ImageSource = Pick<Dataset, "title" | "shape" | "mean" | "std" | "train">;

/** CIFAR-10 from a folder, or where there is none, as many images as asked, drawn by code. */
export async function loadSource(
  { data, title, images }: { data: string | undefined; title?: string | undefined; images: number },
): Promise<ImageSource> {
  if (data !== undefined) {
    const dataset = await loadDataset("CIFAR10", { data, cache: data });
    return { ...dataset, title: title ?? dataset.title };
  }
  const { shape, mean, std } = DATASETS.Drawn10!;
  const { train } = drawImages({ classes: 10, train: images, test: 10 });
  return { title: `images drawn by code (${images})`, shape, mean: [...mean], std: [...std], train };
}

/** Fills `folder` and says what a contender has to do there. */
export async function writeInput(
  { input }: Experiment,
  source: ImageSource,
  folder: string,
): Promise<Task> {
  return input.task === "measure"
    ? await writeFeatures(input, folder)
    : await writeImages(input, source, folder);
}

async function writeImages(input: ImagesInput, source: ImageSource, folder: string): Promise<Task> {
  const { images, classes } = input;
  const { train, shape, mean, std } = source;
  if (train.count < images) throw new Error(`expected at least ${images} images, found ${train.count}`);
  await Deno.writeFile(
    `${folder}/pixels.bin`,
    train.images.subarray(0, images * train.images.length / train.count),
  );
  const labels = classes === DATA_CLASSES
    ? train.labels.slice(0, images)
    : Int32Array.from({ length: images }, (_, i) => i % classes);
  await writeArray(`${folder}/labels.bin`, labels);
  const { learningRate, momentum, weightDecay } = OPTIMIZER;
  return { ...input, folder, shape, mean, std, learningRate, momentum, weightDecay };
}

/** Features around random class means, as spread out within a class as between classes; W near the means. */
async function writeFeatures(input: FeaturesInput, folder: string): Promise<Task> {
  const { width, classes } = input;
  const random = uniform(SEED);
  const means = Float32Array.from({ length: classes * width }, random);
  for (const split of ["train", "test"] as const) {
    const labels = Int32Array.from({ length: input[split] }, (_, i) => i % classes);
    const features = new Float32Array(input[split] * width).map((_, i) => {
      const label = labels[Math.floor(i / width)]!;
      return means[label * width + i % width]! + random();
    });
    await writeArray(`${folder}/${split}.bin`, features);
    await writeArray(`${folder}/${split}_labels.bin`, labels);
  }
  await writeArray(`${folder}/weight.bin`, means.map((mean) => mean + 0.1 * random()));
  await writeArray(`${folder}/bias.bin`, Float32Array.from({ length: classes }, random));
  return { ...input, folder };
}

async function writeArray(path: string, { buffer }: Float32Array | Int32Array): Promise<void> {
  await Deno.writeFile(path, new Uint8Array(buffer as ArrayBuffer));
}

/** Numbers spread evenly over ±1. */
function uniform(seed: number): () => number {
  const random = xoroshiro128plus(seed);
  return () => random.next() / 2 ** 31;
}
