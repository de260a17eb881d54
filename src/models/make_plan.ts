/** From a network to its plan: every shape inferred, op for op. */
import type { Architecture, Conv2d, Initialisation, Linear, NetworkOp } from "./network.ts";
import type { Plan, PlanEntry, PlanStep, Shape } from "./plan.ts";

/** torch.nn.BatchNorm2d's defaults. */
const NORM = { eps: 1e-5, momentum: 0.1 };

/** The plan of `network` for images of the given shape, op for op. Throws where an op does not fit its input. */
export function makePlan(network: Architecture, input: Shape): Plan {
  const values = new Map<string, number>([["input", 0]]);
  const shapes: Shape[] = [input];
  const entries: PlanEntry[] = [];
  const steps: PlanStep[] = [];
  let classifier: { scope: string; feature: number; logits: number; temperature?: number } | undefined;

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
    if (op.op === "linear") {
      classifier = { scope: op.scope, feature: from[0], logits: to, ...temperatureOf(op) };
    }
  }
  if (classifier === undefined || classifier.logits !== shapes.length - 1) {
    throw new Error(`${network.name}: expected a linear layer (the classifier) as the last op`);
  }
  return {
    input,
    entries,
    steps,
    shapes,
    names: values,
    feature: classifier.feature,
    width: shapes[classifier.feature][0],
    logits: classifier.logits,
    classes: shapes[classifier.logits][0],
    classifier: classifier.scope,
    ...temperatureOf(classifier),
  };
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
    case "avg_pool2d":
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
      return [channels, op.size, op.size];
    case "flatten":
      return [channels * height * width, 1, 1];
    case "linear":
      return [op.features, 1, 1];
    case "batch_norm2d":
    case "relu":
    case "normalise":
      return inputs[0];
  }
}

/** Parameters and buffers of an op, in the order of its module's state dict. */
function parametersOf(op: NetworkOp, [channels]: Shape): PlanEntry[] {
  switch (op.op) {
    case "conv2d": {
      const shape = [op.channels, channels, op.kernel, op.kernel];
      const { weight, bias } = drawOf(op, channels);
      return [
        parameter(`${op.scope}.weight`, shape, weight),
        ...(op.bias ? [parameter(`${op.scope}.bias`, [op.channels], bias)] : []),
      ];
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
      requireRoom(op, channels);
      // torch.nn.Linear: kaiming_uniform_(a=√5) for the weight and the same bound for the bias.
      const init = { kind: "uniform", bound: 1 / Math.sqrt(channels) } as const;
      const drawn = parameter(`${op.scope}.weight`, [op.features, channels], op.weightInit ?? init);
      const weight = op.frozen ? { ...drawn, frozen: true as const } : drawn;
      if (!op.bias) return [weight];
      const bias = parameter(`${op.scope}.bias`, [op.features], op.biasInit ?? init);
      if (!op.nearest) return [weight, bias];
      const buffer = (name: string) =>
        ({ kind: "buffer", name: `${op.scope}.${name}`, shape: [op.features, channels], value: 0 }) as const;
      return [
        weight,
        { ...bias, frozen: true },
        buffer("class_means"),
        buffer("frame"),
        { kind: "counter", name: `${op.scope}.num_batches_tracked` },
      ];
    }
    default:
      return [];
  }
}

/** Throws where a simplex of as many rows as a layer has does not fit the length of what it reads. */
function requireRoom({ scope, features: rows, weightInit, nearest }: Linear, width: number): void {
  // The nearest one is turned as a frame of as many directions as there are classes.
  const least = nearest ? rows : rows - 1;
  if (weightInit?.kind !== "etf" || width >= least) return;
  throw new Error(
    `${scope}: expected features of at least ${least} numbers, which ${
      nearest ? "the nearest" : "a"
    } simplex ETF of ${rows} classes needs, found ${width}; choose a larger --width, or --classifier learned`,
  );
}

function drawOf(
  { fan, channels, kernel }: Conv2d,
  inputs: number,
): { readonly weight: Initialisation; readonly bias: Initialisation } {
  if (fan === null) {
    // torch.nn.Conv2d: kaiming_uniform_(a=√5) for the weight and the same bound for the bias.
    const init = { kind: "uniform", bound: 1 / Math.sqrt(inputs * kernel ** 2) } as const;
    return { weight: init, bias: init };
  }
  // kaiming_normal_(mode=`fan_${fan}`, nonlinearity="relu")
  const std = Math.sqrt(2 / ((fan === "out" ? channels : inputs) * kernel ** 2));
  return { weight: { kind: "normal", std }, bias: { kind: "constant", value: 0 } };
}

function parameter(name: string, shape: readonly number[], init: Initialisation) {
  return { kind: "parameter" as const, name, shape, init };
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
        ...biasOf(op),
      };
    }
    case "batch_norm2d":
      return { op: "batch_norm2d", to, from, norm: op.scope, ...NORM };
    case "max_pool2d":
    case "avg_pool2d":
      return { op: op.op, to, from, kernel: op.kernel, stride: op.stride, padding: op.padding };
    case "linear":
      return {
        op: "linear",
        to,
        from,
        weight: `${op.scope}.weight`,
        ...biasOf(op),
        ...temperatureOf(op),
        ...nearestOf(op),
      };
    case "adaptive_avg_pool2d":
      return op.size === 1 ? { op: op.op, to, from } : { op: op.op, to, from, size: op.size };
    default:
      return { op: op.op, to, from };
  }
}

function temperatureOf({ temperature }: { temperature?: number }): { temperature?: number } {
  return temperature === undefined ? {} : { temperature };
}

function nearestOf({ scope, nearest }: Linear): { nearest?: string } {
  return nearest ? { nearest: scope } : {};
}

function biasOf({ scope, bias }: { scope: string; bias: boolean }): { bias?: string } {
  return bias ? { bias: `${scope}.bias` } : {};
}
