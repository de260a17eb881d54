/** A study's cells as charts take them, and as its page embeds them for its script. */

/** One axis: the name of an option, and its values in their order. */
export interface StudyAxis {
  readonly name: string;
  readonly values: readonly string[];
}

/** One cell: what its axes say, and its columns of metrics.csv at the last checkpoint that was measured. */
export interface StudyCell {
  readonly cell: { readonly name: string; readonly options: Readonly<Record<string, string>> };
  readonly last: Readonly<Record<string, number | null>>;
}

/** Plain data. */
export interface StudyData {
  /** Those with several values, the seed included. */
  readonly axes: readonly StudyAxis[];
  /** By axis, the place of each cell's value. */
  readonly places: readonly (readonly number[])[];
  readonly names: readonly string[];
  /** Places of the chosen cells. */
  readonly chosen: readonly number[];
  /** By column a value a cell; null where it is not defined or not measured. */
  readonly columns: Readonly<Record<string, readonly (number | null)[]>>;
}

/** What the script of a study's page reads. */
export interface StudyPageData {
  readonly study: StudyData;
}

/** Values that a page embeds at most: beyond, its figures' columns alone. */
const MOST_VALUES = 300_000;
/** Of an embedded value; study.csv has all of them. */
const DIGITS = 6;

/** `figures` are the columns that the page's figures draw; `metric`, by which cells are chosen, comes first. */
export function studyDataOf(
  results: readonly StudyCell[],
  { axes, figures, metric, chosen }: {
    readonly axes: readonly StudyAxis[];
    readonly figures: readonly string[];
    readonly metric: string;
    readonly chosen: ReadonlySet<string>;
  },
): StudyData {
  const measured = [...new Set(results.flatMap(({ last }) => Object.keys(last)))];
  const columns = new Set([
    ...measured.filter((column) => column === metric),
    ...measured.length * results.length > MOST_VALUES ? figures : measured,
  ]);
  const several = axes.filter(({ values }) => values.length > 1);
  return {
    axes: several.map(({ name, values }) => ({ name, values })),
    places: several.map(({ name, values }) => {
      const places = new Map(values.map((value, place) => [value, place]));
      return results.map(({ cell: { options } }) => places.get(options[name]!)!);
    }),
    names: results.map(({ cell }) => cell.name),
    chosen: results.flatMap(({ cell }, place) => chosen.has(cell.name) ? [place] : []),
    columns: Object.fromEntries(Array.from(columns, (column) => [
      column,
      results.map(({ last }) => {
        const value = last[column] ?? null;
        return value === null ? null : Number(value.toPrecision(DIGITS));
      }),
    ])),
  };
}

/** The cells, with one of their columns. */
export function studyCellsOf({ axes, places, names, columns }: StudyData, column: string): StudyCell[] {
  return names.map((name, cell) => ({
    cell: {
      name,
      options: Object.fromEntries(
        axes.map(({ name, values }, axis) => [name, values[places[axis]![cell]!]!]),
      ),
    },
    last: { [column]: columns[column]![cell]! },
  }));
}
