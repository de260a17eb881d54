/** The cells of a study: every combination of its axes' values, each an ordinary protocol under a name that tells what differs. */
import type { Protocol } from "../experiment/parts.ts";
import type { Axis, StudyFile } from "./file.ts";

/** One run of a study. */
export interface Cell {
  /** Position in the study, from 0. */
  readonly index: number;
  /** Name of its folder: `lr=0.05,seed=1`, the axes with several values in the file's order. */
  readonly name: string;
  /** Option texts by name, of all axes. */
  readonly options: Readonly<Record<string, string>>;
  readonly protocol: Protocol;
}

/** The protocol that a data set and option texts ask for. Throws in the words of the option. */
export type ResolveProtocol = (dataset: string, options: Readonly<Record<string, string>>) => Protocol;

/** More are a mistake: what one study of a cluster's year could do. */
export const MAX_CELLS = 20_000;
/** Of a folder's name on every usual file system, with room for what is written beside. */
const MAX_NAME = 200;
const LEAST_DIGITS = 3;
const ALL_DIGITS = 17;

/** The cells in the order of the file, the last axis running fastest. Throws one line that names the place. */
export function cellsOf(file: StudyFile, resolve: ResolveProtocol): Cell[] {
  const { axes, exclude, place, dataset } = file;
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  if (count > MAX_CELLS) {
    throw new Error(`${place}: expected at most ${MAX_CELLS} combinations, found ${count}; take values out`);
  }
  const several = axes.filter(({ values }) => values.length > 1);
  const labels = new Map(several.map((axis) => [axis.name, labelsOf(axis)]));
  const combinations = Array.from({ length: count }, (_, i) => combination(axes, i));
  const kept = combinations.filter((options) => !exclude.some((values) => holds(options, values)));
  if (kept.length === 0) throw new Error(`${place}: expected a combination that is not excluded, found none`);
  return kept.map((options, index) => {
    const parts = several.map(({ name, values }) =>
      `${name}=${labels.get(name)![values.indexOf(options[name]!)]}`
    );
    const name = parts.join() || "run";
    if (name.length > MAX_NAME) {
      throw new Error(`${place}: expected names of at most ${MAX_NAME} letters for the cells, found ${name}`);
    }
    return { index, name, options, protocol: protocolOf(file, options, resolve, dataset) };
  });
}

function combination(axes: readonly Axis[], index: number): Record<string, string> {
  const options: Record<string, string> = {};
  let rest = index;
  for (const { name, values } of axes.toReversed()) {
    options[name] = values[rest % values.length]!;
    rest = Math.floor(rest / values.length);
  }
  return Object.fromEntries(axes.map(({ name }) => [name, options[name]!]));
}

function holds(options: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([name, value]) => options[name] === value);
}

/** Names the axis that the message speaks of, as option, and its place in the file; else that of all parameters. */
function protocolOf(
  { axes, place }: StudyFile,
  options: Readonly<Record<string, string>>,
  resolve: ResolveProtocol,
  dataset: string,
): Protocol {
  try {
    return resolve(dataset, options);
  } catch (error) {
    const { message } = error as Error;
    const axis = axes.find(({ name }) => new RegExp(`--${name}(?![\\w-])`).test(message));
    throw new Error(`${axis?.place ?? place}: ${message}`);
  }
}

/** A label for each value: numbers with as few digits as tell them apart; letters that fit the name of a folder. */
function labelsOf({ name, values, place }: Axis): string[] {
  const areNumbers = values.every((value) => value.trim() !== "" && Number.isFinite(Number(value)));
  for (let digits = LEAST_DIGITS; areNumbers && digits <= ALL_DIGITS; digits++) {
    const labels = values.map((value) => String(Number(Number(value).toPrecision(digits))));
    if (areDistinct(labels)) return labels;
  }
  const labels = values.map((value) => value.replaceAll(",", "+").replaceAll(/[^\w.+-]/g, "-"));
  if (areDistinct(labels)) return labels;
  throw new Error(
    `${place}: expected values of ${name} that differ as names of folders, found ${values.join(", ")}`,
  );
}

function areDistinct(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}
