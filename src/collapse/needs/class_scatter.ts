/** The mean of the class covariances, where classes differ in size. */
import { BLOCK, centredBlocks } from "../blocks.ts";
import { addGramOfRows, dotRows } from "../kernels.ts";
import type { Moments } from "../moments.ts";
import type { FeatureSource } from "../source.ts";
import { reduced } from "./moments.ts";
import { need } from "./need.ts";
import { samples } from "./samples.ts";

/** Where classes are of equal size it is Σ_W, and takes no pass. */
export const classScatter = need({
  name: "class scatter",
  after: { samples, reduced },
  passes: 1,
  samplewise: true,
  reduce: ({ samples: { source }, reduced: { moments, within } }) =>
    moments.balanced ? within.scatter : meanOfClassCovariances(source, moments),
});

/**
 * (1/C) Σ_c (1/n_c) Σ_{i: y_i=c} U(h_i−μ_c) (U(h_i−μ_c))ᵀ in the basis U of the between-class modes, K × K: one pass.
 */
async function meanOfClassCovariances(source: FeatureSource, moments: Moments): Promise<Float64Array> {
  const { width, classes, counts, means, between } = moments;
  const modes = between.eigenvalues.length;
  const scatter = new Float64Array(modes * modes);
  const projected = new Float64Array(modes * BLOCK);
  for await (const { rows, count, labels } of centredBlocks(source.chunks(), width, means)) {
    dotRows(between.basis, modes, rows, count, width, projected);
    for (let i = 0; i < count; i++) {
      const scale = 1 / Math.sqrt(classes * counts[labels[i]]);
      for (let k = 0; k < modes; k++) projected[k * count + i] *= scale;
    }
    addGramOfRows(projected, modes, count, scatter);
  }
  return scatter;
}
