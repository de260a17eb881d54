/** How often a linear probe of the features is right. */
import { byChance } from "../chance.ts";
import { define } from "../definition.ts";
import { probed } from "../needs/probe.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "accuracy_probe",
  family: "accuracy",
  title: "linear probe",
  on: SAMPLES,
  needs: { probed },
  formula: {
    tex: String
      .raw`100\cdot\text{share of samples with }\arg\max(Ah+a)=y,\quad (A,a)\text{ minimise }\operatorname{mean}_i\lVert Ah_i+a-e_{y}\rVert^2+\lambda\lVert A\rVert_F^2\text{ over the training set},\ \lambda=\frac{\operatorname{Tr}\Sigma_T}{1000\,d}`,
    plain:
      "100 · share of samples with argmax(Ah + a) = y, (A, a) minimise mean_i ‖Ah_i + a − e_y‖² + λ‖A‖_F² over the " +
      "training set, λ = Tr(Σ_T)/(1000 d)",
  },
  range: "[0, 100] %",
  atCollapse: "100 on the training set",
  ideal: 100,
  scale: (classes) => 100 * byChance(classes),
  source: "Alain & Bengio 2016 for the idea; ridge regression in closed form",
  notes:
    "e_y is the one-hot label. In closed form, so that the same features give the same value: probes trained by " +
    "steps, as those of Masarczyk et al. 2023, differ with their steps, and logistic ones have no end on features " +
    "that are separable. Ties go to the lowest class. Meant layer by layer.",
  plain: "How often the best linear classifier on the features, by squared error, is right.",
  dissent: "It is fitted anew: the network's own classifier may not have found what the features hold.",
  run: ({ probed: { correct, count } }) => ({ value: 100 * correct / count }),
});
