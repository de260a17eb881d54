/** How well a score tells samples of the test split from out-of-distribution (OOD) ones: higher scores are the former. */
import { finite, type Outcome } from "./outcome.ts";

/** Of `own` samples, the share that the threshold of {@link falsePositives} keeps: 19 of 20. */
const LEFT_OUT = 20;

const NONE = "every feature of one side is zero";

/**
 * Area under the ROC curve: the chance that a test sample scores above an OOD sample, ties counting half. Both sorted,
 * ascending.
 */
export function areaUnderRoc(own: Float64Array, foreign: Float64Array): Outcome {
  let below = 0, upTo = 0, wins = 0;
  for (const score of own) {
    while (below < foreign.length && foreign[below]! < score) below++;
    while (upTo < foreign.length && foreign[upTo]! <= score) upTo++;
    wins += (below + upTo) / 2;
  }
  return finite(wins / (own.length * foreign.length), NONE);
}

/** FPR95: the share of OOD samples that score at least as high as 95 % of the test samples. Both sorted, ascending. */
export function falsePositives(own: Float64Array, foreign: Float64Array): Outcome {
  if (own.length === 0 || foreign.length === 0) return { undefined: NONE };
  const threshold = own[Math.floor(own.length / LEFT_OUT)]!;
  return { value: foreign.filter((score) => score >= threshold).length / foreign.length };
}
