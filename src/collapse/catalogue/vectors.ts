/** The maker of NC2 entries: one definition, measured on class means and on classifier rows. */
import type { Outcome } from "../outcome.ts";
import type { Rows } from "../vectors.ts";
import { type Definition, type Metric, ofClassifier, ofFeatures } from "./metric.ts";

/** One definition on the centred class means of each split and on the classifier rows. */
export function ofVectors(
  key: string,
  definition: Omit<Definition, "family">,
  run: (rows: Rows) => Outcome,
  options: Parameters<typeof ofClassifier>[3] = {},
): Metric[] {
  const on = (vectors: string) => ({
    ...definition,
    family: "NC2" as const,
    variant: `${definition.variant}, ${vectors}`,
  });
  return [
    ...ofFeatures(
      `${key}_means`,
      on("class means μ_c − μ_G"),
      ({ moments }) => run(moments.centred),
      options,
    ),
    ofClassifier(`${key}_weights`, on("classifier rows w_c"), run, options),
  ];
}
