/** NC1 of directions: class separation R², the part of their spread that classes explain. */
import { define } from "../definition.ts";
import { variation } from "../needs/moments.ts";
import { sphere } from "../needs/sphere.ts";
import { SAMPLES } from "../readings.ts";
import { mean } from "../vectors.ts";

export default define({
  name: "nc1_separation",
  family: "NC1",
  title: "class separation R²",
  on: SAMPLES,
  needs: { variation, sphere },
  formula: {
    tex: String
      .raw`1-\frac{\operatorname{mean}_c(1-\lVert\nu_c\rVert^2)}{1-\lVert\operatorname{mean}_c\nu_c\rVert^2},\quad\nu_c\text{ the class mean of }\hat{h}=\frac{h}{\lVert h\rVert}`,
    plain: "1 − mean_c (1 − ‖ν_c‖²)/(1 − ‖mean_c ν_c‖²), ν_c the class mean of ĥ = h/‖h‖",
  },
  range: "[0, 1]",
  atCollapse: "1",
  ideal: 1,
  scale: 1,
  source:
    "Kornblith et al. 2021 (arXiv 2010.16402), of which the abstract was read; the formula as in public code",
  notes: "One minus the mean cosine distance within classes over that of all pairs, every class weighing " +
    "alike. Code that counts each pair once (pdist) halves the term within classes.",
  plain: "The part of the spread of directions that the classes explain.",
  dissent:
    "Lengths do not enter, and a common offset makes all directions alike without changing what classes " +
    "explain.",
  run: ({ sphere: { moments, within } }) => {
    const { counts, classCentred, classes } = moments;
    const inside = mean(within.deviations.map((sum, c) => sum / counts[c]!));
    const between = classCentred.values.reduce((sum, x) => sum + x * x, 0) / classes;
    const total = inside + between;
    if (!(total > 2 * classCentred.zero ** 2)) return { undefined: "all features have one direction" };
    return { value: 1 - inside / total };
  },
});
