/** The central path of the MSE loss: the three parts of it and their sum, a definition each. */
import { define, type Definition } from "../definition.ts";
import { type CentralPath, centralPath } from "../needs/central_path.ts";
import { reduced } from "../needs/moments.ts";
import { finite } from "../outcome.ts";
import { SAMPLES } from "../readings.ts";
import type { Formula } from "../words.ts";

interface Part {
  readonly name: string;
  readonly title: string;
  readonly formula: Formula;
  readonly atCollapse: string;
  readonly plain: string;
  readonly dissent: string;
  readonly read: (path: CentralPath) => number;
}

const FALLS = "small; tends to 0 with λ";

const PARTS: readonly Part[] = [
  {
    name: "mse_nc1",
    title: "loss by within-class variation",
    formula: {
      tex: String
        .raw`\tfrac12\left[\operatorname{Tr}(W_{LS}(\Sigma_W+\lambda I)W_{LS}^\mathsf{T})+\lambda\lVert b_{LS}\rVert^2\right]`,
      plain: "½[Tr(W_LS(Σ_W + λI)W_LSᵀ) + λ‖b_LS‖²]",
    },
    atCollapse: FALLS,
    plain:
      "The part of the squared error that spread inside classes causes, under the best linear classifier.",
    dissent:
      "It does not go to 0 but to a floor set by weight decay, so it may stall there although spread " +
      "still falls.",
    read: ({ nc1 }) => nc1,
  },
  {
    name: "mse_nc23",
    title: "loss by the geometry of class means",
    formula: {
      tex: String
        .raw`\sum_c\frac{n_c}{2N}\lVert W_{LS}\mu_c+b_{LS}-e_c\rVert^2\text{, uncentred means}`,
      plain: "Σ_c (n_c/2N)‖W_LS μ_c + b_LS − e_c‖², uncentred means",
    },
    atCollapse: FALLS,
    plain: "The part that the arrangement of class means causes, under the best linear classifier.",
    dissent: "Scaling features down raises it through weight decay, whatever their arrangement.",
    read: ({ nc23 }) => nc23,
  },
  {
    name: "mse_perpendicular",
    title: "loss by the distance from the central path",
    formula: {
      tex: String
        .raw`\tfrac12\operatorname{Tr}((\tilde{W}-\tilde{W}_{LS})A(\tilde{W}-\tilde{W}_{LS})^\mathsf{T}),\quad\tilde{W}=[W,b],\quad A=\operatorname{mean}(\tilde{h}\tilde{h}^\mathsf{T})+\lambda I,\quad\tilde{h}=[h;1]`,
      plain: "½Tr((W̃ − W̃_LS)A(W̃ − W̃_LS)ᵀ), W̃ = [W, b], A = mean(h̃h̃ᵀ) + λI, h̃ = [h; 1]",
    },
    atCollapse: "on the central path 0",
    plain: "The part that is there because the classifier is not the best linear one.",
    dissent:
      "A network trained with cross-entropy is not drawn to this classifier: its growing outputs lead " +
      "away from it.",
    read: ({ perpendicular }) => perpendicular,
  },
  {
    name: "mse_total",
    title: "regularised MSE loss, the sum of the three parts",
    formula: {
      tex: String
        .raw`\tfrac12\operatorname{mean}\lVert Wh+b-\operatorname{onehot}(y)\rVert^2+\tfrac{\lambda}{2}(\lVert W\rVert^2+\lVert b\rVert^2)`,
      plain: "½ mean‖Wh + b − onehot(y)‖² + (λ/2)(‖W‖² + ‖b‖²)",
    },
    atCollapse: FALLS,
    plain: "The whole squared error with its penalty: the sum of the three parts.",
    dissent: "It is the sum of parts that may move apart; the largest of them decides.",
    read: ({ nc1, nc23, perpendicular }) => nc1 + nc23 + perpendicular,
  },
];

export default PARTS.map(({ read, ...words }): Definition =>
  define({
    ...words,
    family: "MSE",
    on: SAMPLES,
    needs: { reduced, centralPath },
    range: "[0, ∞)",
    ideal: null,
    source: "Han, Papyan & Donoho 2022",
    notes:
      "λ is half of the optimizer's weight decay, times C where the network was trained with the plain mean squared " +
      "error, which divides by C. Means over all samples; for balanced classes as in the paper. Says how an MSE loss would split, whatever loss the network was trained with.",
    run: ({ centralPath: path }) =>
      finite(read(path), "a square leaves the range of float64", { rank: path.rank }),
  })
);
