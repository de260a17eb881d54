/** The weights on either side of a layer of a plan: those that write its value and those that read it. */
import type { LayerMatrix } from "../collapse/layer_weights.ts";
import { keepLiveTaps } from "./rewrites/live_taps.ts";
import type { Plan, PlanStep, Taps } from "./plan.ts";

/** An entry of the state dict, a kernel (out × in × height × width) or a matrix (out × in). */
export interface LayerWeight {
  readonly name: string;
  readonly shape: readonly number[];
  /** The window of a kernel that meets data, not padding alone; absent where all of it does. */
  readonly taps?: Taps;
}

export interface LayerWeights {
  /** Of the convolution or linear layer, on the way without shortcuts, that the value comes from; null behind a concatenation. */
  readonly own: LayerWeight | null;
  /** Of the first such layer that reads it. */
  readonly next: LayerWeight | null;
}

/** Around the value that the op `name` writes. What lies between (norms, ReLUs, pools) leaves the channels as they are. */
export function layerWeights(plan: Plan, name: string): LayerWeights {
  const value = plan.names.get(name);
  if (value === undefined) throw new Error(`the plan has no value "${name}"`);
  const of = (weight: string | null) => weight === null ? null : weightNamed(plan, weight);
  return { own: of(writer(plan.steps, value)), next: of(reader(plan.steps, value)) };
}

function writer(steps: readonly PlanStep[], value: number): string | null {
  const step = steps.find(({ to }) => to === value);
  switch (step?.op) {
    case "conv2d":
    case "linear":
      return step.weight;
    case undefined:
    case "concat":
      return null;
    default:
      return writer(steps, step!.from[0]!);
  }
}

function reader(steps: readonly PlanStep[], value: number): string | null {
  for (const step of steps) {
    if (step.from[0] !== value) continue;
    switch (step.op) {
      case "conv2d":
      case "linear":
        return step.weight;
      // What is joined to it has other channels; what is added comes from elsewhere.
      case "concat":
      case "add":
        continue;
      default: {
        const found = reader(steps, step.to);
        if (found !== null) return found;
      }
    }
  }
  return null;
}

function weightNamed(plan: Plan, name: string): LayerWeight {
  const { shape, taps } = parameter(plan, name);
  // A plan that was not rewritten does not say which taps are live.
  const live = taps ?? parameter(keepLiveTaps(plan), name).taps;
  return { name, shape, ...live && { taps: live } };
}

function parameter(plan: Plan, name: string) {
  const entry = plan.entries.find((entry) => entry.name === name);
  if (entry?.kind !== "parameter") throw new Error(`the plan has no parameter "${name}"`);
  return entry;
}

/**
 * The values of a weight unfolded by `channels`. "out": a row an output channel, a column an input and tap. "in": a row
 * an output and tap, a column an input channel, of which there are `inputs`: a linear layer behind a flattened map reads
 * several values of each.
 */
export function unfolded(
  { shape, taps }: LayerWeight,
  values: ArrayLike<number>,
  by: { readonly channels: "out" } | { readonly channels: "in"; readonly inputs: number },
): LayerMatrix {
  const [out, second, height = 1, width = 1] = shape as [number, number, number?, number?];
  const inputs = by.channels === "in" ? by.inputs : second;
  const [rowCount, columnCount] = shape.length === 2 ? [1, second / inputs] : [height, width];
  const { r0, r1, c0, c1 } = taps ?? { r0: 0, r1: rowCount, c0: 0, c1: columnCount };
  const window = (r1 - r0) * (c1 - c0);
  const [rows, columns] = by.channels === "out" ? [out, inputs * window] : [out * window, inputs];
  const result = new Float64Array(rows * columns);
  for (let o = 0; o < out; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let r = r0; r < r1; r++) {
        for (let c = c0; c < c1; c++) {
          const tap = (r - r0) * (c1 - c0) + c - c0;
          const from = ((o * inputs + i) * rowCount + r) * columnCount + c;
          const to = by.channels === "out" ? o * columns + i * window + tap : (o * window + tap) * inputs + i;
          result[to] = values[from]!;
        }
      }
    }
  }
  return { values: result, rows, columns };
}
