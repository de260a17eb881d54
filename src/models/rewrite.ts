/** Exact rewrites of a plan, which make it faster. */
import type { Plan } from "./plan.ts";
import { chooseForms } from "./rewrites/forms.ts";
import { fuseNorms } from "./rewrites/fused_norms.ts";
import { keepLiveTaps } from "./rewrites/live_taps.ts";

/** All rewrites, in the order in which they help each other. The plan computes the same function. */
export function rewritePlan(plan: Plan): Plan {
  return fuseNorms(chooseForms(keepLiveTaps(plan)));
}
