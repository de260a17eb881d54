/** NC2 for any number of classes: the largest cosine of all pairs. */
import { define, KEEPS_DEFAULTS } from "../definition.ts";
import { overCosines } from "../frames.ts";
import { VECTORS } from "../readings.ts";

/** Rankin's bound: a simplex up to d + 1 vectors, an orthoplex up to 2d; beyond, no closed form. */
function smallest(classes: number, width: number): number | null {
  if (classes > 2 * width) return null;
  return classes > width + 1 ? 0 : -1 / (classes - 1);
}

export default define({
  name: "nc2_max_cosine",
  family: "NC2",
  title: "largest cosine",
  on: VECTORS,
  formula: {
    tex: String.raw`\max_{c\neq c'}\cos(a_c,a_{c'})`,
    plain: "max over c ≠ c′ of cos(a_c, a_c′)",
  },
  range: "[−1, 1]",
  atCollapse: "−1/(C−1) where C ≤ d + 1; 0 where d + 2 ≤ C ≤ 2d",
  ideal: smallest,
  // All vectors have one direction.
  scale: (classes, width) => 1 - (smallest(classes, width) ?? 0),
  onRequest: KEEPS_DEFAULTS,
  source: "Rankin 1955 for the bounds; for d + 2 ≤ C ≤ 2d arXiv 2603.20587, of which the abstract was read",
  notes:
    "Beyond d + 1 classes there is no simplex ETF: features that are as far apart as they can be reach 0 " +
    "there, as an orthoplex does, and definitions whose target is the simplex call that not collapsed.",
  plain: "The cosine of the two vectors that are closest in angle.",
  dissent: "The closest pair alone decides it, where other definitions average over pairs.",
  run: ({ vectors }) => {
    const found = overCosines(vectors, (cosines) => cosines.reduce((a, b) => Math.max(a, b)));
    // Without the note that there is no simplex: here another ideal takes its place.
    return "value" in found ? { value: found.value } : found;
  },
});
