/** NC2: how far each pair is from the widest angle of all. */
import { define } from "../definition.ts";
import { coinciding, noSimplex, overCosines } from "../frames.ts";
import { VECTORS } from "../readings.ts";
import { mean } from "../vectors.ts";

export default define({
  name: "nc2_maxangle",
  family: "NC2",
  title: "maximal angles",
  on: VECTORS,
  formula: {
    tex: String.raw`\underset{c\neq c'}{\operatorname{mean}}\left|\cos(a_c,a_{c'})+\frac{1}{C-1}\right|`,
    plain: "mean over c ≠ c′ of |cos(a_c, a_c′) + 1/(C−1)|",
  },
  range: "[0, 1 + 1/(C−1)]",
  atCollapse: "0",
  ideal: 0,
  scale: coinciding,
  uninformative: noSimplex,
  source: "Papyan, Han & Donoho 2020, Fig. 4",
  notes: "Out of reach of 0 where C > d + 1: no simplex ETF exists.",
  plain: "How far each pair of vectors is from the widest angle that all pairs can have at once.",
  dissent:
    "It looks at angles alone and takes each pair's error by itself, so errors of opposite sign do not " +
    "cancel.",
  run: ({ vectors }) => {
    const shift = 1 / (vectors.count - 1);
    return overCosines(vectors, (cosines) => mean(cosines.map((cosine) => Math.abs(cosine + shift))));
  },
});
