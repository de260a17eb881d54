/** The data that the pages embed for their script. */
import type { Measurement, Trust, TrustRecord } from "../run/tables.ts";
import { packNumbers } from "./packed.ts";
import { columnTitles } from "./column_words.ts";
import type { FamilyComparison } from "./comparison.ts";
import type { FigureInput } from "./curve_cards.ts";
import { definitionFigure, idealsOf } from "./definition_figure.ts";
import { embeddedFrames } from "./geometry_section.ts";
import type { NamedFrame } from "../run/geometry.ts";
import { drawn, type DrawnFigure, type Figure } from "./figure.ts";
import type { PageData, RunData, Shape } from "./page_data.ts";
import { packFrame } from "./packed_frames.ts";
import { packRounded } from "./rounded.ts";
import { only, type ShownTrust } from "./rows.ts";

/** What index.html embeds. */
export function reportData(
  input: FigureInput,
  frames: readonly NamedFrame[],
  classes: number,
): PageData {
  const columns = new Set(input.measurements.flatMap(({ values }) => Object.keys(values)));
  const data = { ...dataOf(input, input.figures, {}), titles: columnTitles([...columns]) };
  const embedded = embeddedFrames(frames);
  if (embedded.length === 0) return data;
  return { ...data, geometry: { frames: embedded.map(packFrame), names: embedded[0]!.names, classes } };
}

/** What definitions.html embeds: a figure a definition, and the columns of these. */
export function definitionsData(input: FigureInput, families: readonly FamilyComparison[]): PageData {
  const definitions = families.flatMap((family) => family.definitions);
  const ideals = definitions.flatMap(({ readings }) => [...idealsOf(readings)]);
  const figures = definitions.map(definitionFigure);
  const columns = new Set(figures.flatMap(({ columns }) => columns.map(({ column }) => column)));
  const measurements = input.measurements.map((measured) => only(columns, measured));
  return dataOf({ ...input, measurements }, figures, Object.fromEntries(ideals));
}

function dataOf(
  { context, view, measurements, trust, lastEpoch }: FigureInput,
  figures: readonly Figure[],
  ideals: PageData["ideals"],
): PageData {
  const { phase, run, network, dataset } = context;
  return {
    title: `${network} on ${dataset}`,
    ...embedRuns([{ name: run, group: run, measurements, trust, phase, steps: view.steps }], figures),
    lastEpoch,
    trained: view.trained,
    figures: figures.map(drawn),
    ideals,
  };
}

/** A run as a page is to hold it. */
export interface EmbeddedRun extends Pick<RunData, "name" | "group" | "phase" | "steps"> {
  /** Ascending by epoch. */
  readonly measurements: readonly Measurement[];
  readonly trust: TrustRecord | null;
}

/** The data of runs; those that were measured alike say so once. What trust.json says is kept of what `figures` draw: beside other values nothing says it. */
export function embedRuns(
  runs: readonly EmbeddedRun[],
  figures: readonly Pick<DrawnFigure, "columns">[],
): Pick<PageData, "shapes" | "runs"> {
  const told = new Set(figures.flatMap(({ columns }) => columns.map(({ column }) => column)));
  const shapes = new Map<string, { place: number; shape: Shape }>();
  const data = runs.map(({ name, group, measurements, trust, phase, steps }): RunData => {
    const own: Shape = {
      epochs: measurements.map(({ epoch }) => epoch),
      columns: [...new Set(measurements.flatMap(({ values }) => Object.keys(values)))],
    };
    const key = JSON.stringify(own);
    if (!shapes.has(key)) shapes.set(key, { place: shapes.size, shape: own });
    const { place, shape } = shapes.get(key)!;
    return {
      name,
      group,
      shape: place,
      values: packNumbers(
        shape.columns.flatMap((column) => measurements.map(({ values }) => values[column] ?? null)),
      ),
      ...embedTrust(
        { epochs: shape.epochs, columns: shape.columns.filter((column) => told.has(column)) },
        trust,
      ),
      phase: { start: phase.start, stretches: phase.stretches, breaks: phase.breaks },
      steps,
    };
  });
  return { shapes: [...shapes.values()].map(({ shape }) => shape), runs: data };
}

function embedTrust(
  { epochs, columns }: Shape,
  trust: TrustRecord | null,
): Pick<RunData, "doubts" | "intervals"> {
  const byEpoch = new Map(trust?.checkpoints.map(({ epoch, metrics }) => [epoch, metrics]));
  const doubts: Record<string, [ShownTrust, number[]][]> = {};
  const intervals: Record<string, string> = {};
  for (const column of columns) {
    const said = epochs.map((epoch) => byEpoch.get(epoch)?.[column]);
    const places = Map.groupBy(epochs.keys(), (place) => inShort(said[place]));
    places.delete("{}");
    if (places.size > 0) doubts[column] = [...places].map(([text, those]) => [JSON.parse(text), those]);
    if (said.some((trust) => trust?.interval)) {
      intervals[column] = packRounded(
        said.flatMap((trust) => [trust?.interval?.low ?? null, trust?.interval?.high ?? null]),
      );
    }
  }
  return { doubts, intervals };
}

/** As JSON, what pages say of a value, its interval aside, which is another at each. All of it stands in trust.json. */
function inShort({ undefined: reason, note, rank, sensitivity }: Trust = {}): string {
  return JSON.stringify({
    undefined: reason,
    note,
    rank: rank && { kept: rank.kept, of: rank.of },
    sensitivity: sensitivity && { verdict: sensitivity.verdict },
  });
}
