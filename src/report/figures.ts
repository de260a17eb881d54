/** The seven figures, in order, and what they show beside for unbalanced classes. */
import type { Measurement } from "../run/tables.ts";
import type { Figure, Series } from "./figure.ts";
import { equiangularity } from "./figures/equiangularity.ts";
import { equinormality } from "./figures/equinormality.ts";
import { maximalAngularity } from "./figures/maximal_angularity.ts";
import { nnMismatch } from "./figures/nn_mismatch.ts";
import { top1Accuracy } from "./figures/top1_accuracy.ts";
import { weightsConvergence } from "./figures/weights_convergence.ts";
import { withinClassVariation } from "./figures/within_class_variation.ts";
import { html } from "./html.ts";

export const FIGURES: readonly Figure[] = [
  top1Accuracy,
  equinormality,
  equiangularity,
  maximalAngularity,
  weightsConvergence,
  withinClassVariation,
  nnMismatch,
];

/** The lighter blue of Okabe and Ito. */
const LIGHT_BLUE = "#56b4e9";

/** Relative difference up to which two centres are one: that of rounding, where classes are balanced. */
const SAME_CENTRE = 1e-9;

/** The figures of a run: where its classes are unbalanced, those of class means with the class-centred curve, too. */
export function figuresOf(rows: readonly Measurement[]): readonly Figure[] {
  return FIGURES.map((figure) => {
    const extra = figure.series.flatMap((series) => classCentred(series, rows));
    if (extra.length === 0) return figure;
    return { ...figure, series: [...figure.series, ...extra], definition: html`${figure.definition} ${WHY}` };
  });
}

const WHY = html`
  The classes of this run are unbalanced: the mean of all samples <i>μ</i><sub>G</sub>, which the paper takes as the
  centre, lies nearer to the large classes, so even an exact simplex seen from it has unequal norms and angles.
  The second curve takes the mean of the class means as the centre, where a simplex gives zero; for balanced classes the two are one.
`;

/** The curve around the mean of class means, where it was measured and is another one. */
function classCentred({ metric, quantity, classCentred }: Series, rows: readonly Measurement[]): Series[] {
  if (classCentred === undefined) return [];
  const differs = rows.some(({ values }) => {
    const [ours, theirs] = [values[metric] ?? null, values[classCentred] ?? null];
    return ours !== null && theirs !== null &&
      Math.abs(ours - theirs) > SAME_CENTRE * Math.max(Math.abs(ours), Math.abs(theirs), SAME_CENTRE);
  });
  return differs
    ? [{
      metric: classCentred,
      label: "Class-centred",
      // Short enough for the table of the overview.
      quantity: `${quantity.replace(", class means", "")}, class-centred`,
      colour: LIGHT_BLUE,
    }]
    : [];
}
