/** What bounds training and feature extraction on a machine: its products, if nothing else took any time. */
import { multiplyAdds } from "../src/models/kernels.ts";
import { makePlan } from "../src/models/make_plan.ts";
import type { Shape } from "../src/models/plan.ts";
import { keepLiveTaps } from "../src/models/rewrites/live_taps.ts";
import { readRepeatsOnce } from "../src/models/rewrites/repeated_inputs.ts";
import { networkOf } from "./networks.ts";

/**
 * Multiply-adds that one image needs, counting only kernel taps that meet data, and a number once that a linear layer
 * reads several times. Training takes the forward pass
 * three times (outputs, gradients of inputs, gradients of weights), but for the first convolution, whose input, the
 * image, needs no gradient.
 */
export function neededMultiplyAdds(
  task: "train" | "extract",
  { model, classes, shape }: { model: string; classes: number; shape: Shape },
): number {
  const plan = readRepeatsOnce(keepLiveTaps(makePlan(networkOf(model, classes), shape)));
  const forward = multiplyAdds(plan);
  if (task === "extract") return forward;
  const first = multiplyAdds({ ...plan, steps: plan.steps.filter((step) => step.from.includes(0)) });
  return 3 * forward - first;
}
