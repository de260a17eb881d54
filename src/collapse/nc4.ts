/** NC4, the classifier decides like the nearest class centre, and the accuracies that go with it. */
import type { Moments } from "./moments.ts";
import { finite, type Outcome } from "./outcome.ts";
import type { Classifier, DecisionCounts } from "./source.ts";
import { norm } from "./vectors.ts";

/** Top-1 accuracy of argmax(Wh + b), in %. Range [0, 100]. Papyan et al. 2020, Fig. 1. */
export function accuracy(correct: number, count: number): Outcome {
  return { value: 100 * correct / count };
}

/** Accuracy of the nearest class centre, argmin_c ‖h − μ_c‖ with training means, in %. Range [0, 100]. */
export function centreAccuracy(correct: number, count: number): Outcome {
  return { value: 100 * correct / count };
}

/**
 * Share of samples where argmax(Wh + b) ≠ argmin_c ‖h − μ_c‖, with training means. Range [0, 1]; 0 at collapse.
 * Papyan et al. 2020, Fig. 7: on the test set there, on the training set in their notebook.
 */
export function mismatch({ agreement }: DecisionCounts, count: number): Outcome {
  return { value: (count - agreement) / count };
}

/** The same with argmax(Wh), the bias left out. As in public code: rhubarbwu/neural-collapse, which reports one minus it. */
export function mismatchWithoutBias({ agreementWithoutBias }: DecisionCounts, count: number): Outcome {
  return { value: (count - agreementWithoutBias) / count };
}

/** ‖Wμ_G + b‖₂, the logits of the mean sample. Range [0, ∞); 0 at collapse. Zhu et al. 2021; scales with the logits. */
export function biasCollapse({ weight, bias }: Classifier, { sampleCentre, width }: Moments): Outcome {
  const logits = bias.map((b, c) => {
    let sum = b;
    for (let k = 0; k < width; k++) sum += weight[c * width + k] * sampleCentre[k];
    return sum;
  });
  return finite(norm(logits), "a logit leaves the range of float64");
}
