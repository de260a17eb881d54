/** A trap of public code: the widest angles with the absolute value taken last. */
import { define } from "../definition.ts";
import { coinciding, overCosines } from "../frames.ts";
import { VECTORS } from "../readings.ts";
import { mean } from "../vectors.ts";

export default define({
  name: "nc2_maxangle_signed",
  family: "NC2",
  title: "maximal angles, absolute value taken last",
  on: VECTORS,
  formula: {
    tex: String.raw`\left|\underset{c\neq c'}{\operatorname{mean}}\cos(a_c,a_{c'})+\frac{1}{C-1}\right|`,
    plain: "|mean over c ≠ c′ of cos(a_c, a_c′) + 1/(C−1)|",
  },
  range: "[0, 1 + 1/(C−1)]",
  atCollapse: "0",
  ideal: 0,
  scale: coinciding,
  uninformative: () => "it is 0 for any vectors of equal length around their mean, collapsed or not",
  source: "as in public code",
  notes: "A trap: 0 for any equinorm centred vectors, collapsed or not. Here to show it.",
  plain:
    "Distance from the widest angles with the absolute value taken after averaging: a mistake found in " +
    "public code, shown as a warning.",
  dissent:
    "Errors of opposite sign cancel: it is near 0 for any centred vectors of equal length, collapsed " +
    "or not.",
  run: ({ vectors }) => overCosines(vectors, (cosines) => Math.abs(mean(cosines) + 1 / (vectors.count - 1))),
});
