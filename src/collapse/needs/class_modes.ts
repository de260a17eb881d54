/** Scatter of each class by itself: in the modes between classes, and along the lines to the other class means. */
import { BLOCK, centredBlocks } from "../blocks.ts";
import { dotRows } from "../kernels.ts";
import { scaledToOne } from "../singular.ts";
import { variation } from "./moments.ts";
import { need } from "./need.ts";
import { samples } from "./samples.ts";

/** ⟨u_k, Σ_c u_k⟩, C × K, for the modes u_k of Σ_B. */
export const classModes = need({
  name: "class modes",
  after: { samples, variation },
  passes: 1,
  samplewise: true,
  memory: { kept: ({ classes, width }) => 2 * classes * Math.min(classes - 1, width) },
  async reduce({ samples: { source }, variation: { moments } }): Promise<Float64Array> {
    const { width, classes, counts, means, between: { basis } } = moments;
    const modes = basis.length / width;
    const variances = new Float64Array(classes * modes);
    const projected = new Float64Array(BLOCK * modes);
    for await (const { rows, count, labels } of centredBlocks(source.chunks(), width, means)) {
      dotRows(rows, count, basis, modes, width, projected);
      for (let i = 0; i < count; i++) {
        const label = labels[i]!;
        for (let k = 0; k < modes; k++) {
          variances[label * modes + k]! += projected[i * modes + k]! ** 2 / counts[label]!;
        }
      }
    }
    return variances;
  },
});

export interface PairScatter {
  /** uᵀΣ_c u/unit² for u = μ_c′−μ_c, C × C: the spread of class c along the line to class c′, times their squared distance. */
  readonly scatter: Float64Array;
  /** About the size of class means: fourth powers of features would leave float64. A power of two, which rounds nothing. */
  readonly unit: number;
}

export const pairScatter = need({
  name: "pair scatter",
  after: { samples, variation },
  passes: 1,
  samplewise: true,
  memory: { kept: ({ classes }) => 2 * classes ** 2 },
  async reduce({ samples: { source }, variation: { moments } }): Promise<PairScatter> {
    const { width, classes, counts, means, centred } = moments;
    const { values: scaled, unit } = scaledToOne(centred.values);
    const scatter = new Float64Array(classes * classes);
    const products = new Float64Array(BLOCK * classes);
    for await (const { rows, count, labels } of centredBlocks(source.chunks(), width, means)) {
      dotRows(rows, count, scaled, classes, width, products);
      for (let i = 0; i < count; i++) {
        const label = labels[i]!;
        const own = products[i * classes + label]!;
        for (let c = 0; c < classes; c++) {
          scatter[label * classes + c]! += (products[i * classes + c]! - own) ** 2 / counts[label]!;
        }
      }
    }
    return { scatter, unit };
  },
});
