/** The curves of one definition on the scale of its family: a small specification for Observable Plot, no DOM. */
import * as Plot from "@observablehq/plot";
import type { Metric } from "../collapse/catalogue.ts";
import { axisFor } from "./axis.ts";
import type { DefinitionComparison, FamilyComparison, Reading } from "./comparison.ts";
import { BLUE, ORANGE } from "./figure.ts";
import { TEXT_INSET } from "./layout.ts";
import { fit, wrapInTwo } from "./text_width.ts";

/** How each split is drawn and called; more of Okabe and Ito's colours. */
export const SPLITS: Readonly<Record<Metric["split"], { colour: string; label: string }>> = {
  train: { colour: BLUE, label: "training" },
  test: { colour: ORANGE, label: "test" },
  classifier: { colour: "#009e73", label: "classifier" },
  ood: { colour: "#cc79a7", label: "OOD" },
};

/** Distances outside of these do not stretch the axis, so that one extreme curve does not flatten its family. */
export const DRAWN = { low: 1e-6, high: 1e3 } as const;

/** What all panels of a family share. */
export interface PanelFrame {
  /** Smallest and largest distance drawn. */
  readonly low: number;
  readonly high: number;
  readonly lastEpoch: number;
  readonly terminalStart: number | null;
}

/** Up to two lines of title and one below, over a panel that stands without a page around it. */
export interface PanelHeading {
  readonly title: string;
  readonly subtitle: string;
}

export const PANEL = { width: 320, height: 190, fontSize: 11 } as const;
const HEADING_HEIGHT = 52;
const MARGIN_LEFT = 46;
/** Height of a panel with its heading. */
export const HEADED_HEIGHT = PANEL.height + HEADING_HEIGHT;

export function panelFrame(
  { definitions }: FamilyComparison,
  { lastEpoch, terminalStart }: Pick<PanelFrame, "lastEpoch" | "terminalStart">,
): PanelFrame {
  const drawn = definitions.flatMap(({ readings }) => readings.flatMap(pointsOf))
    .map(({ distance }) => distance)
    .filter((distance) => distance >= DRAWN.low && distance <= DRAWN.high);
  return { low: Math.min(0.5, ...drawn), high: Math.max(1.2, ...drawn), lastEpoch, terminalStart };
}

/** Plot options; a curve that leaves the frame runs along its edge with triangles for dots. */
export function definitionChart(
  definition: DefinitionComparison,
  frame: PanelFrame,
  heading?: PanelHeading,
): Plot.PlotOptions {
  const { readings, title } = definition;
  const y = axisFor("log", [frame.low, frame.high]);
  const { width, height, fontSize } = PANEL;
  const curves = readings.map((reading) => ({ reading, points: pointsOf(reading) }));
  const empty = curves.every(({ points }) => points.length === 0);
  return {
    width,
    height: heading ? HEADED_HEIGHT : height,
    marginTop: 12 + (heading ? HEADING_HEIGHT : 0),
    marginRight: 12,
    marginBottom: 34,
    marginLeft: MARGIN_LEFT,
    style: { fontSize: `${fontSize}px` },
    ariaLabel: `Distance from collapse over epochs: ${title}`,
    ariaDescription: readings.map(({ metric }) => SPLITS[metric.split].label).join(", "),
    x: { domain: [0, frame.lastEpoch] },
    y: { type: "log", domain: [...y.domain] },
    marks: [
      ...axes(y, frame.lastEpoch),
      Plot.ruleY([1], { stroke: "currentColor", strokeOpacity: 0.35 }),
      ...(frame.terminalStart === null ? [] : [
        Plot.ruleX([frame.terminalStart], {
          stroke: "currentColor",
          strokeOpacity: 0.6,
          strokeDasharray: "3,3",
        }),
      ]),
      ...curves.map(({ reading, points }) => curve(SPLITS[reading.metric.split].colour, points, frame)),
      ...(empty ? [Plot.text(["no distance to draw"], { frameAnchor: "middle", fillOpacity: 0.6 })] : []),
      ...(heading ? headingLines(heading) : []),
    ],
  };
}

interface Point {
  readonly epoch: number;
  readonly distance: number;
}

function pointsOf({ verdict }: Reading): Point[] {
  return (verdict?.scaled ?? []).flatMap(({ epoch, distance }) =>
    distance === null ? [] : [{ epoch, distance }]
  );
}

function curve(colour: string, points: readonly Point[], { low, high }: PanelFrame): Plot.Markish {
  const held = points.map(({ epoch, distance }) => ({
    epoch,
    distance: Math.min(high, Math.max(low, distance)),
    outside: distance < low ? "below" : distance > high ? "above" : "inside",
  }));
  const where = (wanted: string) => held.filter(({ outside }) => outside === wanted);
  const radius = points.length > 40 ? 1 : 2;
  const dots = (wanted: string, options: Plot.DotOptions) =>
    Plot.dot(where(wanted), { x: "epoch", y: "distance", fill: colour, ariaHidden: "true", ...options });
  return Plot.marks(
    Plot.lineY(held, { x: "epoch", y: "distance", stroke: colour, strokeWidth: 1.5 }),
    dots("inside", { r: radius }),
    dots("below", { r: 3, symbol: "triangle", rotate: 180 }),
    dots("above", { r: 3, symbol: "triangle" }),
  );
}

function axes(y: ReturnType<typeof axisFor>, lastEpoch: number): Plot.Markish[] {
  const ticks = Array.isArray(y.ticks) ? [...y.ticks] : y.ticks;
  const quiet = { tickSize: 0, tickPadding: 6, fill: "currentColor", label: null };
  return [
    Plot.gridY({ ticks, stroke: "currentColor", strokeOpacity: 0.1 }),
    Plot.ruleY([y.domain[0]], { stroke: "currentColor", strokeOpacity: 0.5 }),
    Plot.axisY({ ...quiet, ticks, ...(y.tickText ? { text: y.tickText } : {}) }),
    Plot.axisX({
      ...quiet,
      tickSize: 3,
      ticks: Math.min(lastEpoch, 5),
      tickFormat: "d",
      label: "Epoch",
      labelAnchor: "center",
      labelArrow: "none",
      labelOffset: 30,
    }),
  ];
}

function headingLines({ title, subtitle }: PanelHeading): Plot.Markish[] {
  const width = PANEL.width - 2 * TEXT_INSET;
  const [first, second] = wrapInTwo(title, width, PANEL.fontSize);
  const line = (text: string, dy: number, style: Plot.TextOptions) =>
    Plot.text([fit(text, width, PANEL.fontSize)], {
      frameAnchor: "top-left",
      textAnchor: "start",
      lineAnchor: "bottom",
      dx: TEXT_INSET - MARGIN_LEFT,
      dy,
      ...style,
    });
  return [
    line(first, -40, { fontWeight: 600 }),
    line(second, -26, { fontWeight: 600 }),
    line(subtitle, -11, { fillOpacity: 0.75 }),
  ];
}
