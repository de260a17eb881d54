/** A definition as a figure: how far its readings are from the value at perfect collapse. */
import { type Metric, partLabel } from "../collapse/catalogue.ts";
import { lastLayer } from "../collapse/needs/classifier.ts";
import { closure } from "../collapse/needs/need.ts";
import type { DefinitionComparison, Reading } from "./comparison.ts";
import type { Column, Figure } from "./figure.ts";
import { formatValue } from "./format.ts";
import { math } from "./math.ts";
import type { Subject } from "./tokens.ts";

/** Of features, of the classifier, or, where both are read, of how the two meet. */
export function subjectOf({ split, needs }: Metric): Subject {
  if (split === "classifier") return "classifier";
  return closure(needs, split).some(({ need }) => need === lastLayer) ? "both" : "means";
}

export function splitOf({ split }: Metric): Column["split"] {
  return split === "classifier" ? "train" : split;
}

export function definitionFigure({ id, title, readings }: DefinitionComparison): Figure {
  const { metric, reference } = readings[0]!;
  const distance = reference !== null && reference.value !== 0;
  return {
    file: id,
    family: metric.family === "accuracy" ? null : metric.family,
    title,
    axis: distance ? `distance from ${formatValue(reference.value)}, its value at collapse` : "value",
    term: distance ? "|value − ideal|" : title,
    scale: "size",
    ideal: reference?.kind === "collapse" ? 0 : null,
    columns: readings.map(({ metric }) => ({
      column: metric.name,
      subject: subjectOf(metric),
      split: splitOf(metric),
      label: partLabel(metric),
    })),
    plain: metric.plain,
    definition: math(metric.formula.tex),
    source: metric.source,
  };
}

/** By column the value at collapse, where that is not 0. */
export function idealsOf(readings: readonly Reading[]): ReadonlyMap<string, number> {
  return new Map(
    readings.flatMap(({ metric, reference }) =>
      reference === null || reference.value === 0 ? [] : [[metric.name, reference.value]]
    ),
  );
}
