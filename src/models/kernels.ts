/** The kernels of a plan: their shapes, and how often their taps meet data. */
import type { ConvStep, Plan, PlanEntry } from "./plan.ts";

/** Multiply-adds of one forward pass over one image in which a kernel tap meets data, not padding. */
export function multiplyAdds(plan: Plan): number {
  let total = 0;
  for (const step of plan.steps) {
    if (step.op === "linear") total += plan.shapes[step.from[0]][0] * plan.shapes[step.to][0];
    if (step.op !== "conv2d") continue;
    total += plan.shapes[step.from[0]][0] * plan.shapes[step.to][0] * meetings(plan, step);
  }
  return total;
}

/** How often, over all output positions, a tap of the kernel meets data. */
export function meetings(plan: Plan, { weight, from, to, stride, padding: [top, left] }: ConvStep): number {
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

export function weightShape(plan: Plan, name: string): readonly number[] {
  return findParameter(plan, name).shape;
}

/** Height and width of a kernel, its live taps only. */
export function liveKernel(plan: Plan, name: string): [number, number] {
  const { shape, taps } = findParameter(plan, name);
  return taps === undefined ? [shape[2], shape[3]] : [taps.r1 - taps.r0, taps.c1 - taps.c0];
}

function findParameter(plan: Plan, name: string): Extract<PlanEntry, { kind: "parameter" }> {
  const found = plan.entries.find((entry) => entry.name === name);
  if (found?.kind !== "parameter") throw new Error(`the plan has no parameter "${name}"`);
  return found;
}
