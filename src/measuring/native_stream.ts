/** Features that arrive in chunks, each reduced in native: the speed of libtorch in the memory of one chunk. */
import { type StreamShape, streamSource } from "../collapse/array_source.ts";
import type {
  Classifier,
  ClassSums,
  DecisionCounts,
  FeatureChunk,
  FeatureSource,
  WithinClassSums,
} from "../collapse/source.ts";
import { Features } from "../ffi/features.ts";
import type { Library } from "../ffi/library.ts";

/**
 * As collapse's `streamSource`, with each chunk's sums taken in native on `device` and added up here, in float64.
 * Its numbers are those of `streamSource` but for the order of the additions.
 */
export function nativeStream(
  library: Library,
  open: () => AsyncIterable<FeatureChunk>,
  shape: StreamShape,
  { device = "cpu" }: { device?: string } = {},
): FeatureSource {
  return new NativeStream(library, streamSource(open, shape), device);
}

class NativeStream implements FeatureSource {
  readonly width: number;
  readonly classes: number;
  readonly #library: Library;
  /** Checks the chunks and counts the samples. */
  readonly #stream: FeatureSource;
  readonly #device: string;

  constructor(library: Library, stream: FeatureSource, device: string) {
    this.width = stream.width;
    this.classes = stream.classes;
    this.#library = library;
    this.#stream = stream;
    this.#device = device;
  }

  get count(): number {
    return this.#stream.count;
  }

  chunks(): AsyncIterable<FeatureChunk> {
    return this.#stream.chunks();
  }

  async classSums(): Promise<ClassSums> {
    const { width, classes } = this;
    const counts = new Float64Array(classes);
    const sums = new Float64Array(classes * width);
    await this.#each(async (chunk) => {
      const part = await chunk.classSums();
      add(counts, part.counts);
      add(sums, part.sums);
    });
    return { counts, sums };
  }

  async withinClass(means: Float64Array, basis: Float64Array): Promise<WithinClassSums> {
    const modes = basis.length / this.width;
    const scatter = new Float64Array(modes * modes);
    const deviations = new Float64Array(this.classes);
    await this.#each(async (chunk) => {
      const part = await chunk.withinClass(means, basis);
      add(scatter, part.scatter);
      add(deviations, part.deviations);
    });
    return { scatter, deviations };
  }

  async withinClassScatter(means: Float64Array): Promise<Float64Array> {
    const scatter = new Float64Array(this.width ** 2);
    await this.#each(async (chunk) => add(scatter, await chunk.withinClassScatter(means)));
    return scatter;
  }

  async correct(classifier: Classifier): Promise<number> {
    let total = 0;
    await this.#each(async (chunk) => {
      total += await chunk.correct(classifier);
    });
    return total;
  }

  async decisions(centres: Float64Array, classifier: Classifier): Promise<DecisionCounts> {
    const total = { classifierCorrect: 0, centreCorrect: 0, agreement: 0, agreementWithoutBias: 0 };
    await this.#each(async (chunk) => {
      const part = await chunk.decisions(centres, classifier);
      total.classifierCorrect += part.classifierCorrect;
      total.centreCorrect += part.centreCorrect;
      total.agreement += part.agreement;
      total.agreementWithoutBias += part.agreementWithoutBias;
    });
    return total;
  }

  async #each(visit: (chunk: Features) => Promise<void>): Promise<void> {
    const { classes } = this;
    for await (const { features, labels } of this.chunks()) {
      if (labels.length === 0) continue;
      using chunk = await Features.create(this.#library, features, labels, { classes, device: this.#device });
      await visit(chunk);
    }
  }
}

function add(total: Float64Array, part: Float64Array): void {
  for (let i = 0; i < total.length; i++) total[i] += part[i];
}
