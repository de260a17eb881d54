/** Layers as specifications for Plot: a quantity against the layer at some epochs, and a map of it over layer and epoch. */
import * as Plot from "@observablehq/plot";
import type { SeparationLaw } from "../collapse/separation_law.ts";
import type { LayerRow } from "../run/layers.ts";
import { type Axis, axisFor, isDrawable, kindFor } from "./axis.ts";
import { axisNames, tickOptions } from "./axis_marks.ts";
import { formatValue } from "./format.ts";
import { spreadY } from "./spread.ts";
import { estimateWidth } from "./text_width.ts";
import { MARK_COLOURS, type Size, SIZES } from "./tokens.ts";

/** A column of layers.csv and what it is called. */
export interface LayerQuantity {
  readonly metric: string;
  readonly title: string;
  readonly term: string;
  /** In %, on an axis from 0 to 100. */
  readonly percent?: boolean;
}

interface LayerPoint {
  readonly layer: number;
  readonly epoch: number;
  readonly value: number;
  readonly name: string;
}

const INK = MARK_COLOURS.ink!.light;
const PAPER = MARK_COLOURS.paper!.light;
const COLOUR = MARK_COLOURS.means!.light;
const FAINT = MARK_COLOURS.faint!.light;
const HAIR = MARK_COLOURS.hair!.light;

/** A line an epoch, darker with each; dashed the law through the last one, where it is given. */
export function layerChart(
  rows: readonly LayerRow[],
  quantity: LayerQuantity,
  { epochs, law = null, size = SIZES.page }: {
    epochs: readonly number[];
    law?: SeparationLaw | null;
    size?: Size;
  },
): Plot.PlotOptions {
  const all = pointsOf(rows, quantity.metric).filter(({ epoch }) => epochs.includes(epoch));
  const kind = quantity.percent ? "linear" : kindFor(all.map(({ value }) => value));
  const isThere = ({ value }: LayerPoint) => isDrawable(kind, value);
  const points = all.filter(isThere);
  const below = all.filter((point) => !isThere(point));
  const axis = quantity.percent
    ? { domain: [0, 100] as const, ticks: 5 }
    : axisFor(kind, points.map(({ value }) => value));
  const age = ({ epoch }: LayerPoint) =>
    0.25 + 0.75 * (epochs.indexOf(epoch) + 1) / Math.max(1, epochs.length);
  const ends = epochs.flatMap((epoch) => points.findLast((point) => point.epoch === epoch) ?? []);
  const { fontSize } = size;
  const labels = spreadY({
    x: "layer",
    y: "value",
    text: ({ epoch }: LayerPoint) => `epoch ${epoch}`,
    fill: COLOUR,
    fillOpacity: age,
    textAnchor: "start",
    dx: 6,
  }, fontSize * 1.2);
  return {
    ...frameOf(
      rows,
      size,
      Math.max(0, ...ends.map(({ epoch }) => estimateWidth(`epoch ${epoch}`, fontSize))),
    ),
    ariaLabel: `${quantity.title} against the layer`,
    y: { type: kind === "log" ? "log" : "linear", domain: [...axis.domain] },
    marks: [
      ...axes(rows, { axis, term: quantity.term }, size),
      ...lawLine(points.filter(({ epoch }) => epoch === epochs.at(-1)), law),
      Plot.line(points, { x: "layer", y: "value", z: "epoch", stroke: COLOUR, strokeOpacity: age }),
      Plot.dot(points, {
        x: "layer",
        y: "value",
        r: 2.4,
        fill: COLOUR,
        fillOpacity: age,
        title: titleOf,
      }),
      ...belowAxis(below),
      Plot.text(ends, labels),
    ],
  };
}

/** A cell a layer and checkpoint, darker the larger the value, by its logarithm where values span more than a decade. */
export function layerMap(
  rows: readonly LayerRow[],
  { metric, title }: LayerQuantity,
  { size = SIZES.page }: { size?: Size } = {},
): Plot.PlotOptions {
  const points = pointsOf(rows, metric);
  const kind = kindFor(points.map(({ value }) => value));
  const place = (value: number) => kind === "log" ? Math.log(value) : value;
  const places = points.filter(({ value }) => isDrawable(kind, value)).map(({ value }) => place(value));
  const [low, high] = [Math.min(...places), Math.max(...places)];
  const { fontSize } = size;
  const epochs = [...new Set(rows.map(({ epoch }) => epoch))];
  const layers = layersIn(rows);
  return {
    ...frameOf(rows, size, 0),
    ariaLabel: `${title} over layer and epoch`,
    x: { type: "band", domain: layers, padding: 0.04 },
    y: { type: "band", domain: epochs.toReversed(), padding: 0.04 },
    marks: [
      Plot.axisX({ ticks: ticksOf(layers), tickSize: 0, fill: FAINT, label: null }),
      Plot.axisY({ ticks: ticksOf(epochs), tickSize: 0, fill: FAINT, label: null }),
      Plot.cell(points, {
        x: "layer",
        y: "epoch",
        fill: COLOUR,
        fillOpacity: ({ value }: LayerPoint) =>
          !isDrawable(kind, value)
            ? 0.06
            : high > low
            ? 0.06 + 0.94 * (place(value) - low) / (high - low)
            : 1,
        title: titleOf,
      }),
      ...axisNames({ x: "layer", y: "epoch" }, { fontSize, left: fontSize * 3.6 }),
    ],
  };
}

function titleOf({ layer, name, epoch, value }: LayerPoint): string {
  return `layer ${layer} (${name}), epoch ${epoch}: ${formatValue(value)}`;
}

/** As on curves over epochs: a triangle at the lower edge for zero, which a logarithmic axis cannot show. */
function belowAxis(points: readonly LayerPoint[]): Plot.Markish[] {
  if (points.length === 0) return [];
  return [Plot.dot(points, {
    x: "layer",
    frameAnchor: "bottom",
    symbol: "triangle",
    rotate: 180,
    dy: -4,
    r: 3.5,
    fill: PAPER,
    stroke: COLOUR,
    title: titleOf,
  })];
}

/** The metric of each row that has it, by epoch, then layer. */
function pointsOf(rows: readonly LayerRow[], metric: string): readonly LayerPoint[] {
  return rows.flatMap(({ layer, epoch, name, values }) => {
    const value = values[metric] ?? null;
    return value === null ? [] : [{ layer, epoch, name, value }];
  }).toSorted((a, b) => a.epoch - b.epoch || a.layer - b.layer);
}

/** The law's line through the centre of the logarithms of the last epoch, as He & Su draw it. */
function lawLine(points: readonly LayerPoint[], law: SeparationLaw | null): Plot.Markish[] {
  const own = points.filter(({ value }) => value > 0);
  if (law === null || own.length === 0) return [];
  const mean = (of: (point: LayerPoint) => number) =>
    own.reduce((sum, point) => sum + of(point), 0) / own.length;
  const [x, y] = [mean(({ layer }) => layer), mean(({ value }) => Math.log(value))];
  const line = own.map(({ layer }) => ({ layer, value: Math.exp(y + law.slope * (layer - x)) }));
  return [Plot.line(line, { x: "layer", y: "value", stroke: INK, strokeDasharray: "5,3", clip: true })];
}

function frameOf(
  rows: readonly LayerRow[],
  { width, height, fontSize }: Size,
  label: number,
): Plot.PlotOptions {
  return {
    width,
    height,
    marginTop: fontSize * 3.2,
    marginRight: fontSize + label + 6,
    marginBottom: fontSize * 4,
    marginLeft: fontSize * 3.8,
    style: { fontSize: `${fontSize}px` },
    x: { type: "linear", domain: [1, Math.max(2, ...layersIn(rows))] },
  };
}

function axes(
  rows: readonly LayerRow[],
  { axis, term }: { axis: Axis; term: string },
  { fontSize }: Size,
): Plot.Markish[] {
  const y = tickOptions(axis);
  return [
    Plot.gridY({ ticks: y.ticks, stroke: HAIR, strokeOpacity: 1 }),
    Plot.axisY({ ...y, tickSize: 0, fill: FAINT, label: null }),
    Plot.axisX({ ticks: ticksOf(layersIn(rows)), tickSize: 4, tickFormat: "d", fill: FAINT, label: null }),
    ...axisNames({ x: "layer", y: term }, { fontSize, left: fontSize * 3.6 }),
  ];
}

function layersIn(rows: readonly LayerRow[]): number[] {
  return [...new Set(rows.map(({ layer }) => layer))].toSorted((a, b) => a - b);
}

/** At most a dozen of them, evenly apart. */
function ticksOf(all: readonly number[]): number[] {
  const stride = Math.ceil(all.length / 12);
  return all.filter((_, i) => i % stride === 0);
}
