/** The layers of a network: the values that everything behind them is computed from, as they leave a block. */
import type { Plan, PlanStep } from "./plan.ts";

export interface Layer {
  /** Of the op that writes it, by torchvision's names: "layer1.0.add.relu". */
  readonly name: string;
  /** Channels, and the same times the positions of the map. */
  readonly widths: { readonly pooled: number; readonly flattened: number };
}

/**
 * In the order of the network: outputs of a ReLU or of a concatenation that no shortcut goes around. These are the
 * output of the stem and of each block of a ResNet, each ReLU of a VGG or a perceptron, each layer of a DenseNet; and
 * features that were given a width or length 1. The last one, pooled, is what the classifier reads.
 */
export function layersOf(plan: Plan): readonly Layer[] {
  const names = new Map([...plan.names].map(([name, value]) => [value, name]));
  return plan.steps.filter((step) => endsBlock(step, plan) && isPassed(step.to, plan.steps)).flatMap(
    ({ to }) => {
      const name = names.get(to);
      if (name === undefined) return [];
      const [channels, height, width] = plan.shapes[to]!;
      return [{ name, widths: { pooled: channels, flattened: channels * height * width } }];
    },
  );
}

function endsBlock(step: PlanStep, plan: Plan): boolean {
  switch (step.op) {
    case "relu":
    case "concat":
      return true;
    case "batch_norm2d":
      return step.relu === true;
    case "conv2d":
      return step.fused?.relu === true;
    case "normalise":
      return true;
    case "linear":
      return step.to === plan.feature;
    default:
      return false;
  }
}

/** Whether nothing behind a value reads what lies before it. */
function isPassed(value: number, steps: readonly PlanStep[]): boolean {
  return steps.every(({ to, from }) => to <= value || from.every((read) => read >= value));
}
