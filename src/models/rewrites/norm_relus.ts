/** Joins ReLU to a batch norm that stands alone, as before a convolution of a DenseNet. */
import type { Plan, PlanStep } from "../plan.ts";
import { onlyReadersIn, renumber } from "./values.ts";

/** One pass over memory instead of two. */
export function joinReLUs(plan: Plan): Plan {
  const onlyReader = onlyReadersIn(plan);
  const joined = new Map<PlanStep, PlanStep>();
  for (const norm of plan.steps) {
    if (norm.op !== "batch_norm2d") continue;
    const relu = onlyReader(norm.to);
    if (relu?.op === "relu") joined.set(relu, { ...norm, to: relu.to, relu: true }).set(norm, norm);
  }
  const steps = plan.steps.flatMap((step) => {
    const replacement = joined.get(step);
    if (replacement === undefined) return [step];
    return replacement === step ? [] : [replacement];
  });
  return renumber({ ...plan, steps });
}
