/** NC1 by pairs of classes, along the line between them only. */
import { define } from "../definition.ts";
import { pairScatter } from "../needs/class_modes.ts";
import { variation } from "../needs/moments.ts";
import { overSquaredDistances } from "../pairs.ts";
import { SAMPLES } from "../readings.ts";

export default define({
  name: "nc1_directional_cdnv",
  family: "NC1",
  title: "directional CDNV",
  on: SAMPLES,
  needs: { variation, pairScatter },
  formula: {
    tex: String
      .raw`\underset{c\neq c'}{\operatorname{mean}}\;\frac{u^\mathsf{T}\Sigma_c u}{\lVert\mu_c-\mu_{c'}\rVert^2},\quad u=\frac{\mu_{c'}-\mu_c}{\lVert\mu_{c'}-\mu_c\rVert},\quad\Sigma_c\text{ the covariance of class }c`,
    plain:
      "mean over c ≠ c′ of uᵀΣ_c u/‖μ_c − μ_c′‖², u = (μ_c′ − μ_c)/‖μ_c′ − μ_c‖, Σ_c the covariance of " +
      "class c",
  },
  range: "[0, ∞)",
  atCollapse: "0",
  ideal: 0,
  scale: 1,
  source: "Luthra et al. 2026 (arXiv 2603.03530), of which the abstract was read; the formula as in public " +
    "code (GeometricEvaluator)",
  notes:
    "Over ordered pairs its mean is also that of the symmetric form ½uᵀ(Σ_c + Σ_c′)u/‖·‖². Never above " +
    "twice nc1_cdnv: spread across the line between two classes does not count.",
  plain: "Spread of each class along the lines to the other class means, in units of their distance.",
  dissent: "It sees spread towards other classes only, which falls long before features shrink to a point.",
  run: ({ variation: { moments }, pairScatter: { scatter, unit } }) =>
    overSquaredDistances(moments, (square, i) => scatter[i]! / (square / unit) ** 2),
});
