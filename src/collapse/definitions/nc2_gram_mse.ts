/** NC2: mean squared error of all cosines from those of a simplex. */
import { define, KEEPS_DEFAULTS } from "../definition.ts";
import { noSimplex, overCosines } from "../frames.ts";
import { VECTORS } from "../readings.ts";
import { mean } from "../vectors.ts";

export default define({
  name: "nc2_gram_mse",
  family: "NC2",
  title: "squared error of the cosines",
  on: VECTORS,
  formula: {
    tex: String
      .raw`\underset{c,c'}{\operatorname{mean}}\left(\cos(a_c,a_{c'})-\frac{C\delta_{cc'}-1}{C-1}\right)^2`,
    plain: "mean over c, c′ of (cos(a_c, a_c′) − (Cδ_cc′ − 1)/(C−1))²",
  },
  range: "[0, ∞)",
  atCollapse: "0",
  ideal: 0,
  // Directions that have nothing in common: squares make of them a hundredth of those that coincide.
  scale: (classes) => 1 / (classes * (classes - 1)),
  uninformative: noSimplex,
  onRequest: KEEPS_DEFAULTS,
  source: "as in public code: dmbeaglehole/neural_collapse_rfm (deep_rfm.py)",
  notes: "The diagonal counts, too, and is always right: (C−1)/C times the mean over pairs. Squares, where " +
    "maximal angles take the absolute value.",
  plain: "The squared error of all cosines from those of a simplex, on average.",
  dissent: "Squaring lets the few worst pairs decide, and lengths do not enter.",
  run: ({ vectors }) => {
    const { count } = vectors;
    const shift = 1 / (count - 1);
    return overCosines(
      vectors,
      (cosines) => mean(cosines.map((x) => (x + shift) ** 2)) * (count - 1) / count,
    );
  },
});
