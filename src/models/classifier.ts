/** Another last layer in place of a network's own. */
import type { Architecture, Initialisation, Linear, NetworkOp } from "./network.ts";

/** The layer that gives features their width; its parameters are `projection.weight` (width × what it reads) and `.bias`. */
export const PROJECTION = "projection";

/** What may differ from the network's own last layer. */
export interface LastLayer {
  readonly bias: boolean;
  /** Length d of the features: a linear layer, with bias and without ReLU, stands before the classifier. Null for none. */
  readonly width: number | null;
  /** T of logits cos(h, w) / T: features and rows are divided by their lengths. Null for logits w · h. */
  readonly temperature: number | null;
  /** How the weight is drawn; null for as the network's own. */
  readonly weightInit?: Initialisation | null;
  /** Whether it stays so. */
  readonly frozen?: boolean;
  /** Whether weight and bias are, after each step, those of the simplex ETF nearest to the class means. */
  readonly nearest?: boolean;
}

/** The same network with another last layer, under the same name. Throws where its last op is none. */
export function withClassifier(
  network: Architecture,
  { bias, width, temperature, weightInit = null, frozen = false, nearest = false }: LastLayer,
): Architecture {
  const ops: NetworkOp[] = network.ops.slice(0, -1);
  const own = network.ops.at(-1);
  if (own?.op !== "linear") throw new Error(`${network.name}: expected a linear layer as the last op`);
  let [value] = own.inputs as [string];
  const add = (op: NetworkOp) => {
    ops.push(op);
    value = op.name;
  };
  if (width !== null) add(projection(value, width));
  if (temperature !== null) add({ op: "normalise", name: "normalised", inputs: [value] });
  add({
    ...own,
    inputs: [value],
    bias,
    weightInit: weightInit ?? own.weightInit,
    ...frozen ? { frozen } : {},
    ...nearest ? { nearest, biasInit: { kind: "constant", value: 0 } as const } : {},
    ...temperature === null ? {} : { temperature },
  });
  return { ...network, ops };
}

function projection(input: string, features: number): Linear {
  const drawn = { weightInit: null, biasInit: null };
  return {
    op: "linear",
    name: PROJECTION,
    inputs: [input],
    scope: PROJECTION,
    features,
    bias: true,
    ...drawn,
  };
}
