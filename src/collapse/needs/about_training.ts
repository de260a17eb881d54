/** How far samples are from the class means of the training split, by their label and whatever their label. */
import { BLOCK, blocks } from "../blocks.ts";
import { squaredDistances } from "../kernels.ts";
import { means, reduced } from "./moments.ts";
import { need, onSplit } from "./need.ts";
import { samples } from "./samples.ts";

/**
 * mean_i ‖h_i − μ_{y_i}‖², μ of the training split: what samples vary about their own class means, and how far those are
 * from the training ones. Both are sums of squares, so nothing cancels and no pass is needed.
 */
export const aboutTraining = need({
  name: "about training means",
  after: { reduced, training: onSplit("train", means) },
  reduce({ reduced: { moments, within }, training }): { readonly trace: number } {
    const { counts, count, width } = moments;
    let sum = within.deviations.reduce((a, b) => a + b);
    for (let at = 0; at < training.means.length; at++) {
      sum += counts[Math.floor(at / width)]! * (moments.means[at]! - training.means[at]!) ** 2;
    }
    return { trace: sum / count };
  },
});

/** mean_i min_c ‖h_i − μ_c‖², μ of the training split. */
export const nearestTraining = need({
  name: "about nearest training means",
  after: { samples, centres: onSplit("train", means) },
  passes: 1,
  samplewise: true,
  async reduce({ samples: { source, count }, centres: { means } }): Promise<{ readonly trace: number }> {
    const { width, classes } = source;
    let sum = 0;
    const distances = new Float64Array(BLOCK * classes);
    for await (const block of blocks(source.chunks(), width)) {
      squaredDistances(block.rows, block.count, means, classes, width, distances);
      for (let i = 0; i < block.count; i++) {
        sum += Math.min(...distances.subarray(i * classes, (i + 1) * classes));
      }
    }
    return { trace: sum / count };
  },
});
