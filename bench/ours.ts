/** Our contender: reads commands as lines of JSON from stdin and answers on stdout; see protocol.ts. */
import { measure } from "../src/collapse/measure.ts";
import { releasePixels } from "../src/data/dataset.ts";
import { Features } from "../src/ffi/features.ts";
import { Images } from "../src/ffi/images.ts";
import { Library } from "../src/ffi/library.ts";
import { Network } from "../src/ffi/network.ts";
import { Trainer } from "../src/ffi/trainer.ts";
import { encodePlan } from "../src/models/encode.ts";
import { makePlan } from "../src/models/make_plan.ts";
import { rewritePlan } from "../src/models/rewrite.ts";
import { recipeOf } from "../src/experiment/recipe.ts";
import { epochOrder } from "../src/train/order.ts";
import { LOSS, OPTIMIZER } from "./experiments.ts";
import { lines } from "./lines.ts";
import { networkOf } from "./networks.ts";
import type { Command, Job, Repetition, Versions } from "./protocol.ts";

/** Does some of the prepared work. What it needs lives as long as the process. */
type Repeat = (amount: number) => Promise<Omit<Repetition, "seconds">>;
type JobOf<T extends Job["task"]> = Extract<Job, { task: T }>;

const SEED = 0;

if (import.meta.main) await main();

async function main(): Promise<void> {
  const library = Library.open();
  let repeat: Repeat | undefined;
  for await (const line of lines(Deno.stdin.readable)) {
    const message = JSON.parse(line) as Command;
    if (message.command === "prepare") {
      library.setThreads(message.threads);
      repeat = await prepare(library, message);
      answer({ versions: { deno: Deno.version.deno, libtorch: library.describe().libtorch } });
    } else {
      const started = performance.now();
      const result = await repeat!(message.amount);
      answer({ seconds: (performance.now() - started) / 1000, ...result });
    }
  }
}

async function prepare(library: Library, job: Job): Promise<Repeat> {
  switch (job.task) {
    case "train":
      return await training(library, job);
    case "extract":
      return await extraction(library, job);
    case "measure":
      return await measuring(library, job);
    case "product":
      throw new Error("the rate of matrix products is measured through PyTorch");
  }
}

/** Steps of SGD over shuffled full batches. */
async function training(library: Library, job: JobOf<"train">): Promise<Repeat> {
  const { network, images } = await networkAndImages(library, job);
  const { momentum, weightDecay, variant } = job;
  const precision = variant === "bf16" ? "bf16" : "float32";
  const trainer = Trainer.create(
    library,
    network,
    images,
    recipeOf({
      augmentation: { kind: "none" },
      loss: LOSS,
      optimizer: { ...OPTIMIZER, momentum, weightDecay },
      training: { precision },
    }),
  );
  const stepsPerEpoch = Math.floor(job.images / job.batch);
  let told = false;
  let [epoch, step] = [1, 0];
  let order = epochOrder(SEED, epoch, job.images);
  return async (steps) => {
    for (let left = steps; left > 0;) {
      if (step === stepsPerEpoch) {
        [epoch, step] = [epoch + 1, 0];
        order = epochOrder(SEED, epoch, job.images);
      }
      const taken = Math.min(left, stepsPerEpoch - step);
      const { batch: batchSize, learningRate } = job;
      await trainer.run(order, { batchSize, firstStep: step, steps: taken, learningRate });
      step += taken;
      left -= taken;
    }
    const { whyNot } = trainer.recorded();
    if (whyNot !== null && !told) console.error(`note: ours trains without CUDA graphs: ${whyNot}`);
    told = whyNot !== null;
    return { units: steps * job.batch };
  };
}

/** Passes over all images in evaluation mode. */
async function extraction(library: Library, job: JobOf<"extract">): Promise<Repeat> {
  const { network, images } = await networkAndImages(library, job);
  return async (passes) => {
    for (let i = 0; i < passes; i++) {
      using _features = await Features.extract(library, network, images, { batchSize: job.batch });
    }
    return { units: passes * job.images };
  };
}

/** The quantities of the seven figures from given features. */
async function measuring(library: Library, job: JobOf<"measure">): Promise<Repeat> {
  const { folder, classes, device } = job;
  const split = async (name: string) =>
    await Features.create(
      library,
      await readArray(`${folder}/${name}.bin`, Float32Array),
      await readArray(`${folder}/${name}_labels.bin`, Int32Array),
      { classes, device },
    );
  const [train, test] = [await split("train"), await split("test")];
  const classifier = {
    weight: await readArray(`${folder}/weight.bin`, Float32Array),
    bias: await readArray(`${folder}/bias.bin`, Float32Array),
  };
  return async (times) => {
    let values: Record<string, number> = {};
    for (let i = 0; i < times; i++) {
      // An empty selection: the first columns of metrics.csv, which are what the figures show.
      const result = await measure({ train, test, classifier }, { metrics: [] });
      values = result.values as Record<string, number>;
    }
    return { units: times, values };
  };
}

async function networkAndImages(
  library: Library,
  job: JobOf<"train" | "extract">,
): Promise<{ network: Network; images: Images }> {
  const { folder, model, classes, shape, mean, std, device } = job;
  const plan = rewritePlan(makePlan(networkOf(model, classes), shape));
  const network = Network.create(library, encodePlan(plan), { device });
  network.initialise(SEED);
  const pixels = await Deno.readFile(`${folder}/pixels.bin`);
  const labels = await readArray(`${folder}/labels.bin`, Int32Array);
  const images = Images.create(library, { pixels, labels, shape, classes, mean, std }, { device });
  releasePixels({ images: pixels, labels, count: labels.length });
  return { network, images };
}

async function readArray<T>(path: string, kind: new (buffer: ArrayBuffer) => T): Promise<T> {
  const { buffer } = await Deno.readFile(path);
  return new kind(buffer);
}

function answer(message: Versions | Repetition): void {
  console.log(JSON.stringify(message));
}
