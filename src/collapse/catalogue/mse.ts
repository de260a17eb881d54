/** Entries: the central path of the MSE loss. */
import type { CentralPath } from "../mse.ts";
import { finite } from "../outcome.ts";
import { type Metric, ofSplit } from "./metric.ts";

const NOTES =
  "λ is half of the optimizer's weight decay. Means over all samples; for balanced classes as in the paper. " +
  "Says how an MSE loss would split, whatever loss the network was trained with.";

export const MSE: readonly Metric[] = [
  part(
    "nc1",
    "loss by within-class variation",
    "½[Tr(W_LS(Σ_W + λI)W_LSᵀ) + λ‖b_LS‖²]",
    ({ nc1 }) => nc1,
  ),
  part(
    "nc23",
    "loss by the geometry of class means",
    "Σ_c (n_c/2N)‖W_LS μ_c + b_LS − e_c‖², uncentred means",
    ({ nc23 }) => nc23,
  ),
  part(
    "perpendicular",
    "loss by the distance from the central path",
    "½Tr((W̃ − W̃_LS)A(W̃ − W̃_LS)ᵀ), W̃ = [W, b], A = mean(h̃h̃ᵀ) + λI, h̃ = [h; 1]",
    ({ perpendicular }) => perpendicular,
  ),
  part(
    "total",
    "regularised MSE loss, the sum of the three parts",
    "½ mean‖Wh + b − onehot(y)‖² + (λ/2)(‖W‖² + ‖b‖²)",
    ({ nc1, nc23, perpendicular }) => nc1 + nc23 + perpendicular,
  ),
].flat();

function part(key: string, variant: string, formula: string, read: (path: CentralPath) => number): Metric[] {
  return ofSplit(
    `mse_${key}`,
    {
      family: "MSE",
      variant,
      formula,
      range: "[0, ∞)",
      atCollapse: key === "perpendicular" ? "on the central path 0" : "small; tends to 0 with λ",
      ideal: null,
      source: "Han, Papyan & Donoho 2022",
      notes: NOTES,
    },
    "centralPath",
    {
      read: (split) => split.centralPath,
      run: (path) => finite(read(path), "a square leaves the range of float64", { rank: path.rank }),
    },
  );
}
