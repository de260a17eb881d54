/** The maker of NC2 entries: one definition, measured on class means around either centre and on classifier rows. */
import type { Outcome } from "../outcome.ts";
import type { Rows } from "../vectors.ts";
import { type Definition, type Metric, ofClassifier, ofFeatures } from "./metric.ts";

/**
 * One definition on the class means of each split less the mean of all samples, on the classifier rows, and on the class
 * means less their own mean: the same where classes are balanced, and the one that is at its ideal for a simplex of
 * classes that differ in size.
 */
export function ofVectors(
  key: string,
  definition: Omit<Definition, "family">,
  run: (rows: Rows) => Outcome,
  { cost = "cheap", ...options }: Parameters<typeof ofClassifier>[3] = {},
): Metric[] {
  const on = (vectors: string) => ({
    ...definition,
    family: "NC2" as const,
    variant: `${definition.variant}, ${vectors}`,
  });
  return [
    ...ofFeatures(
      `${key}_means`,
      on("class means less the mean of all samples"),
      ({ moments }) => run(moments.centred),
      { cost, ...options },
    ),
    ofClassifier(`${key}_weights`, on("classifier rows w_c"), run, { cost, ...options }),
    ...ofFeatures(
      `${key}_class_centred_means`,
      classCentred(on("class means less their own mean"), "a_c"),
      ({ moments }) => run(moments.classCentred),
      { cost },
    ),
  ];
}

/** The variant of a definition whose class means, `vectors` in its formula, are centred at their own mean. */
export function classCentred(definition: Definition, vectors: string): Definition {
  return {
    ...definition,
    classCentred: true,
    formula: `${definition.formula}; ${vectors} around the mean of the class means`,
    source: `${definition.source}; the centre as in public code: rhubarbwu/neural-collapse`,
    notes: `${definition.notes} Equals the variant around the mean of all samples when classes are balanced.`,
  };
}
