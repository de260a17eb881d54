/**
 * Measures features of ImageNet's size under a ResNet-50 (N = 1.28 million, d = 2048, C = 1000; 10.5 GB as float32)
 * from a generated stream, with the metrics measured by default, and keeps time and peak memory:
 * `deno run -P=bench bench/imagenet_stream.ts`, or with `--samples 12800` a hundredth of it.
 */
import { Command } from "@commander-js/extra-typings";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { device, threads, wholeNumber } from "../src/cli/options.ts";
import { openLibrary } from "../src/engine/library.ts";
import { measure } from "../src/collapse/measure.ts";
import type { FeatureChunk } from "../src/collapse/source.ts";
import { writeWhole } from "../src/files.ts";
import { nativeStream } from "../src/measuring/native_stream.ts";
import { describeCommit, describeMachine } from "./machine.ts";
import { peakBytesOf } from "./memory.ts";

const WIDTH = 2048;
const CLASSES = 1000;
const SAMPLES = 1_280_000;
const SEED = 1;
/** Samples at a time: 32 MiB. */
const CHUNK = 4096;
/** Numbers of noise, a window of which each sample takes. */
const NOISE = 2 ** 20;
/** Of the noise, in units of the spread of the class means. */
const SPREAD = 0.5;

if (import.meta.main) await main();

async function main(): Promise<void> {
  const command = new Command("imagenet_stream")
    .option("--samples <n>", "at least one a class", wholeNumber({ min: CLASSES }), SAMPLES)
    .option("--device <name>", "cpu, cuda or cuda:<index>", device, "cpu")
    .option("--threads <n>", "CPU threads (default: one a core)", threads)
    .option("--out <file>", "where the result goes", `${import.meta.dirname}/results/imagenet_stream.json`);
  const { samples, device: place, threads: limit, out } = command.parse(Deno.args, { from: "user" }).opts();
  using library = openLibrary({ threads: limit, device: place });
  const { means, open, generating } = generate(samples);
  const train = nativeStream(library, open, { count: samples, width: WIDTH, classes: CLASSES }, {
    device: place,
  });
  const start = performance.now();
  const { values } = await measure({ train, classifier: { weight: means } });
  const seconds = (performance.now() - start) / 1000;
  const { libtorch, threads: used } = library.describe();
  const result = {
    samples,
    width: WIDTH,
    classes: CLASSES,
    metrics: Object.values(values).filter((value) => value !== null).length,
    seconds,
    /** Of these, what the generator took. */
    generatingSeconds: generating.seconds,
    peakBytes: await peakBytesOf(Deno.pid),
    within_class_variation: values.within_class_variation,
    device: place,
    threads: used,
    machine: await describeMachine(place),
    versions: { deno: Deno.version.deno, libtorch },
    commit: await describeCommit(),
    date: new Date().toISOString(),
  };
  await writeWhole(out, `${JSON.stringify(result, null, 2)}\n`);
  const peak = result.peakBytes === null ? "unknown" : `${(result.peakBytes / 2 ** 30).toFixed(2)} GiB`;
  console.log(`${samples} samples: ${seconds.toFixed(1)} s, peak memory ${peak}; ${out}`);
}

/** Class means and a stream of samples around them, the same on every pass. */
function generate(samples: number): {
  means: Float32Array;
  open: () => AsyncGenerator<FeatureChunk>;
  generating: { readonly seconds: number };
} {
  const random = xoroshiro128plus(SEED);
  const uniform = () => random.next() / 2 ** 31;
  const means = Float32Array.from({ length: CLASSES * WIDTH }, uniform);
  const noise = Float32Array.from({ length: NOISE }, () => SPREAD * uniform());
  const generating = { seconds: 0 };
  const buffer = new Float32Array(CHUNK * WIDTH);
  async function* open(): AsyncGenerator<FeatureChunk> {
    for (let first = 0; first < samples; first += CHUNK) {
      const start = performance.now();
      const count = Math.min(CHUNK, samples - first);
      const labels = Int32Array.from({ length: count }, (_, i) => (first + i) % CLASSES);
      for (let i = 0; i < count; i++) fillSample(buffer, i * WIDTH, means, labels[i]!, noise, first + i);
      generating.seconds += (performance.now() - start) / 1000;
      yield await Promise.resolve({ features: buffer.subarray(0, count * WIDTH), labels });
    }
  }
  return { means, open, generating };
}

function fillSample(
  to: Float32Array,
  at: number,
  means: Float32Array,
  label: number,
  noise: Float32Array,
  sample: number,
): void {
  // Multiplication by an odd constant spreads the windows over the noise.
  const window = (Math.imul(sample, 0x9e3779b1) >>> 0) % (NOISE - WIDTH);
  for (let k = 0; k < WIDTH; k++) to[at + k] = means[label * WIDTH + k]! + noise[window + k]!;
}
