/** Exact rewrites of a plan, which make it faster. */
import type { Plan } from "./plan.ts";
import { chooseForms } from "./rewrites/forms.ts";
import { fuseNorms } from "./rewrites/fused_norms.ts";
import { joinReLUs } from "./rewrites/norm_relus.ts";
import { keepLiveTaps } from "./rewrites/live_taps.ts";
import { readRepeatsOnce } from "./rewrites/repeated_inputs.ts";

/**
 * What a rewrite may require of training:
 * - linear decay: a step changes a parameter that has no gradient by a linear map of its value and momentum.
 */
export type Precondition = "linear decay";

/** A rewrite, after which the plan computes the same function. */
export interface Rewrite {
  readonly apply: (plan: Plan) => Plan;
  /** Without it, training would reach other parameters. */
  readonly requires: readonly Precondition[];
}

/** In the order in which they help each other. */
const REWRITES: readonly Rewrite[] = [
  // What is left out has no gradient; native makes up for what steps do to it (native/README.md, lazy decay).
  { apply: keepLiveTaps, requires: ["linear decay"] },
  { apply: readRepeatsOnce, requires: ["linear decay"] },
  { apply: chooseForms, requires: [] },
  { apply: fuseNorms, requires: [] },
  { apply: joinReLUs, requires: [] },
];

/** All rewrites whose preconditions hold; a network that is not trained meets each of them. */
export function rewritePlan(
  plan: Plan,
  holds: (precondition: Precondition) => boolean = () => true,
): Plan {
  return REWRITES.filter(({ requires }) => requires.every(holds)).reduce(
    (current, { apply }) => apply(current),
    plan,
  );
}
