/** What leaves a network in evaluation, as the text that native reads (native/include/nc.h, nc_features_extract). */
import type { Plan } from "./plan.ts";

export interface Read {
  /** "feature" (what the classifier reads), "logits", or the name of a value of the plan: an op's. */
  readonly value: string;
  /** A map as its C means over positions, or as all its C·H·W values. A vector stays as it is. */
  readonly form: "pooled" | "flattened";
}

/** `loss` is a line of experiment/recipe.ts. Throws where the plan, as it is rewritten, has no value of a name. */
export function encodeReads(plan: Plan, loss: string, reads: readonly Read[]): string {
  const lines = reads.map(({ value, form }) => `read value=${numberOf(plan, value)} form=${form}`);
  return [loss, ...lines].join("\n") + "\n";
}

function numberOf(plan: Plan, value: string): number | string {
  if (value === "feature" || value === "logits") return value;
  const number = plan.names.get(value);
  if (number !== undefined) return number;
  throw new Error(
    `expected a value to read of feature, logits, ${[...plan.names.keys()].join(", ")}; found "${value}"`,
  );
}
