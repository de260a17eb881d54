/**
 * Features of a split and the passes that reduce them, in native; has the shape of collapse's FeatureSource.
 * All matrices are row-major: N samples, C classes, d features.
 */
import { Handle, HandleSlot, newValues, type Precision, precisionCode, sized, text } from "./handle.ts";
import type { Images } from "./images.ts";
import type { Library } from "./library.ts";
import type { Network } from "./network.ts";
import type { StepTotals } from "./trainer.ts";

/** What the classifier reads, judged by the cross-entropy of the logits; nc.h, nc_features_extract, says what a text can be. */
const FEATURE = "loss kind=cross_entropy label_smoothing=0\nread value=feature form=flattened\n";
/** So often, in ms, a pass over images is looked at. */
const LOOK = 250;
/** Rows a chunk when features are read out. */
const CHUNK_ROWS = 4096;

type Doubles = Float64Array;

export interface ExtractOptions {
  readonly batchSize?: number;
  readonly keepBytes?: number;
  /** Called some times a second with how many images are done, and at the end. */
  readonly onImages?: ((done: number) => void) | undefined;
}

export class Features extends Handle {
  readonly count: number;
  readonly width: number;
  readonly classes: number;
  readonly precision: Precision;
  /** Of the network's own classifier on this split; absent for features that were given. */
  readonly totals: StepTotals | undefined;

  private constructor(
    library: Library,
    slot: Pick<HandleSlot, "address">,
    { totals, borrowed = [] }: { totals?: StepTotals; borrowed?: readonly Handle[] } = {},
  ) {
    super(library, slot, "nc_features_free", borrowed);
    const shape = new BigInt64Array(4);
    library.call("nc_features_shape", slot.address, ...sized(shape));
    const [count, width, classes, precision] = Array.from(shape, Number);
    this.count = count;
    this.width = width;
    this.classes = classes;
    this.precision = precision === 1 ? "float64" : "float32";
    this.totals = totals;
  }

  /**
   * What the classifier of `network` reads of all images, in evaluation mode. The features stay in memory where they take
   * at most `keepBytes`; otherwise every pass computes them again. Borrows both arguments.
   */
  static async extract(
    library: Library,
    network: Network,
    images: Images,
    options: ExtractOptions = {},
  ): Promise<Features> {
    const [features] = await Features.extractAll(library, network, images, FEATURE, options);
    return features!;
  }

  /** The same for each `read` line of the text `reads`, in one pass over the images; `keepBytes` is for all together. */
  static async extractAll(
    library: Library,
    network: Network,
    images: Images,
    reads: string,
    { batchSize = 256, keepBytes = Number.MAX_SAFE_INTEGER, onImages }: ExtractOptions = {},
  ): Promise<Features[]> {
    const addresses = new BigUint64Array(reads.match(/^read /gm)?.length ?? 0);
    const sums = new Float64Array(3);
    const call = library.callLong(
      "nc_features_extract",
      network.address,
      images.address,
      ...text(reads),
      batchSize,
      BigInt(Math.floor(keepBytes)),
      ...sized(sums),
      addresses,
      BigInt(addresses.length),
    );
    const borrowed = [network, images];
    const clock = onImages && setInterval(() => onImages(sums[2]!), LOOK);
    try {
      await Handle.atWork(borrowed, call);
    } finally {
      clearInterval(clock);
    }
    onImages?.(sums[2]!);
    const [loss, correct, samples] = sums;
    const totals = { loss, correct, samples };
    return Array.from(addresses, (address) => new Features(library, { address }, { totals, borrowed }));
  }

  /** Features from the caller's memory (N × d), copied to `device`. */
  static async create(
    library: Library,
    values: Float32Array | Float64Array,
    labels: Int32Array,
    { classes, device = "cpu" }: { classes: number; device?: string },
  ): Promise<Features> {
    const slot = new HandleSlot();
    const precision = values instanceof Float64Array ? "float64" : "float32";
    await library.callLong(
      "nc_features_create",
      ...sized(values),
      precisionCode(precision),
      labels as Int32Array<ArrayBuffer>,
      BigInt(labels.length),
      BigInt(labels.length > 0 ? Math.floor(values.length / labels.length) : 0),
      classes,
      ...text(device),
      slot.place,
    );
    return new Features(library, slot);
  }

  /** n_c, and the sum of the features of each class (C × d). */
  async classSums(): Promise<{ counts: Doubles; sums: Doubles }> {
    const counts = new Float64Array(this.classes);
    const sums = new Float64Array(this.classes * this.width);
    await this.callLong("nc_features_class_sums", this.address, ...sized(counts), ...sized(sums));
    return { counts, sums };
  }

  /** Scatter (K × K) in `basis` (K × d) around `means` (C × d), and Σ‖h − μ_c‖² a class. */
  async withinClass(means: Doubles, basis: Doubles): Promise<{ scatter: Doubles; deviations: Doubles }> {
    this.#expectMatrix("means", means, this.classes);
    const modes = basis.length / this.width;
    this.#expectMatrix("basis", basis, Math.floor(modes));
    const scatter = new Float64Array(modes * modes);
    const deviations = new Float64Array(this.classes);
    await this.callLong(
      "nc_features_within_class",
      this.address,
      ...sized(means),
      ...sized(basis),
      BigInt(modes),
      ...sized(scatter),
      ...sized(deviations),
    );
    return { scatter, deviations };
  }

  /** Σ (h − μ)(h − μ)ᵀ, d × d, around `means` (C × d). */
  async withinClassScatter(means: Doubles): Promise<Doubles> {
    this.#expectMatrix("means", means, this.classes);
    const scatter = new Float64Array(this.width * this.width);
    await this.callLong("nc_features_scatter", this.address, ...sized(means), ...sized(scatter));
    return scatter;
  }

  /** Decisions of the classifier and of the nearest of `centres` (C × d), compared. */
  async decisions(centres: Doubles, { weight, bias }: { weight: Doubles; bias: Doubles }): Promise<{
    classifierCorrect: number;
    centreCorrect: number;
    agreement: number;
    agreementWithoutBias: number;
  }> {
    this.#expectMatrix("centres", centres, this.classes);
    this.#expectClassifier(weight, bias);
    const counts = new BigInt64Array(4);
    await this.callLong(
      "nc_features_decisions",
      this.address,
      ...sized(centres),
      ...sized(weight),
      ...sized(bias),
      ...sized(counts),
    );
    const [classifierCorrect, centreCorrect, agreement, agreementWithoutBias] = Array.from(counts, Number);
    return { classifierCorrect, centreCorrect, agreement, agreementWithoutBias };
  }

  /** How often argmax(Wh + b) is the label. */
  async correct({ weight, bias }: { weight: Doubles; bias: Doubles }): Promise<number> {
    this.#expectClassifier(weight, bias);
    const correct = new BigInt64Array(1);
    await this.callLong("nc_features_correct", this.address, ...sized(weight), ...sized(bias), correct);
    return Number(correct[0]);
  }

  /** argmax(Wh + b) for every sample. */
  async predictions({ weight, bias }: { weight: Doubles; bias: Doubles }): Promise<Int32Array> {
    this.#expectClassifier(weight, bias);
    const predictions = new Int32Array(this.count);
    await this.callLong(
      "nc_features_predictions",
      this.address,
      ...sized(weight),
      ...sized(bias),
      ...sized(predictions),
    );
    return predictions;
  }

  /** All features and labels, some rows at a time, in the order of the images. */
  async *chunks(): AsyncGenerator<{ features: Float32Array | Float64Array; labels: Int32Array }> {
    for (let first = 0; first < this.count; first += CHUNK_ROWS) {
      const rows = Math.min(CHUNK_ROWS, this.count - first);
      const features = newValues(this.precision, rows * this.width);
      const labels = new Int32Array(rows);
      await this.callLong(
        "nc_features_read",
        this.address,
        BigInt(first),
        BigInt(rows),
        ...sized(features),
        ...sized(labels),
      );
      yield { features, labels };
    }
  }

  #expectMatrix(what: string, matrix: Doubles, rows: number): void {
    if (matrix.length !== rows * this.width) {
      throw new RangeError(`${what}: expected ${rows} × ${this.width} values, found ${matrix.length}`);
    }
  }

  #expectClassifier(weight: Doubles, bias: Doubles): void {
    this.#expectMatrix("weight", weight, this.classes);
    if (bias.length !== this.classes) {
      throw new RangeError(`bias: expected ${this.classes} values, found ${bias.length}`);
    }
  }
}
