/** All measured definitions, family by family, each with its verdict: what the page of definitions shows, without its words. */
import { catalogueWith, idealOf, type Metric, scaleOf, setsIn } from "../collapse/catalogue.ts";
import { FAMILIES, type FamilyWords } from "../collapse/families.ts";
import { SPLITS } from "../collapse/splits.ts";
import type { Measurement, Trust, TrustRecord } from "../run/tables.ts";
import type { Stretch } from "./terminal.ts";
import { type Call, contradicts, judge, majority, type Verdict } from "./verdict.ts";

export interface ComparisonInput {
  /** Ascending by epoch, not empty. */
  readonly measurements: readonly Measurement[];
  readonly trust: TrustRecord | null;
  readonly classes: number;
  /** The last unbroken stretch of the terminal phase, over which trends are taken. */
  readonly window: Stretch | null;
}

/** A definition on one split: a column of metrics.csv. */
export interface Reading {
  readonly metric: Metric;
  /** In the last checkpoint; null where it is not defined there. */
  readonly last: number | null;
  readonly reference: Reference | null;
  /** Null where there is no reference to judge it by, or the definition says nothing here. */
  readonly verdict: Verdict | null;
  /** Why it takes no part at this number of classes and width of features, as a clause; null where it does. */
  readonly uninformative: string | null;
  /** The distance that shows no trace of collapse; null where that of the first checkpoint stands for it. */
  readonly scale: number | null;
  /** Whether it counts for the call of its family: a copy of one that votes does not. */
  readonly votes: boolean;
  /** The voting column that this one equals to the digit in every checkpoint; null where there is none. */
  readonly copyOf: string | null;
  readonly contradicts: boolean;
  /** Of the last checkpoint. */
  readonly trust: Trust;
  /** Checkpoints whose value is sensitive to the tolerance of its inverse, or unreliable. */
  readonly doubtful: number;
}

/** What distances are taken from. */
export interface Reference {
  readonly value: number;
  /** "collapse": the value of perfectly collapsed features. "none": collapse has no one value; what is followed is the value itself, from 0. */
  readonly kind: "collapse" | "none";
}

/** One definition with its readings on all splits that were measured. */
export interface DefinitionComparison {
  /** Name of its first metric: unique, stable, fit for an address. */
  readonly id: string;
  readonly title: string;
  readonly readings: readonly Reading[];
}

export interface FamilyComparison extends Pick<FamilyWords, "title" | "plain"> {
  readonly family: Exclude<FamilyWords["family"], "accuracy">;
  readonly definitions: readonly DefinitionComparison[];
  /** What most voting readings say. */
  readonly call: Call;
  /** Calls of the voting readings, one a distinct quantity. */
  readonly votes: readonly Call[];
  /** Names of metrics around the mean of the class means that give, class sizes being equal, what their namesakes give. */
  readonly repeated: readonly string[];
  /** Names of the metrics of this family that metrics.csv does not hold. */
  readonly notMeasured: readonly string[];
  /** Names of those that need images from elsewhere, where there were none: in no checkpoint they have a value. */
  readonly withoutImages: readonly string[];
}

const SPLIT_ORDER = SPLITS.map(({ name }) => name);

export function compareDefinitions(input: ComparisonInput): readonly FamilyComparison[] {
  const measured = new Set(input.measurements.flatMap(({ values }) => Object.keys(values)));
  const isThere = ({ name, split }: Metric) =>
    measured.has(name) &&
    (split !== "ood" || input.measurements.some(({ values }) => typeof values[name] === "number"));
  const sets = setsIn([...measured]);
  // Of sets that have names, nothing is left to measure without one.
  const known = catalogueWith(sets)
    .filter(({ name, split, set }) =>
      split !== "ood" || set !== undefined || sets.length === 0 || measured.has(name)
    );
  return FAMILIES.flatMap(({ family, title, plain }) => {
    if (family === "accuracy") return [];
    const metrics = known.filter((metric) => metric.family === family);
    const there = metrics.filter(isThere);
    const repeated = repetitions(there, input.measurements);
    const shown = there.filter((metric) => !repeated.includes(metric));
    const groups = votingOnce(
      [...Map.groupBy(metrics, ({ definition }) => definition).values()]
        .map((group) => ({ group, there: group.filter((metric) => shown.includes(metric)) }))
        .filter(({ there }) => there.length > 0)
        .map(({ group, there }) => ({
          group,
          readings: there.toSorted((a, b) => SPLIT_ORDER.indexOf(a.split) - SPLIT_ORDER.indexOf(b.split))
            .map((metric) => read(metric, input)),
        })),
      input.measurements,
    );
    const votes = groups.flatMap(({ readings }) => readings).filter((reading) => reading.votes)
      .map(({ verdict }) => verdict!);
    const call = majority(votes);
    return [{
      family,
      title,
      plain,
      definitions: groups.map(({ group, readings }) => ({
        id: group[0]!.name,
        title: group[0]!.title,
        readings: readings.map((reading) => ({
          ...reading,
          contradicts: (reading.votes || reading.copyOf !== null) && contradicts(reading.verdict!, call),
        })),
      })),
      call,
      votes,
      repeated: namesOf(repeated),
      notMeasured: namesOf(metrics.filter(({ name, split }) => split !== "ood" && !measured.has(name))),
      withoutImages: namesOf(metrics.filter((metric) => metric.split === "ood" && !isThere(metric))),
    }];
  });
}

function namesOf(metrics: readonly Metric[]): string[] {
  return metrics.map(({ name }) => name);
}

/** Relative difference up to which two numbers are the same, computed in two ways. */
const SAME = 1e-12;

interface Group {
  readonly group: readonly Metric[];
  readonly readings: readonly Reading[];
}

/** Takes the vote from each reading that equals an earlier voter to the digit, and names that one. */
function votingOnce(groups: readonly Group[], measurements: readonly Measurement[]): readonly Group[] {
  const voters: Metric[] = [];
  const settle = (reading: Reading): Reading => {
    if (!reading.votes) return reading;
    const { name } = reading.metric;
    const original = voters.find((voter) =>
      measurements.every(({ values }) => same(values[name] ?? null, values[voter.name] ?? null))
    );
    if (original !== undefined) return { ...reading, votes: false, copyOf: original.name };
    voters.push(reading.metric);
    return reading;
  };
  return groups.map(({ group, readings }) => ({ group, readings: readings.map(settle) }));
}

/** Metrics around the mean of the class means whose values another metric of the same split has in every checkpoint. */
function repetitions(metrics: readonly Metric[], measurements: readonly Measurement[]): readonly Metric[] {
  const others = metrics.filter(({ classCentred }) => !classCentred);
  return metrics.filter(({ classCentred, name, split }) =>
    classCentred && measurements.some(({ values }) => typeof values[name] === "number") &&
    others.some((other) =>
      other.split === split &&
      measurements.every(({ values }) => same(values[name] ?? null, values[other.name] ?? null))
    )
  );
}

function same(a: number | null, b: number | null): boolean {
  if (a === null || b === null) return a === b;
  return Math.abs(a - b) <= SAME * Math.max(Math.abs(a), Math.abs(b));
}

function read(metric: Metric, { measurements, trust, classes, window }: ComparisonInput): Reading {
  const { name, split } = metric;
  const width = trust?.width ?? null;
  const uninformative = silence(metric, classes, width);
  const scale = scaleOf(metric, classes, width ?? NaN);
  const readings = measurements.map(({ epoch, values }) => ({ epoch, value: values[name] ?? null }));
  const reference = referenceOf(metric, classes, width);
  const verdict = uninformative === null && reference
    ? judge(readings, reference.value, { window, scale })
    : null;
  // Where collapse has no one value there is a trend of the value, and no level.
  const followed = verdict && reference?.kind === "none" ? { ...verdict, level: null } : verdict;
  const lastEpoch = readings.at(-1)!.epoch;
  const trusts = new Map(trust?.checkpoints.map(({ epoch, metrics }) => [epoch, metrics[name] ?? {}]));
  const verdicts = readings.map(({ epoch }) => trusts.get(epoch)?.sensitivity?.verdict ?? "stable");
  return {
    metric,
    last: readings.at(-1)!.value,
    reference,
    verdict: followed,
    uninformative,
    scale,
    // Collapse is a claim about training: what other images show stands beside it, and neither decides nor denies it.
    votes: followed !== null && reference?.kind === "collapse" &&
      (split === "train" || split === "classifier") && (followed.level !== null || followed.trend !== null),
    copyOf: null,
    contradicts: false,
    trust: trusts.get(lastEpoch) ?? {},
    doubtful: verdicts.filter((verdict) => verdict !== "stable").length,
  };
}

/** Why a definition says nothing here. One that depends on an unknown width is not trusted to say something. */
function silence({ uninformative }: Metric, classes: number, width: number | null): string | null {
  if (uninformative === undefined) return null;
  if (width !== null) return uninformative(classes, width);
  // Features are rarely fewer than classes.
  const [narrow, wide] = [uninformative(classes, classes), uninformative(classes, 1e6)];
  if (narrow === null && wide === null) return null;
  return narrow !== null && wide !== null
    ? narrow
    : "whether it does depends on the width of the features, which is not known without trust.json";
}

function referenceOf(metric: Metric, classes: number, width: number | null): Reference | null {
  if (metric.ideal === null) return { value: 0, kind: "none" };
  // Ideals that depend on the width are those of a simplex; without the width its existence is unknown.
  if (typeof metric.ideal === "function" && width === null) return null;
  const value = idealOf(metric, classes, width ?? 0);
  return value === null ? null : { value, kind: "collapse" };
}
