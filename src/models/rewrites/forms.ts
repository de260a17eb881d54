/** Chooses how each convolution is computed. */
import { liveKernel, meetings } from "../kernels.ts";
import type { ConvForm, ConvStep, Plan } from "../plan.ts";

/** Native multiplies blocks of this many channels in the forms of its own. */
const CHANNELS = 32;
/** Maps of up to this many positions are computed position by position. */
const POSITIONS = 64;

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
