/** What a page embeds, as its script reads it: columns of numbers, the doubts beside them, how figures are drawn. */
import { unpackNumbers } from "./packed.ts";
import type { PackedFrame } from "./packed_frames.ts";
import type { View } from "./chart.ts";
import type { DrawnFigure } from "./figure.ts";
import { unpackRounded } from "./rounded.ts";
import { distances, type Row, type ShownTrust } from "./rows.ts";

/** What was measured of a run, and when. Runs that are alike in it share one. */
export interface Shape {
  /** Ascending. */
  readonly epochs: readonly number[];
  /** Names of columns of metrics.csv. */
  readonly columns: readonly string[];
}

export interface RunData {
  readonly name: string;
  /** Runs of one group are seeds, drawn as one curve unless they are asked for apart. */
  readonly group: string;
  /** The place of its shape among the page's. */
  readonly shape: number;
  /** Column after column, one value an epoch: float64, packed; NaN is not defined. */
  readonly values: string;
  /** By column of a figure: what trust.json says, intervals aside, and the places in `epochs` of which it says so. */
  readonly doubts: Readonly<
    Record<string, readonly (readonly [doubt: ShownTrust, places: readonly number[]])[]>
  >;
  /** By column of a figure that has them: low and high an epoch, to the digits that are shown (rounded.ts). */
  readonly intervals: Readonly<Record<string, string>>;
  readonly phase: {
    readonly start: number | null;
    readonly stretches: readonly Span[];
    readonly breaks: readonly Span[];
  };
  readonly steps: readonly number[];
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** What the moving picture is drawn from. */
export interface GeometryData {
  /** Ascending by epoch. */
  readonly frames: readonly PackedFrame[];
  /** Of the classes drawn, where they are known. */
  readonly names: readonly string[] | null;
  /** C, of which the first are drawn. */
  readonly classes: number;
}

/** Of a training that is watched: what changes with each epoch. */
export interface LiveData {
  /** Another one asks for the page anew: more was measured, or the run is another. */
  readonly version: string;
  readonly logged: LoggedData;
  /** What stands above the curves: names and values. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** When the run's files last changed, in ms since 1970; null where there is nothing yet. */
  readonly written: number | null;
  /** Seconds without change after which an epoch is late; null where none is awaited. */
  readonly patience: number | null;
  /** Why the files cannot be read at the moment; null where they can. */
  readonly trouble: string | null;
}

/** Columns of log.csv under names that metrics.csv has none of (training_figures.ts). */
export interface LoggedData extends Shape {
  /** As those of a run. */
  readonly values: string;
}

export interface PageData {
  /** There where the page is served while training goes on. */
  readonly live?: LiveData;
  readonly geometry?: GeometryData;
  /** "Neural collapse of ResNet-18 on CIFAR-10": the subtitle of saved figures. */
  readonly title: string;
  readonly shapes: readonly Shape[];
  readonly runs: readonly RunData[];
  readonly lastEpoch: number;
  /** Of a single run: the last epoch that was trained. */
  readonly trained?: number | undefined;
  /** What columns are, in words; a column without them bears its name. */
  readonly titles?: Readonly<Record<string, string>>;
  readonly figures: readonly DrawnFigure[];
  /** By column, where the value at collapse is another than 0 and figures draw the distance from it. */
  readonly ideals: Readonly<Record<string, number>>;
}

/** Rows of the columns that are asked for, made when they are: run after run, in each the columns in their order. */
export type Ask = (columns: readonly string[]) => readonly Row[];

/** The rows of a page: under the names of groups, or apart under those of runs; distances from `ideals`. */
export function askPage(
  { shapes, runs }: Pick<PageData, "shapes" | "runs">,
  { apart = false, ideals = {} }: { apart?: boolean; ideals?: PageData["ideals"] } = {},
): Ask {
  const reference = new Map(Object.entries(ideals));
  const decoded = runs.map((run) => once(() => unpackNumbers(run.values)));
  return (columns) => {
    const rows = runs.flatMap((run, i) => {
      const shape = shapes[run.shape]!;
      return columns.flatMap((column) =>
        columnRows(apart ? run.name : run.group, column, shape, decoded[i]!(), doubtsOf(run, column))
      );
    });
    return distances(rows, reference);
  };
}

/** The rows of a log under the name of its run. */
export function askLog(run: string, { values, ...shape }: LoggedData): Ask {
  const decoded = unpackNumbers(values);
  return (columns) => columns.flatMap((column) => columnRows(run, column, shape, decoded, []));
}

function columnRows(
  run: string,
  column: string,
  { epochs, columns }: Shape,
  values: Float64Array,
  doubts: readonly (ShownTrust | undefined)[],
): Row[] {
  const at = columns.indexOf(column);
  if (at < 0) return [];
  return epochs.map((epoch, i) => {
    const value = values[at * epochs.length + i]!;
    return { run, epoch, column, value: Number.isNaN(value) ? null : value, doubt: doubts[i] ?? null };
  });
}

/** What is said of a column, by place; places of which nothing is said are holes. */
function doubtsOf({ doubts, intervals }: RunData, column: string): readonly (ShownTrust | undefined)[] {
  const said: ShownTrust[] = [];
  for (const [doubt, places] of doubts[column] ?? []) {
    for (const place of places) said[place] = doubt;
  }
  if (intervals[column] === undefined) return said;
  const ends = unpackRounded(intervals[column]);
  for (let place = 0; place < ends.length / 2; place++) {
    const [low, high] = [ends[2 * place]!, ends[2 * place + 1]!];
    if (!Number.isNaN(low)) said[place] = { ...said[place], interval: { low, high } };
  }
  return said;
}

/** With seeds `apart`, each has the colour of its group. */
export function viewIn({ runs, lastEpoch, trained }: PageData, apart = false): View {
  const groups = new Map(runs.map(({ name, group }) => [name, group]));
  return {
    runs: [...new Set(groups.values())],
    ...(apart ? { groupOf: (run: string) => groups.get(run) ?? run } : {}),
    phases: new Map(runs.map(({ group, phase }) => [group, phase])),
    lastEpoch,
    trained,
    steps: runs.length === 1 ? runs[0]!.steps : [],
    namesPhase: false,
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
