/**
 * From a network to what native executes: every shape inferred, parameters and buffers listed in the order of
 * torchvision's state dict, exact rewrites applied, and the whole written as text.
 *
 * The text has a line each for the input, the parameters, the buffers, the ops in execution order and the output:
 * a word, then key=value pairs. Values are numbered; 0 is the batch of images.
 */
import type { Initialisation, Network, NetworkOp } from "./network.ts";

/** Channels, height, width; or the length of a flat vector, as [n, 1, 1] with `flat` ops in between. */
export type Shape = readonly [channels: number, height: number, width: number];

/** Kernel rows r0..r1−1 and columns c0..c1−1. */
export interface Taps {
  readonly r0: number;
  readonly r1: number;
  readonly c0: number;
  readonly c1: number;
}

/** An entry of the state dict, in torchvision's shape. */
export type PlanEntry =
  | {
    readonly kind: "parameter";
    readonly name: string;
    readonly shape: readonly number[];
    readonly init: Initialisation;
    /** The window of the kernel that can meet data; absent where all of it can. */
    readonly taps?: Taps;
  }
  | {
    readonly kind: "buffer";
    readonly name: string;
    readonly shape: readonly number[];
    readonly value: number;
  }
  /** A 0-dimensional int64: num_batches_tracked. */
  | { readonly kind: "counter"; readonly name: string };

/** Batch norm's statistics and parameters are `${norm}.weight`, `.bias`, `.running_mean`, `.running_var`. */
interface Norm {
  readonly norm: string;
  readonly eps: number;
  readonly momentum: number;
}

interface Step {
  readonly to: number;
  readonly from: readonly number[];
}

/**
 * How a convolution is computed; all forms compute the same function.
 * - direct: as libtorch does it.
 * - matmul: one matrix product, because the kernel is 1×1 with stride 1 or covers the whole map.
 * - positions: a sum of matrix products for each output position, over the taps that meet data there.
 * - winograd: 36 products for each 4×4 outputs, F(4×4, 3×3) of Lavin & Gray (2016), instead of 144. It adds and
 *   subtracts values of a window before it multiplies, so that one large value costs its neighbours digits: only where
 *   the map was normalised.
 * - karatsuba: 9 products for a map of 2×2, instead of the 16 in which a tap meets data.
 *
 * All but the first are native's own, for channels in multiples of 32. On a GPU, whose libraries choose for
 * themselves, native computes them directly.
 */
export type ConvForm = "direct" | "matmul" | "positions" | "winograd" | "karatsuba";

export interface ConvStep extends Step {
  readonly op: "conv2d";
  readonly weight: string;
  readonly stride: number;
  /** Top, left, bottom, right. */
  readonly padding: readonly [number, number, number, number];
  readonly form: ConvForm;
  /** Batch norm, then the sum with the second input (if there is one), then ReLU (if `relu`), in one op. */
  readonly fused?: Norm & { readonly relu: boolean };
}

export type PlanStep =
  | ConvStep
  | (Step & Norm & { readonly op: "batch_norm2d" })
  | (Step & { readonly op: "relu" | "add" | "concat" | "adaptive_avg_pool2d" | "flatten" })
  | (Step & {
    readonly op: "max_pool2d";
    readonly kernel: number;
    readonly stride: number;
    readonly padding: number;
  })
  | (Step & { readonly op: "linear"; readonly weight: string; readonly bias: string });

export interface Plan {
  readonly input: Shape;
  readonly entries: readonly PlanEntry[];
  readonly steps: readonly PlanStep[];
  /** Shape of each value, by number. */
  readonly shapes: readonly Shape[];
  /** The value the classifier reads (h), its length d, the value with the logits, and C. */
  readonly feature: number;
  readonly width: number;
  readonly logits: number;
  readonly classes: number;
  /** Scope of the classifier: its parameters are `${classifier}.weight` (C × d) and `${classifier}.bias`. */
  readonly classifier: string;
}

/** torch.nn.BatchNorm2d's defaults. */
const NORM = { eps: 1e-5, momentum: 0.1 };

/** The plan of `network` for images of the given shape, op for op. Throws where an op does not fit its input. */
export function makePlan(network: Network, input: Shape): Plan {
  const values = new Map<string, number>([["input", 0]]);
  const shapes: Shape[] = [input];
  const entries: PlanEntry[] = [];
  const steps: PlanStep[] = [];
  let classifier: { scope: string; feature: number; logits: number } | undefined;

  for (const op of network.ops) {
    requireInputs(op);
    const from = op.inputs.map((name) => {
      const value = values.get(name);
      if (value === undefined) throw new Error(`${op.name} reads "${name}", which no earlier op writes`);
      return value;
    });
    const inputs = from.map((value) => shapes[value]);
    const to = shapes.length;
    shapes.push(outputShape(op, inputs));
    entries.push(...parametersOf(op, inputs[0]));
    steps.push(stepOf(op, to, from));
    values.set(op.name, to);
    if (op.op === "linear") classifier = { scope: op.scope, feature: from[0], logits: to };
  }
  if (classifier === undefined || classifier.logits !== shapes.length - 1) {
    throw new Error(`${network.name}: expected a linear layer (the classifier) as the last op`);
  }
  return {
    input,
    entries,
    steps,
    shapes,
    feature: classifier.feature,
    width: shapes[classifier.feature][0],
    logits: classifier.logits,
    classes: shapes[classifier.logits][0],
    classifier: classifier.scope,
  };
}

/** All rewrites, in the order in which they help each other. The plan computes the same function. */
export function rewritePlan(plan: Plan): Plan {
  return fuseNorms(chooseForms(keepLiveTaps(plan)));
}

/**
 * Drops the kernel rows and columns that only ever meet padding: on the 1×1 and 2×2 maps at the end of a ResNet
 * that is most of a 3×3 kernel. The parameter keeps its shape in the state dict.
 */
export function keepLiveTaps(plan: Plan): Plan {
  const taps = new Map<string, Taps>();
  const steps = plan.steps.map((step) => {
    if (step.op !== "conv2d") return step;
    const [, height, width] = plan.shapes[step.from[0]];
    const [, outHeight, outWidth] = plan.shapes[step.to];
    const [, , kernelHeight, kernelWidth] = weightShape(plan, step.weight);
    const [top, left] = step.padding;
    const rows = liveRange({
      size: height,
      out: outHeight,
      kernel: kernelHeight,
      padding: top,
      stride: step.stride,
    });
    const cols = liveRange({
      size: width,
      out: outWidth,
      kernel: kernelWidth,
      padding: left,
      stride: step.stride,
    });
    if (rows.end - rows.start === kernelHeight && cols.end - cols.start === kernelWidth) return step;
    taps.set(step.weight, { r0: rows.start, r1: rows.end, c0: cols.start, c1: cols.end });
    return { ...step, padding: [rows.before, cols.before, rows.after, cols.after] } satisfies ConvStep;
  });
  const entries = plan.entries.map((entry) => {
    const live = taps.get(entry.name);
    return entry.kind === "parameter" && live !== undefined ? { ...entry, taps: live } : entry;
  });
  return { ...plan, entries, steps };
}

/** Gives every convolution the form that needs the fewest multiply-adds. */
export function chooseForms(plan: Plan): Plan {
  const normalised = normalisedValues(plan);
  return {
    ...plan,
    steps: plan.steps.map((step) =>
      step.op === "conv2d" ? { ...step, form: formOf(plan, step, normalised.has(step.from[0])) } : step
    ),
  };
}

/**
 * The values that come from batch norms, or the images, which are normalised too, by nothing but ops that keep the size
 * of values: each of their inputs does.
 */
function normalisedValues(plan: Plan): Set<number> {
  const normalised = new Set([0]);
  for (const step of plan.steps) {
    const norm = step.op === "batch_norm2d" || (step.op === "conv2d" && step.fused !== undefined);
    const keeps = step.op !== "conv2d" && step.op !== "linear" &&
      step.from.every((value) => normalised.has(value));
    if (norm || keeps) normalised.add(step.to);
  }
  return normalised;
}

/** Native multiplies blocks of this many channels in the forms of its own. */
const CHANNELS = 32;
/** Maps of up to this many positions are computed position by position. */
const POSITIONS = 64;

function formOf(plan: Plan, step: ConvStep, normalised: boolean): ConvForm {
  const [inputs, height, width] = plan.shapes[step.from[0]];
  const [outputs, outHeight, outWidth] = plan.shapes[step.to];
  if (inputs % CHANNELS !== 0 || outputs % CHANNELS !== 0) return "direct";

  const [kernelHeight, kernelWidth] = liveKernel(plan, step.weight);
  const padded = step.padding.some((pad) => pad > 0);
  const pointwise = kernelHeight === 1 && kernelWidth === 1 && step.stride === 1;
  const covers = kernelHeight === height && kernelWidth === width && outHeight === 1 && outWidth === 1;
  if (!padded && (pointwise || covers)) return "matmul";

  const keepsSize = kernelHeight === 3 && kernelWidth === 3 && step.stride === 1 &&
    step.padding.every((pad) => pad === 1);
  if (keepsSize && height === 2 && width === 2) return "karatsuba";
  const windows = Math.ceil(height / 4) * Math.ceil(width / 4);
  // Transforming the map costs something, too.
  if (normalised && keepsSize && 36 * windows < 0.6 * meetings(plan, step)) return "winograd";
  return height * width <= POSITIONS ? "positions" : "direct";
}

/**
 * Joins convolution, batch norm and, where they follow, the sum with the shortcut and ReLU into one op: fewer
 * passes over memory in training, and in evaluation the norm disappears into the kernel.
 */
export function fuseNorms(plan: Plan): Plan {
  const readers = new Map<number, PlanStep[]>();
  for (const step of plan.steps) {
    for (const value of step.from) readers.set(value, [...readers.get(value) ?? [], step]);
  }
  const onlyReader = (value: number): PlanStep | undefined => {
    const all = readers.get(value) ?? [];
    return all.length === 1 && value !== plan.feature ? all[0] : undefined;
  };

  const absorbed = new Set<PlanStep>();
  const replacement = new Map<PlanStep, ConvStep>();
  for (const conv of plan.steps) {
    if (conv.op !== "conv2d") continue;
    const norm = onlyReader(conv.to);
    if (norm?.op !== "batch_norm2d") continue;
    let last: PlanStep = norm;
    let from = conv.from;
    let next = onlyReader(norm.to);
    // Of two branches that could absorb one sum, the first takes it.
    if (next?.op === "add" && next.from.length === 2 && !absorbed.has(next)) {
      const afterSum = onlyReader(next.to);
      if (afterSum?.op === "relu") {
        from = [...conv.from, next.from.find((value) => value !== norm.to)!];
        absorbed.add(next);
        last = next;
        next = afterSum;
      }
    }
    const relu = next?.op === "relu" && next.from[0] === last.to;
    if (relu) {
      absorbed.add(last);
      last = next!;
    }
    absorbed.add(conv).add(norm).delete(last);
    const { norm: scope, eps, momentum } = norm;
    replacement.set(last, { ...conv, from, to: last.to, fused: { norm: scope, eps, momentum, relu } });
  }
  const steps = plan.steps.filter((step) => !absorbed.has(step)).map((step) => replacement.get(step) ?? step);
  return renumber({ ...plan, steps });
}

/** The text native reads. */
export function encodePlan(plan: Plan): string {
  const lines = [
    `input shape=${plan.input.join()}`,
    ...plan.entries.map(encodeEntry),
    ...plan.steps.map(encodeStep),
    `output feature=${plan.feature} logits=${plan.logits} width=${plan.width} classes=${plan.classes}`,
  ];
  return lines.join("\n") + "\n";
}

/** Multiply-adds of one forward pass over one image in which a kernel tap meets data, not padding. */
export function multiplyAdds(plan: Plan): number {
  let total = 0;
  for (const step of plan.steps) {
    if (step.op === "linear") total += weightShape(plan, step.weight).reduce((a, b) => a * b);
    if (step.op !== "conv2d") continue;
    total += plan.shapes[step.from[0]][0] * plan.shapes[step.to][0] * meetings(plan, step);
  }
  return total;
}

/** How often, over all output positions, a tap of the kernel meets data. */
function meetings(plan: Plan, { weight, from, to, stride, padding: [top, left] }: ConvStep): number {
  const [, height, width] = plan.shapes[from[0]];
  const [, outHeight, outWidth] = plan.shapes[to];
  const [kernelHeight, kernelWidth] = liveKernel(plan, weight);
  const alongAxis = (size: number, out: number, kernel: number, padding: number): number => {
    let count = 0;
    for (let position = 0; position < out; position++) {
      for (let tap = 0; tap < kernel; tap++) {
        const met = position * stride - padding + tap;
        if (0 <= met && met < size) count++;
      }
    }
    return count;
  };
  return alongAxis(height, outHeight, kernelHeight, top) * alongAxis(width, outWidth, kernelWidth, left);
}

/** Throws unless `op` reads as many values as its kind takes: two or more to add, one or more to join, else one. */
function requireInputs({ op, name, inputs }: NetworkOp): void {
  const least = op === "add" ? 2 : 1;
  const most = op === "add" || op === "concat" ? Infinity : 1;
  if (least <= inputs.length && inputs.length <= most) return;
  const expected = most === 1 ? "1 input" : `at least ${least} input${least > 1 ? "s" : ""}`;
  throw new Error(`${name}: expected ${expected} for ${op}, found ${inputs.length}`);
}

function outputShape(op: NetworkOp, inputs: readonly Shape[]): Shape {
  const [channels, height, width] = inputs[0];
  const slid = (
    size: number,
    { kernel, stride, padding }: { kernel: number; stride: number; padding: number },
  ) => {
    const positions = Math.floor((size + 2 * padding - kernel) / stride) + 1;
    if (positions < 1) {
      throw new Error(`${op.name}: a ${kernel}×${kernel} kernel does not fit a map of ${height}×${width}`);
    }
    return positions;
  };
  switch (op.op) {
    case "conv2d":
      return [op.channels, slid(height, op), slid(width, op)];
    case "max_pool2d":
      return [channels, slid(height, op), slid(width, op)];
    case "add":
      for (const other of inputs) {
        if (other.join() !== inputs[0].join()) {
          throw new Error(
            `${op.name}: expected equal shapes to add, found ${inputs[0].join("×")} and ${other.join("×")}`,
          );
        }
      }
      return inputs[0];
    case "concat":
      for (const [, ...size] of inputs) {
        if (size.join() !== `${height},${width}`) {
          throw new Error(
            `${op.name}: expected equal heights and widths to join, found ${height}×${width} and ${
              size.join("×")
            }`,
          );
        }
      }
      return [inputs.reduce((sum, [more]) => sum + more, 0), height, width];
    case "adaptive_avg_pool2d":
      return [channels, 1, 1];
    case "flatten":
      return [channels * height * width, 1, 1];
    case "linear":
      return [op.features, 1, 1];
    case "batch_norm2d":
    case "relu":
      return inputs[0];
  }
}

/** Parameters and buffers of an op, initialised as torchvision's ResNet and torch.nn.Linear do. */
function parametersOf(op: NetworkOp, [channels]: Shape): PlanEntry[] {
  switch (op.op) {
    case "conv2d": {
      // kaiming_normal_(mode="fan_out", nonlinearity="relu")
      const fanOut = op.channels * op.kernel ** 2;
      const shape = [op.channels, channels, op.kernel, op.kernel];
      return [parameter(`${op.scope}.weight`, shape, { kind: "normal", std: Math.sqrt(2 / fanOut) })];
    }
    case "batch_norm2d":
      return [
        parameter(`${op.scope}.weight`, [channels], { kind: "constant", value: op.gamma }),
        parameter(`${op.scope}.bias`, [channels], { kind: "constant", value: 0 }),
        { kind: "buffer", name: `${op.scope}.running_mean`, shape: [channels], value: 0 },
        { kind: "buffer", name: `${op.scope}.running_var`, shape: [channels], value: 1 },
        { kind: "counter", name: `${op.scope}.num_batches_tracked` },
      ];
    case "linear": {
      // torch.nn.Linear: kaiming_uniform_(a=√5) for the weight and the same bound for the bias.
      const init = { kind: "uniform", bound: 1 / Math.sqrt(channels) } as const;
      return [
        parameter(`${op.scope}.weight`, [op.features, channels], init),
        parameter(`${op.scope}.bias`, [op.features], init),
      ];
    }
    default:
      return [];
  }
}

function parameter(name: string, shape: readonly number[], init: Initialisation): PlanEntry {
  return { kind: "parameter", name, shape, init };
}

function stepOf(op: NetworkOp, to: number, from: readonly number[]): PlanStep {
  switch (op.op) {
    case "conv2d": {
      const { stride, padding: p } = op;
      return {
        op: "conv2d",
        to,
        from,
        weight: `${op.scope}.weight`,
        stride,
        padding: [p, p, p, p],
        form: "direct",
      };
    }
    case "batch_norm2d":
      return { op: "batch_norm2d", to, from, norm: op.scope, ...NORM };
    case "max_pool2d":
      return { op: "max_pool2d", to, from, kernel: op.kernel, stride: op.stride, padding: op.padding };
    case "linear":
      return { op: "linear", to, from, weight: `${op.scope}.weight`, bias: `${op.scope}.bias` };
    default:
      return { op: op.op, to, from };
  }
}

function findParameter(plan: Plan, name: string): Extract<PlanEntry, { kind: "parameter" }> {
  const found = plan.entries.find((entry) => entry.name === name);
  if (found?.kind !== "parameter") throw new Error(`the plan has no parameter "${name}"`);
  return found;
}

function weightShape(plan: Plan, name: string): readonly number[] {
  return findParameter(plan, name).shape;
}

/** Height and width of a kernel, its live taps only. */
function liveKernel(plan: Plan, name: string): [number, number] {
  const { shape, taps } = findParameter(plan, name);
  return taps === undefined ? [shape[2], shape[3]] : [taps.r1 - taps.r0, taps.c1 - taps.c0];
}

/**
 * Along one axis: the taps that meet data at some output position, and the padding left around them. All taps, where
 * none does.
 */
function liveRange(
  { size, out, kernel, padding, stride }: {
    size: number;
    out: number;
    kernel: number;
    padding: number;
    stride: number;
  },
): { start: number; end: number; before: number; after: number } {
  const meetsData = (tap: number): boolean =>
    Array.from({ length: out }, (_, position) => position * stride - padding + tap)
      .some((row) => 0 <= row && row < size);
  const live = Array.from({ length: kernel }, (_, tap) => tap).filter(meetsData);
  const start = live[0] ?? 0;
  const end = (live.at(-1) ?? kernel - 1) + 1;
  const before = padding - start;
  const after = Math.max(0, (out - 1) * stride + (end - start) - size - before);
  return { start, end, before, after };
}

/** Numbers the values 0, 1, 2, … in the order in which the steps write them. */
function renumber(plan: Plan): Plan {
  const fresh = new Map<number, number>([[0, 0]]);
  plan.steps.forEach((step, index) => fresh.set(step.to, index + 1));
  const number = (value: number): number => {
    const renamed = fresh.get(value);
    if (renamed === undefined) throw new Error(`value ${value} is read but no step writes it`);
    return renamed;
  };
  return {
    ...plan,
    steps: plan.steps.map((step) => ({ ...step, to: number(step.to), from: step.from.map(number) })),
    shapes: [plan.shapes[0], ...plan.steps.map((step) => plan.shapes[step.to])],
    feature: number(plan.feature),
    logits: number(plan.logits),
  };
}

function encodeEntry(entry: PlanEntry): string {
  switch (entry.kind) {
    case "parameter": {
      const { kind, ...draw } = entry.init;
      const [value] = Object.values(draw);
      const { taps } = entry;
      const window = taps === undefined ? "" : ` taps=${[taps.r0, taps.r1, taps.c0, taps.c1].join()}`;
      return `parameter name=${entry.name} shape=${entry.shape.join()} init=${kind} value=${value}${window}`;
    }
    case "buffer":
      return `buffer name=${entry.name} shape=${entry.shape.join()} value=${entry.value}`;
    case "counter":
      return `buffer name=${entry.name}`;
  }
}

function encodeStep(step: PlanStep): string {
  const { op, to, from, ...rest } = step;
  const fields: [string, unknown][] = [["to", to], ["from", from]];
  for (const [key, value] of Object.entries(rest)) {
    if (key === "fused") fields.push(...Object.entries(value as object));
    else fields.push([key, value]);
  }
  return [op, ...fields.map(([key, value]) => `${key}=${encodeField(value)}`)].join(" ");
}

function encodeField(value: unknown): string {
  if (typeof value === "boolean") return value ? "1" : "0";
  return Array.isArray(value) ? value.join() : String(value);
}
