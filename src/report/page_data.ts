/** What a page embeds for its script, and how the script reads it: columns of numbers, the doubts beside them, how figures are drawn. */
import type { Measurement, Trust, TrustRecord } from "../run/tables.ts";
import type { View } from "./chart.ts";
import type { FamilyComparison } from "./comparison.ts";
import type { FigureInput } from "./curve_cards.ts";
import { definitionFigure, idealsOf } from "./definition_figure.ts";
import type { DrawnFigure, Figure } from "./figure.ts";
import type { Row } from "./rows.ts";

export interface RunData {
  readonly name: string;
  readonly epochs: readonly number[];
  /** Values by column, one an epoch. */
  readonly columns: Readonly<Record<string, readonly (number | null)[]>>;
  /** By column, then by place in `epochs`: what trust.json says. */
  readonly doubts: Readonly<Record<string, Readonly<Record<number, Trust>>>>;
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

export interface PageData {
  /** "Neural collapse of ResNet-18 on CIFAR-10": the subtitle of saved figures. */
  readonly title: string;
  readonly runs: readonly RunData[];
  readonly lastEpoch: number;
  readonly figures: readonly DrawnFigure[];
  /** By column, where the value at collapse is another than 0 and figures draw the distance from it. */
  readonly ideals: Readonly<Record<string, number>>;
}

/** What index.html embeds. */
export function reportData(input: FigureInput): PageData {
  return dataOf(input, input.figures, {});
}

/** What definitions.html embeds: a figure a definition. */
export function definitionsData(input: FigureInput, families: readonly FamilyComparison[]): PageData {
  const definitions = families.flatMap((family) => family.definitions);
  const ideals = definitions.flatMap(({ readings }) => [...idealsOf(readings)]);
  return dataOf(input, definitions.map(definitionFigure), Object.fromEntries(ideals));
}

function dataOf(
  { context, view, measurements, trust, lastEpoch }: FigureInput,
  figures: readonly Figure[],
  ideals: PageData["ideals"],
): PageData {
  const { phase, run, network, dataset } = context;
  return {
    title: `${network} on ${dataset}`,
    runs: [runData(run, measurements, trust, { phase, steps: view.steps })],
    lastEpoch,
    figures: figures.map(({ definition: _, ...figure }) => figure),
    ideals,
  };
}

/** The data of one run. `measurements` ascend by epoch. */
export function runData(
  name: string,
  measurements: readonly Measurement[],
  trust: TrustRecord | null,
  { phase, steps }: Pick<RunData, "phase" | "steps">,
): RunData {
  const columns = new Set(measurements.flatMap(({ values }) => Object.keys(values)));
  const doubts = new Map(trust?.checkpoints.map(({ epoch, metrics }) => [epoch, metrics]));
  return {
    name,
    epochs: measurements.map(({ epoch }) => epoch),
    columns: Object.fromEntries(
      [...columns].map((column) => [column, measurements.map(({ values }) => values[column] ?? null)]),
    ),
    doubts: Object.fromEntries([...columns].flatMap((column) => {
      const own = measurements.flatMap(({ epoch }, i) => {
        const doubt = doubts.get(epoch)?.[column];
        return doubt === undefined ? [] : [[i, inShort(doubt)] as const];
      });
      return own.length === 0 ? [] : [[column, Object.fromEntries(own)]];
    })),
    phase: { start: phase.start, stretches: phase.stretches, breaks: phase.breaks },
    steps,
  };
}

/** Without the readings at other tolerances, which are many and stand in trust.json. */
function inShort({ sensitivity, ...others }: Trust): Trust {
  return sensitivity ? { ...others, sensitivity: { ...sensitivity, readings: [] } } : others;
}

/** The rows of all runs, `nameOf` giving the name under which a run is drawn. */
export function rowsIn(runs: readonly RunData[], nameOf = ({ name }: RunData) => name): readonly Row[] {
  return runs.flatMap((run) =>
    Object.entries(run.columns).flatMap(([column, values]) =>
      values.map((value, i) => ({
        run: nameOf(run),
        epoch: run.epochs[i]!,
        column,
        value,
        doubt: run.doubts[column]?.[i] ?? null,
      }))
    )
  );
}

export function viewIn({ runs, lastEpoch }: PageData): View {
  return {
    phases: new Map(runs.map(({ name, phase }) => [name, phase])),
    lastEpoch,
    steps: runs.length === 1 ? runs[0]!.steps : [],
    namesPhase: false,
  };
}
