/** Minority collapse: whether the vectors of small classes merge. */
import { define, KEEPS_DEFAULTS } from "../definition.ts";
import { coinciding } from "../frames.ts";
import { means } from "../needs/moments.ts";
import { onSplit } from "../needs/need.ts";
import type { Outcome } from "../outcome.ts";
import { VECTORS } from "../readings.ts";
import { directions, type Rows } from "../vectors.ts";

export default define({
  name: "nc2_minority",
  family: "NC2",
  title: "mean cosine within the minority",
  on: VECTORS,
  needs: { training: onSplit("train", means) },
  formula: {
    tex: String
      .raw`\underset{c\neq c'}{\operatorname{mean}}\cos(a_c,a_{c'})\text{ with }n_c,n_{c'}\text{ at most the lower median of class sizes and below the largest}`,
    plain:
      "mean over c ≠ c′ of cos(a_c, a_c′) with n_c, n_c′ at most the lower median of class sizes and below the " +
      "largest",
  },
  range: "[−1, 1]",
  atCollapse: "1 where the minority has merged, −1/(C−1) where it stands as the rest of a simplex does",
  // Healthy is not collapsed: any vectors of equal length around their mean have this mean cosine.
  ideal: null,
  scale: coinciding,
  onRequest: KEEPS_DEFAULTS,
  source: "Fang et al. 2021; as in public code: HornHehhf/LPM (minority_collapse.py)",
  notes:
    "The public code knows which classes it made small; here they are those of at most the lower median " +
    "size that are smaller than the largest, and none where classes are equal. Beyond a ratio of sizes the classifier's rows of small " +
    "classes merge, and the value is 1.",
  plain: "How close to each other the vectors of the small classes point.",
  dissent: "It looks at small classes alone, which may merge while large ones stand as a simplex.",
  run: ({ vectors, training: { counts } }) => withinMinority(vectors, counts),
});

function withinMinority(vectors: Rows, counts: Float64Array): Outcome {
  const { count, width } = vectors;
  const median = counts.toSorted()[Math.floor((count - 1) / 2)]!;
  if (counts.every((count) => count === median)) {
    return { undefined: "all classes are of one size, so none is the minority" };
  }
  const largest = counts.reduce((a, b) => Math.max(a, b));
  const minority = Array.from(counts.keys()).filter((c) => counts[c]! <= median && counts[c]! < largest);
  if (minority.length < 2) return { undefined: `class ${minority[0]} alone is the minority` };
  const found = directions(vectors);
  if ("undefined" in found) return found;
  let sum = 0;
  for (const a of minority) {
    for (const b of minority) {
      if (a === b) continue;
      for (let k = 0; k < width; k++) sum += found.unit[a * width + k]! * found.unit[b * width + k]!;
    }
  }
  return { value: sum / (minority.length * (minority.length - 1)) };
}
