/** Measures the layers of a session's network: what each of them makes of both splits. */
import { memoryOf, select } from "../collapse/catalogue.ts";
import { lossLine } from "../experiment/recipe.ts";
import { measure } from "../collapse/measure.ts";
import { Features } from "../ffi/features.ts";
import { type Layer, layersOf } from "../models/layers.ts";
import { encodeReads } from "../models/reads.ts";
import { LAYER_METRICS, type LayerForm, type LayerRow } from "../run/layers.ts";
import { share } from "./measure_network.ts";
import type { Session } from "./session.ts";

/** d up to which ranks are measured, which take the eigenvalues of a d × d matrix. */
export const WIDEST_RANK = 1024;

/** Of the values that leave the network nothing depends on it. */
const LOSS = lossLine({ kind: "cross_entropy", labelSmoothing: 0 });
const FLOAT_BYTES = { float32: 4, float64: 8 } as const;

export interface LayerOptions {
  readonly form: LayerForm;
  /** Features are kept in at most so much memory: as many layers are read in a pass as that holds, one at least. */
  readonly keepBytes: number;
  /** Ends measuring within a second or so, by throwing the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A row for each layer of the network as it is. A trainer on it has been flushed. */
export async function measureLayers(
  session: Session,
  epoch: number,
  { form, keepBytes, signal }: LayerOptions,
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
      });
      return all.map((features) => held.use(features));
    };
    const [train, test] = [await extract("train"), await extract("test")];
    for (const [i, { number, name }] of group.entries()) {
      signal?.throwIfAborted();
      const splits = { train: train[i]!, test: test[i]! };
      const { width } = splits.train;
      const values = await measureLayer(splits, { keepBytes, signal });
      rows.push({ epoch, layer: number, name, form, width, values });
    }
  }
  return rows;
}

async function measureLayer(
  { train, test }: { train: Features; test: Features },
  { keepBytes, signal }: Pick<LayerOptions, "keepBytes" | "signal">,
): Promise<LayerRow["values"]> {
  const { classes, width } = train;
  const metrics = LAYER_METRICS.filter((metric) => {
    if (!/rank|participation/.test(metric)) return true;
    const bytes = memoryOf(select([metric]), { classes, width });
    return width <= WIDEST_RANK && bytes <= keepBytes;
  });
  const { values } = await measure({ train, test }, { metrics, ...signal && { signal } });
  return Object.fromEntries(LAYER_METRICS.map((metric) => [metric, values[metric] ?? null]));
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
