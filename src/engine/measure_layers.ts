/** Measures the layers of a session's network: what each of them makes of both splits. */
import { memoryOf, select } from "../collapse/catalogue.ts";
import { lossLine } from "../experiment/recipe.ts";
import { balancedness, layerDuality, type LayerMatrix } from "../collapse/layer_weights.ts";
import { measure } from "../collapse/measure.ts";
import { type FeatureSource, summedOnce } from "../collapse/source.ts";
import { Features } from "../ffi/features.ts";
import { type LayerWeight, layerWeights, unfolded } from "../models/layer_weights.ts";
import { type Layer, layersOf } from "../models/layers.ts";
import { encodeReads } from "../models/reads.ts";
import { LAYER_METRICS, type LayerForm, type LayerRow } from "../run/layers.ts";
import { readState } from "./checkpoint.ts";
import { type NetworkMeasureOptions, share, toldOf } from "./measure_network.ts";
import type { Session } from "./session.ts";

/** d up to which ranks, probes and layer duality are measured, which take decompositions of a d × d matrix. */
export const WIDEST_RANK = 1024;

/** Of the values that leave the network nothing depends on it. */
const LOSS = lossLine({ kind: "cross_entropy", labelSmoothing: 0 });
const FLOAT_BYTES = { float32: 4, float64: 8 } as const;

export interface LayerOptions {
  readonly form: LayerForm;
  /** Features are kept in at most so much memory: as many layers are read in a pass as that holds, one at least. */
  readonly keepBytes: number;
  /** Called some times a second while images pass through the network. */
  readonly onImages?: NetworkMeasureOptions["onImages"];
  /** Ends measuring within a second or so, by throwing the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A row for each layer of the network as it is. A trainer on it has been flushed. */
export async function measureLayers(
  session: Session,
  epoch: number,
  { form, keepBytes, signal, onImages }: LayerOptions,
): Promise<readonly LayerRow[]> {
  const layers = layersOf(session.plan).map((layer, i) => ({ ...layer, number: i + 1 }));
  const rows: LayerRow[] = [];
  for (const group of groupsWithin(layers, session, { form, keepBytes })) {
    using held = new DisposableStack();
    const reads = encodeReads(session.plan, LOSS, group.map(({ name }) => ({ value: name, form })));
    const bounds = share(session, keepBytes);
    const extract = async (split: "train" | "test") => {
      const { library, network } = session;
      const all = await Features.extractAll(library, network, session[split], reads, {
        keepBytes: bounds[split],
        ...toldOf(split === "train" ? "training" : split, session[split], onImages),
      });
      return all.map((features) => held.use(features));
    };
    const [train, test] = [await extract("train"), await extract("test")];
    for (const [i, { number, ...layer }] of group.entries()) {
      signal?.throwIfAborted();
      const splits = { train: summedOnce(train[i]!), test: test[i]! };
      const { width } = splits.train;
      const values = {
        ...await measureLayer(splits, { keepBytes, signal }),
        ...await measureWeights(session, layer, splits.train),
      };
      rows.push({ epoch, layer: number, name: layer.name, form, width, values });
    }
  }
  return rows;
}

async function measureLayer(
  { train, test }: { train: FeatureSource; test: FeatureSource },
  { keepBytes, signal }: Pick<LayerOptions, "keepBytes" | "signal">,
): Promise<LayerRow["values"]> {
  const { classes, width } = train;
  const metrics = LAYER_METRICS.filter((metric) => {
    if (!/rank|participation|probe/.test(metric)) return true;
    const bytes = memoryOf(select([metric]), { classes, width });
    return width <= WIDEST_RANK && bytes <= keepBytes;
  });
  const { values } = await measure({ train, test }, { metrics, ...signal && { signal } });
  return Object.fromEntries(LAYER_METRICS.map((metric) => [metric, values[metric] ?? null]));
}

/** What the weights that write and that read a layer say; null where there are none, or they do not meet. */
async function measureWeights(
  { plan, network }: Session,
  { name, widths: { pooled: channels } }: Layer,
  train: FeatureSource,
): Promise<LayerRow["values"]> {
  const { own, next } = layerWeights(plan, name);
  if (next === null) return { layer_duality: null, balancedness: null };
  const read = (weight: LayerWeight, by: Parameters<typeof unfolded>[2]) => {
    const state = readState(network, (name) => name === weight.name);
    // Parameters are floats.
    return unfolded(weight, state.get(weight.name)!.data as Float32Array | Float64Array, by);
  };
  const behind = read(next, { channels: "in", inputs: channels });
  return {
    layer_duality: channels > WIDEST_RANK
      ? null
      : layerDuality(behind, await classMeans(train, channels), train.classes),
    balancedness: own === null ? null : balancedness(read(own, { channels: "out" }), behind),
  };
}

/** A row a class and position, a column a channel. Every class has samples, or no metric had a value. */
async function classMeans(train: FeatureSource, channels: number): Promise<LayerMatrix> {
  const { counts, sums } = await train.classSums();
  const { width, classes } = train;
  const positions = width / channels;
  const values = new Float64Array(sums.length);
  for (let c = 0; c < classes; c++) {
    for (let k = 0; k < width; k++) {
      const row = c * positions + k % positions;
      values[row * channels + Math.floor(k / positions)] = sums[c * width + k]! / counts[c]!;
    }
  }
  return { values, rows: classes * positions, columns: channels };
}

/** Layers in groups whose features of both splits stay within the bound; one by itself where it alone does not. */
function groupsWithin<L extends Layer>(
  layers: readonly L[],
  { train, test, network }: Session,
  { form, keepBytes }: Pick<LayerOptions, "form" | "keepBytes">,
): readonly (readonly L[])[] {
  const bytesOf = ({ widths }: Layer) =>
    (train.count + test.count) * widths[form] * FLOAT_BYTES[network.precision];
  const groups: L[][] = [];
  let bytes = 0;
  for (const layer of layers) {
    const own = bytesOf(layer);
    if (groups.length > 0 && bytes + own <= keepBytes) {
      groups.at(-1)!.push(layer);
      bytes += own;
    } else {
      groups.push([layer]);
      bytes = own;
    }
  }
  return groups;
}
