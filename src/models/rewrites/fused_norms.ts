/** Joins what follows a convolution to it. */
import type { ConvStep, Plan, PlanStep } from "../plan.ts";
import { onlyReadersIn, renumber } from "./values.ts";

/**
 * Joins convolution, batch norm and, where they follow, the sum with the shortcut and ReLU into one op: fewer
 * passes over memory in training, and in evaluation the norm disappears into the kernel.
 */
export function fuseNorms(plan: Plan): Plan {
  const onlyReader = onlyReadersIn(plan);
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
