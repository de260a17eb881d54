/** All figures, and what they show beside for unbalanced classes. */
import type { Measurement } from "../run/tables.ts";
import type { Column, Figure } from "./figure.ts";
import * as figures from "./figures/index.ts";
import { html } from "./html.ts";
import { math } from "./math.ts";

/** In the order of the numbers in their file names. */
export const FIGURES: readonly Figure[] = Object.values<Figure>(figures)
  .toSorted((a, b) => a.file.localeCompare(b.file, "en", { numeric: true }));

/** In the order in which a page tells of them: accuracy, NC1 to NC4, what is beside. */
export function inReadingOrder(list: readonly Figure[]): readonly Figure[] {
  return list.toSorted((a, b) => (a.family ?? "").localeCompare(b.family ?? ""));
}

/** Relative difference up to which two centres are one: that of rounding, where classes are balanced. */
const SAME_CENTRE = 1e-9;

/**
 * The figures of a run, or of several: where classes are unbalanced, those of class means with the class-centred curve, too.
 * `rows` decide what was measured, and whether the two centres differ.
 */
export function figuresOf(rows: readonly Measurement[]): readonly Figure[] {
  const isMeasured = (column: string) => rows.some(({ values }) => typeof values[column] === "number");
  const there = FIGURES.filter(({ beside, columns }) =>
    !beside || columns.some(({ column }) => isMeasured(column))
  );
  return there.map((figure) => {
    const extra = figure.columns.flatMap((column) => classCentred(column, rows));
    if (extra.length === 0) return figure;
    return {
      ...figure,
      columns: [...figure.columns, ...extra],
      definition: html`${figure.definition} ${WHY}`,
    };
  });
}

const WHY = html`
  Classes are unbalanced here: the mean of all samples ${math(
    String.raw`\mu_G`,
  )}, which the paper takes as the
  centre, lies nearer to the large ones, so even an exact simplex seen from it has unequal norms and angles.
  The dotted curve takes the mean of the class means as the centre, where a simplex gives zero; for balanced classes the two are one.
`;

/**
 * The column that says whether `column` has collapsed: where `figures`, those of a run, show it around the mean of class
 * means, too, that one, since around the mean of all samples an exact simplex is none.
 */
export function deciding(column: string, figures: readonly Figure[]): string {
  const own = FIGURES.flatMap(({ columns }) => columns).find((of) => of.column === column);
  const isShown = figures.some(({ columns }) =>
    columns.some((of) => of.centred && of.column === own?.classCentred)
  );
  return isShown ? own!.classCentred! : column;
}

/** The column around the mean of class means, where it was measured and is another one. */
function classCentred(column: Column, rows: readonly Measurement[]): Column[] {
  const { classCentred: centred, ...own } = column;
  if (centred === undefined) return [];
  const differs = rows.some(({ values }) => {
    const [ours, theirs] = [values[own.column] ?? null, values[centred] ?? null];
    return ours !== null && theirs !== null &&
      Math.abs(ours - theirs) > SAME_CENTRE * Math.max(Math.abs(ours), Math.abs(theirs), SAME_CENTRE);
  });
  return differs ? [{ ...own, column: centred, centred: true, label: "class-centred" }] : [];
}
