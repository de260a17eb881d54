/** Runs side by side: which are seeds of one, in what their protocols differ, and where each has come to. */
import { describeSteps } from "../experiment/epochs.ts";
import { optionsOf } from "../experiment/protocol.ts";
import type { RunRecord } from "../experiment/run_record.ts";
import type { LogRow, Measurement, TrustRecord } from "../run/tables.ts";
import { type Curve, curvesOf } from "./curves.ts";
import type { Figure } from "./figure.ts";
import { formatCount, formatValue } from "./format.ts";
import { only, type Row, rowsOf } from "./rows.ts";
import { type TerminalPhase, terminalPhase } from "./terminal.ts";

/** A run as compare reads it, from here or from elsewhere. */
export interface ComparedRun {
  readonly name: string;
  /** Null for runs that others logged. */
  readonly record: RunRecord | null;
  /** Ascending by epoch, not empty. */
  readonly measurements: readonly Measurement[];
  readonly trust: TrustRecord | null;
  readonly log: readonly LogRow[];
}

/** Runs that are drawn as one curve. */
export interface Group {
  /** Unique among the groups. */
  readonly name: string;
  readonly runs: readonly ComparedRun[];
  readonly phase: TerminalPhase;
}

/** A line of the table of differences: what each group has, in its order. */
export interface Difference {
  readonly key: string;
  readonly values: readonly string[];
}

/** What a run is: its data, and each hyper-parameter by the word of its option. The seed stands apart. */
export function settingsOf({ record }: ComparedRun): ReadonlyMap<string, string> {
  if (record === null) return new Map();
  const known = SETTINGS.get(record) ?? settingsIn(record);
  SETTINGS.set(record, known);
  return known;
}

/** Each run is asked for every setting by every table. */
const SETTINGS = new WeakMap<RunRecord, ReadonlyMap<string, string>>();

function settingsIn(record: RunRecord): ReadonlyMap<string, string> {
  const { title, trainImages, testImages, digest } = record.dataset;
  return new Map([
    [DATA_SET, title],
    ["training images", formatCount(trainImages)],
    ["test images", formatCount(testImages)],
    ["digest", digest],
    ...optionsOf(record.protocol).map((
      [option, value],
    ): [string, string] => [option.replace(/^--/, ""), value]),
  ].filter(([key]) => key !== SEED && key !== NAME) as [string, string][]);
}

export const DATA_SET = "data set";
const SEED = "seed";
/** What the option is called that names the data set, whose title is there. */
const NAME = "the data set";

/**
 * Groups: by all settings but the seed, or by those that `by` names. A run that others logged is a group of its own.
 * A group of one bears the run's name; of several, what tells it from the others, and how many seeds it has.
 */
export function groupRuns(runs: readonly ComparedRun[], by?: readonly string[]): readonly Group[] {
  const keyOf = (run: ComparedRun) => {
    const settings = settingsOf(run);
    if (run.record === null) return `elsewhere ${run.name}`;
    const wanted = by === undefined ? [...settings] : by.map((key) => [key, settings.get(key) ?? ""]);
    return JSON.stringify(wanted);
  };
  const groups = [...Map.groupBy(runs, keyOf).values()];
  const differing = differingKeys(groups);
  const names = new Set<string>();
  return groups.map((own) => {
    const wanted = own.length === 1 ? own[0]!.name : nameOf(own, groups, by ?? differing);
    let name = wanted;
    for (let i = 2; names.has(name); i++) name = `${wanted} (${i})`;
    names.add(name);
    const first = own[0]!;
    return { name, runs: own, phase: terminalPhase(first.measurements, first.log) };
  });
}

/** The settings in which groups differ, and their values; the seed is none. */
export function differencesOf(groups: readonly Group[]): readonly Difference[] {
  return differingKeys(groups.map(({ runs }) => runs)).map((key) => {
    const values = groups.map(({ runs }) => valuesAmong(runs, key));
    const short = values.map((value) => shown(key, value));
    // In short they may be alike, and then say nothing.
    const isApart = new Set(short).size === new Set(values).size;
    return { key, values: isApart ? short : values };
  });
}

/** The settings that all groups share, as they are shown. */
export function sharedSettings(groups: readonly Group[]): ReadonlyMap<string, string> {
  const differing = new Set(differingKeys(groups.map(({ runs }) => runs)));
  return new Map(
    [...settingsOf(groups[0]!.runs[0]!)].filter(([key]) => !differing.has(key))
      .map(([key, value]) => [key, shown(key, value)]),
  );
}

/**
 * The rows that figures ask for, of all groups: seeds of one have its name, so that a figure draws them as one curve with
 * its band. Runs may have been measured in ten times as many columns.
 */
export function comparedRows(groups: readonly Group[], figures: readonly Figure[]): readonly Row[] {
  const columns = new Set(figures.flatMap(({ columns }) => columns.map(({ column }) => column)));
  return groups.flatMap(({ name, runs }) =>
    runs.flatMap(({ measurements, trust }) =>
      rowsOf(name, measurements.map((measured) => only(columns, measured)), trust)
    )
  );
}

/** The last measured epoch of each run of a group that has another than its fellows, ascending; of most groups one. */
export function lastEpochsOf({ runs }: Group): readonly number[] {
  return [...new Set(runs.map(({ measurements }) => measurements.at(-1)!.epoch))].toSorted((a, b) => a - b);
}

/** Where a curve of a group ends: the median over its seeds, what they span, or the interval of a single one. */
export interface End {
  readonly group: string;
  /** The last at which some seed has a value. */
  readonly epoch: number;
  /** Whether that is not the last checkpoint of every seed, and has to be said. */
  readonly isApart: boolean;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** By column of the figure, the end of each group's curve by its name; groups without the column are left out. */
export function endsOfFigure(
  figure: Figure,
  rows: readonly Row[],
  groups: readonly Group[],
): ReadonlyMap<string, ReadonlyMap<string, End>> {
  const lasts = new Map(groups.map((group) => [group.name, lastEpochsOf(group)]));
  const curves = Map.groupBy(curvesOf(figure, rows), ({ column }) => column);
  return new Map(figure.columns.map(({ column }) => [
    column,
    new Map((curves.get(column) ?? []).map((curve) => [curve.run, endOf(curve, lasts.get(curve.run)!)])),
  ]));
}

function endOf({ run, points, bands }: Curve, lasts: readonly number[]): End {
  const last = points.findLast(({ value }) => value !== null) ?? points.at(-1)!;
  const band = bands.find(({ epoch }) => epoch === last.epoch);
  const interval = last.doubt?.interval;
  return {
    group: run,
    epoch: last.epoch,
    isApart: lasts.some((epoch) => epoch !== last.epoch),
    value: last.value,
    low: band?.low ?? interval?.low ?? null,
    high: band?.high ?? interval?.high ?? null,
  };
}

/** "0.0295", "0.0295 (0.0281 to 0.0310)", "0.0295 at epoch 175" where not all seeds end there. */
export function endWords(end: End, format: typeof formatValue = formatValue): string {
  const { value, low, high } = end;
  const range = low === null || high === null ? "" : ` (${format(low)} to ${format(high)})`;
  return `${format(value)}${range}${placeOf(end)}`;
}

/** " at epoch 175", where that has to be said. */
export function placeOf({ isApart, value, epoch }: End): string {
  return isApart && value !== null ? ` at epoch ${epoch}` : "";
}

/** The first settings that tell a group from all others, and how many seeds it has: "learning rate 0.1, 3 seeds". */
function nameOf(
  own: readonly ComparedRun[],
  groups: readonly (readonly ComparedRun[])[],
  keys: readonly string[],
): string {
  const words: string[] = [];
  let alike = groups.filter((group) => group !== own);
  for (const key of keys.filter((key) => !/digest|checkpoints/.test(key))) {
    const value = valuesAmong(own, key);
    const left = alike.filter((group) => valuesAmong(group, key) === value);
    if (left.length < alike.length) words.push(key === DATA_SET ? value : `${key} ${value}`);
    alike = left;
  }
  return `${words.join(", ") || own[0]!.name}, ${own.length} seeds`;
}

function differingKeys(groups: readonly (readonly ComparedRun[])[]): string[] {
  const known = groups.filter(([first]) => first!.record !== null);
  const keys = [...new Set(known.flatMap((runs) => runs.flatMap((run) => [...settingsOf(run).keys()])))];
  return keys.filter((key) => new Set(known.map((runs) => valuesAmong(runs, key))).size > 1);
}

function valuesAmong(runs: readonly ComparedRun[], key: string): string {
  return [...new Set(runs.map((run) => settingsOf(run).get(key) ?? "–"))].join(" or ");
}

/** Numbers as people read them, a digest by its beginning, a long list by its steps. */
function shown(key: string, value: string): string {
  if (key === "digest") return `${value.slice(0, 8)}…`;
  if (/^\d+(,\d+){6,}$/.test(value)) return describeSteps(value.split(",").map(Number));
  // Without the zeros that say how exactly something was measured: it was chosen.
  return /^-?\d*\.\d{4,}$/.test(value) ? formatValue(Number(value)).replace(/(\.\d*?)0+$/, "$1") : value;
}
