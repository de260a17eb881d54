/** The data that the pages embed for their script. */
import type { Measurement, Trust, TrustRecord } from "../run/tables.ts";
import type { FamilyComparison } from "./comparison.ts";
import type { FigureInput } from "./curve_cards.ts";
import { definitionFigure, idealsOf } from "./definition_figure.ts";
import { embeddedFrames } from "./geometry_section.ts";
import type { NamedFrame } from "../run/geometry.ts";
import type { Figure } from "./figure.ts";
import { encodeColumn, type PageData, type RunData } from "./page_data.ts";

/** What index.html embeds. */
export function reportData(
  input: FigureInput,
  frames: readonly NamedFrame[],
  classes: number,
): PageData {
  const data = dataOf(input, input.figures, {});
  const embedded = embeddedFrames(frames);
  if (embedded.length === 0) return data;
  const plain = embedded.map(({ names: _, ...frame }) => frame);
  return { ...data, geometry: { frames: plain, names: embedded[0]!.names, classes } };
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
    runs: [runData({ name: run }, measurements, trust, { phase, steps: view.steps })],
    lastEpoch,
    figures: figures.map(({ definition: _, ...figure }) => figure),
    ideals,
  };
}

/** The data of one run. `measurements` ascend by epoch. */
export function runData(
  { name, group = name }: { readonly name: string; readonly group?: string },
  measurements: readonly Measurement[],
  trust: TrustRecord | null,
  { phase, steps }: Pick<RunData, "phase" | "steps">,
): RunData {
  const columns = new Set(measurements.flatMap(({ values }) => Object.keys(values)));
  const doubts = new Map(trust?.checkpoints.map(({ epoch, metrics }) => [epoch, metrics]));
  return {
    name,
    group,
    epochs: measurements.map(({ epoch }) => epoch),
    columns: Object.fromEntries(
      [...columns].map((
        column,
      ) => [column, encodeColumn(measurements.map(({ values }) => values[column] ?? null))]),
    ),
    doubts: Object.fromEntries([...columns].flatMap((column) => {
      const own = measurements.flatMap(({ epoch }, place) => {
        const doubt = doubts.get(epoch)?.[column];
        return doubt === undefined ? [] : [{ said: JSON.stringify(inShort(doubt)), place }];
      });
      const groups = [...Map.groupBy(own, ({ said }) => said)]
        .map(([said, those]) => [JSON.parse(said) as Trust, those.map(({ place }) => place)] as const);
      return groups.length === 0 ? [] : [[column, groups]];
    })),
    phase: { start: phase.start, stretches: phase.stretches, breaks: phase.breaks },
    steps,
  };
}

/** Without the readings at other tolerances, which are many and stand in trust.json. */
function inShort({ sensitivity, ...others }: Trust): Trust {
  return sensitivity ? { ...others, sensitivity: { ...sensitivity, readings: [] } } : others;
}
