/** Scores by which out-of-distribution samples are told from others, from logits and features. */
import { BLOCK, blocks } from "../blocks.ts";
import { dotRows } from "../kernels.ts";
import { splitNamed } from "../splits.ts";
import { norm } from "../vectors.ts";
import { lastLayer } from "./classifier.ts";
import { means } from "./moments.ts";
import { type Maybe, need, onSplit } from "./need.ts";
import { samples } from "./samples.ts";

/** One number a sample each, ascending. */
export interface DetectionScores {
  /** log max softmax(Wh + b): the same order, without the ties of probabilities that round to 1. */
  readonly softmax: Float64Array;
  /** log Σ_c exp(Wh + b)_c, the negative energy. */
  readonly energy: Float64Array;
  /** ⟨w_ŷ, h−μ_G⟩/‖h−μ_G‖ + α‖h‖₁, μ_G of the training set. */
  readonly proximity: Float64Array;
}

/** Weight of the norm in the score of proximity, as in public code. */
const ALPHA = 1e-4;

export const detection = need({
  name: "detection scores",
  after: { samples, lastLayer, training: onSplit("train", means) },
  passes: 1,
  samplewise: true,
  async reduce(
    { samples: { source, count: total }, lastLayer: { weight, bias }, training },
    { split },
  ): Promise<Maybe<DetectionScores>> {
    const { width } = source;
    const classes = bias.length;
    const { adjective } = splitNamed(split);
    const found = {
      softmax: new Float64Array(total),
      energy: new Float64Array(total),
      proximity: new Float64Array(total),
    };
    const logits = new Float64Array(BLOCK * classes);
    let at = 0;
    for await (const { rows, count } of blocks(source.chunks(), width)) {
      dotRows(rows, count, weight, classes, width, logits);
      for (let i = 0; i < count; i++, at++) {
        const row = rows.subarray(i * width, (i + 1) * width);
        const { best, highest, others } = decide(logits.subarray(i * classes, (i + 1) * classes), bias);
        found.softmax[at] = -Math.log1p(others);
        found.energy[at] = highest + Math.log1p(others);
        const chosen = weight.subarray(best * width, (best + 1) * width);
        const score = proximityOf(row, chosen, training.sampleCentre);
        if (score === null) {
          return {
            undefined: `one of the ${adjective} features is the training mean and has no direction from it`,
          };
        }
        found.proximity[at] = score;
      }
    }
    if (!found.energy.every(Number.isFinite) || !found.proximity.every(Number.isFinite)) {
      return { undefined: `a logit of the ${adjective} features leaves the range of float64` };
    }
    for (const scores of Object.values(found)) scores.sort();
    return found;
  },
});

/** The class decided for, its logit, and Σ exp(z_c − z) over the others. Adds the bias to `logits`. */
function decide(logits: Float64Array, bias: Float64Array): { best: number; highest: number; others: number } {
  let best = 0;
  for (let c = 0; c < logits.length; c++) {
    logits[c]! += bias[c]!;
    if (logits[c]! > logits[best]!) best = c;
  }
  const highest = logits[best]!;
  let others = 0;
  for (let c = 0; c < logits.length; c++) if (c !== best) others += Math.exp(logits[c]! - highest);
  return { best, highest, others };
}

function proximityOf(feature: Float64Array, weights: Float64Array, centre: Float64Array): number | null {
  let product = 0, absolute = 0;
  const centred = feature.map((x, k) => x - centre[k]!);
  for (let k = 0; k < feature.length; k++) {
    product += weights[k]! * centred[k]!;
    absolute += Math.abs(feature[k]!);
  }
  const length = norm(centred);
  return length > 0 ? product / length + ALPHA * absolute : null;
}
