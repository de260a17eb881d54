/** What a page embeds, as its script reads it: columns of numbers, the doubts beside them, how figures are drawn. */
import type { Frame } from "../collapse/geometry.ts";
import type { Trust } from "../run/tables.ts";
import type { View } from "./chart.ts";
import type { DrawnFigure } from "./figure.ts";
import type { Row } from "./rows.ts";

export interface RunData {
  readonly name: string;
  /** Runs of one group are seeds, drawn as one curve unless they are asked for apart. */
  readonly group: string;
  readonly epochs: readonly number[];
  /** By column, one value an epoch: float64, little-endian, in base64; NaN is not defined. */
  readonly columns: Readonly<Record<string, string>>;
  /** By column: what trust.json says, and the places in `epochs` of which it says so. */
  readonly doubts: Readonly<Record<string, readonly (readonly [doubt: Trust, places: readonly number[]])[]>>;
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
  readonly frames: readonly Frame[];
  /** Of the classes drawn, where they are known. */
  readonly names: readonly string[] | null;
  /** C, of which the first are drawn. */
  readonly classes: number;
}

/** Of a training that is watched: what changes with each epoch. */
export interface LiveData {
  /** Another one asks for the page anew: more was measured, or the run is another. */
  readonly version: string;
  /** Columns of log.csv under names that metrics.csv has none of (training_figures.ts). */
  readonly logged: Pick<RunData, "epochs" | "columns">;
  /** What stands above the curves: names and values. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** When the run's files last changed, in ms since 1970; null where there is nothing yet. */
  readonly written: number | null;
  /** Seconds without change after which an epoch is late; null where none is awaited. */
  readonly patience: number | null;
  /** Why the files cannot be read at the moment; null where they can. */
  readonly trouble: string | null;
}

export interface PageData {
  /** There where the page is served while training goes on. */
  readonly live?: LiveData;
  readonly geometry?: GeometryData;
  /** "Neural collapse of ResNet-18 on CIFAR-10": the subtitle of saved figures. */
  readonly title: string;
  readonly runs: readonly RunData[];
  readonly lastEpoch: number;
  readonly figures: readonly DrawnFigure[];
  /** By column, where the value at collapse is another than 0 and figures draw the distance from it. */
  readonly ideals: Readonly<Record<string, number>>;
}

/** The rows of all runs: under the names of their groups, or apart under their own. */
export function rowsIn(runs: readonly RunData[], apart = false): readonly Row[] {
  return runs.flatMap((run) =>
    Object.entries(run.columns).flatMap(([column, encoded]) => {
      const doubts: Trust[] = [];
      for (const [doubt, places] of run.doubts[column] ?? []) {
        for (const place of places) doubts[place] = doubt;
      }
      return Array.from(decodeColumn(encoded), (value, i) => ({
        run: apart ? run.name : run.group,
        epoch: run.epochs[i]!,
        column,
        value: Number.isNaN(value) ? null : value,
        doubt: doubts[i] ?? null,
      }));
    })
  );
}

/** A column as a page holds it: exact, and half as long as its digits. */
export function encodeColumn(values: readonly (number | null)[]): string {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  values.forEach((value, i) => view.setFloat64(8 * i, value ?? NaN, true));
  return btoa(Array.from(new Uint8Array(view.buffer), (byte) => String.fromCharCode(byte)).join(""));
}

export function decodeColumn(encoded: string): number[] {
  const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
}

/** With seeds `apart`, each has the colour of its group. */
export function viewIn({ runs, lastEpoch }: PageData, apart = false): View {
  const groups = new Map(runs.map(({ name, group }) => [name, group]));
  return {
    runs: [...new Set(groups.values())],
    ...(apart ? { groupOf: (run: string) => groups.get(run) ?? run } : {}),
    phases: new Map(runs.map(({ group, phase }) => [group, phase])),
    lastEpoch,
    steps: runs.length === 1 ? runs[0]!.steps : [],
    namesPhase: false,
  };
}
