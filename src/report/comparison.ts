/** All measured definitions, family by family, each with its verdict: what the page of definitions shows, without its words. */
import { CATALOGUE, idealOf, type Metric } from "../collapse/catalogue.ts";
import type { Measurement, Trust, TrustRecord } from "../record.ts";
import { FAMILIES, type FamilyText } from "./definitions/families.ts";
import type { DefinitionText } from "./definitions/text.ts";
import { type Call, contradicts, judge, majority, type Verdict } from "./verdict.ts";

export interface ComparisonInput {
  /** Ascending by epoch, not empty. */
  readonly measurements: readonly Measurement[];
  readonly trust: TrustRecord | null;
  readonly classes: number;
  readonly terminalStart: number | null;
}

/** A definition on one split: a column of metrics.csv. */
export interface Reading {
  readonly metric: Metric;
  /** In the last checkpoint; null where it is not defined there. */
  readonly last: number | null;
  readonly reference: Reference | null;
  /** Null where there is no reference to judge it by. */
  readonly verdict: Verdict | null;
  /** Whether it counts for the call of its family. */
  readonly votes: boolean;
  readonly contradicts: boolean;
  /** Of the last checkpoint. */
  readonly trust: Trust;
  /** Checkpoints whose value is sensitive to the tolerance of its inverse, or unreliable. */
  readonly doubtful: number;
}

/** What distances are taken from. */
export interface Reference {
  readonly value: number;
  /** "collapse": the value of perfectly collapsed features. "bound": the least possible, where collapse has no one value. */
  readonly kind: "collapse" | "bound";
}

/** One definition with its readings on all splits that were measured. */
export interface DefinitionComparison {
  /** Name of its first metric: unique, stable, fit for an address. */
  readonly id: string;
  readonly title: string;
  readonly text: DefinitionText;
  readonly readings: readonly Reading[];
}

export interface FamilyComparison extends Omit<FamilyText, "definitions"> {
  readonly definitions: readonly DefinitionComparison[];
  /** What most voting readings say; null for a tie, or where none says anything. */
  readonly call: Call | null;
  /** Calls of the voting readings. */
  readonly votes: readonly (Call | null)[];
  /** Names of the metrics of this family that metrics.csv does not hold. */
  readonly notMeasured: readonly string[];
}

const SPLIT_ORDER: readonly Metric["split"][] = ["train", "test", "classifier", "ood"];

export function compareDefinitions(input: ComparisonInput): readonly FamilyComparison[] {
  const measured = new Set(input.measurements.flatMap(({ values }) => Object.keys(values)));
  return FAMILIES.map(({ definitions: texts, ...family }) => {
    const metrics = CATALOGUE.filter((metric) => metric.family === family.family);
    const groups = [...Map.groupBy(metrics, ({ formula }) => formula).values()]
      .map((group) => ({ group, there: group.filter(({ name }) => measured.has(name)) }))
      .filter(({ there }) => there.length > 0)
      .map(({ group, there }) => ({
        group,
        readings: there.toSorted((a, b) => SPLIT_ORDER.indexOf(a.split) - SPLIT_ORDER.indexOf(b.split))
          .map((metric) => read(metric, input)),
      }));
    const votes = groups.flatMap(({ readings }) => readings).filter((reading) => reading.votes)
      .map(({ verdict }) => verdict?.call ?? null);
    const call = majority(votes);
    return {
      ...family,
      definitions: groups.map(({ group, readings }) => ({
        id: group[0]!.name,
        title: commonTitle(group.map(({ variant }) => variant)),
        text: texts[group[0]!.name]!,
        readings: readings.map((reading) => ({
          ...reading,
          contradicts: contradicts(reading.verdict?.call ?? null, call),
        })),
      })),
      call,
      votes,
      notMeasured: metrics.map(({ name }) => name).filter((name) => !measured.has(name)),
    };
  });
}

function read(metric: Metric, { measurements, trust, classes, terminalStart }: ComparisonInput): Reading {
  const { name, split } = metric;
  const readings = measurements.map(({ epoch, values }) => ({ epoch, value: values[name] ?? null }));
  const reference = referenceOf(metric, classes, trust?.width ?? null);
  const lastEpoch = readings.at(-1)!.epoch;
  const trusts = new Map(trust?.checkpoints.map(({ epoch, metrics }) => [epoch, metrics[name] ?? {}]));
  const verdicts = readings.map(({ epoch }) => trusts.get(epoch)?.sensitivity?.verdict ?? "stable");
  return {
    metric,
    last: readings.at(-1)!.value,
    reference,
    verdict: reference && judge(readings, reference.value, { terminalStart }),
    // Collapse is a claim about training: what other images show is compared with it and does not decide it.
    votes: reference?.kind === "collapse" && (split === "train" || split === "classifier"),
    contradicts: false,
    trust: trusts.get(lastEpoch) ?? {},
    doubtful: verdicts.filter((verdict) => verdict !== "stable").length,
  };
}

function referenceOf(metric: Metric, classes: number, width: number | null): Reference | null {
  if (metric.ideal === null) return { value: 0, kind: "bound" };
  // Ideals that depend on the width are those of a simplex; without the width its existence is unknown.
  if (typeof metric.ideal === "function" && width === null) return null;
  const value = idealOf(metric, classes, width ?? 0);
  return value === null ? null : { value, kind: "collapse" };
}

/** "equal norms" of "equal norms, class means" and "equal norms, classifier rows". */
function commonTitle([first, ...others]: readonly string[]): string {
  if (others.every((other) => other === first)) return first!;
  let end = 0;
  while (others.every((other) => other[end] === first![end])) end++;
  return first!.slice(0, first!.lastIndexOf(",", end));
}
