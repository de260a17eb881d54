/** A figure's answer to rows, as a specification for Observable Plot: pure, no DOM, the same in files and in a reader's browser. */
import * as Plot from "@observablehq/plot";
import { type Axis, axisFor, type AxisKind, isDrawable, kindFor } from "./axis.ts";
import { axisNames, epochLine } from "./axis_marks.ts";
import { curveMarks, endLabels, labels, nothingThere } from "./curve_marks.ts";
import { type Curve, curvesOf } from "./curves.ts";
import { type EpochScale, epochScale, ticksOfEpochs } from "./epoch_axis.ts";
import type { DrawnFigure } from "./figure.ts";
import type { Row } from "./rows.ts";
import type { Stretch, TerminalPhase } from "./terminal.ts";
import { estimateWidth, fit } from "./text_width.ts";
import { MARK_COLOURS, RUNS, type Size, SIZES, SUBJECTS } from "./tokens.ts";

/** What is drawn besides the rows, and how. */
export interface View {
  readonly size?: Size;
  /** Names of all runs, where there may be several: each keeps its colour, drawn or not. */
  readonly runs: readonly string[];
  /** The one of `runs` whose colour a run of the rows has; itself where it is left out. */
  readonly groupOf?: (run: string) => string;
  /** Terminal phases by run. */
  readonly phases: ReadonlyMap<string, Pick<TerminalPhase, "start" | "stretches" | "breaks">>;
  /** Where the epochs end: the last one planned. */
  readonly lastEpoch: number;
  /** The last epoch that was trained, of a single run; all of them where it is left out. */
  readonly trained?: number | undefined;
  /** Epochs from which on the learning rate is a lower one. */
  readonly steps: readonly number[];
  /** Whether the shade of the terminal phase bears its name. */
  readonly namesPhase: boolean;
  /** Epochs drawn; all of them where it is left out. */
  readonly epochs?: readonly [number, number];
  readonly x?: "linear" | "log";
  /** In place of what the values ask for. */
  readonly y?: "linear" | "log";
}

const MUTED = MARK_COLOURS.muted!.light;
const FAINT = MARK_COLOURS.faint!.light;
const HAIR = MARK_COLOURS.hair!.light;
const PAPER = MARK_COLOURS.paper!.light;

/** Plot options of `figure`. Values without a place on its axis stand at its edge, with the reason. */
export function chart(figure: DrawnFigure, rows: readonly Row[], view: View): Plot.PlotOptions {
  const { size = SIZES.page } = view;
  const x = epochScale(rows, view);
  const [from, to] = x.domain;
  const several = view.runs.length > 1;
  const inside = rows.filter(({ epoch }) => epoch >= from && epoch <= to);
  const curves = curvesOf(figure, inside, colourIn(view));
  const values = curves.flatMap(({ points, bands }) => [
    ...points.flatMap(({ value }) => value ?? []),
    ...bands.flatMap(({ low, high }) => [low, high]),
  ]);
  const kind = figure.scale === "percent" ? "percent" : view.y ?? kindFor(values);
  const y = axisFor(kind, values.filter((value) => isDrawable(kind, value)));
  const labelled = several ? [] : endLabels(curves, kind);
  const { width, height, fontSize } = size;
  return {
    width,
    height,
    marginTop: fontSize * 3.2,
    marginRight: 10 +
      // Figures beside each other have one width of frame, unless a name is longer than most.
      Math.max(
        several ? fontSize : fontSize * 7,
        ...labelled.map(({ label }) => estimateWidth(label, fontSize * 1.08)),
      ),
    marginBottom: fontSize * 3.5,
    marginLeft: fontSize * 3.4,
    style: { fontSize: `${fontSize}px` },
    ariaLabel: figure.title,
    ariaDescription: describe(figure, curves, view),
    x,
    y: { type: kind === "log" ? "log" : "linear", domain: [...y.domain] },
    color: colourScale(view.runs),
    marks: [
      ...phaseShade(view, [from, to], kind === "percent" ? "bottom" : "top", fontSize),
      ...axes(figure, y, x, view, size),
      ...ideal(figure, kind, fontSize),
      ...curveMarks(curves, kind, figure),
      ...(values.length === 0 && curves.every(({ points }) => points.length === 0)
        ? [nothingThere(figure)]
        : []),
      // No more names than fit beside the frame; beyond that the page has a legend.
      ...(labelled.length * fontSize * 1.2 < height - fontSize * 5 ? [labels(labelled, fontSize)] : []),
    ],
  };
}

/** Which colour a run has, where there are several. */
export function colourIn({ runs, groupOf = (run) => run }: View): ((run: string) => string) | null {
  return runs.length > 1 ? groupOf : null;
}

/** With one run colour says what is measured, with several the run. */
function colourScale(runs: readonly string[]): Plot.ScaleOptions {
  return runs.length > 1
    ? { type: "ordinal", domain: [...runs], range: runs.map((_, i) => RUNS[i % RUNS.length]!.light) }
    : {
      type: "ordinal",
      domain: Object.keys(SUBJECTS),
      range: Object.values(SUBJECTS).map(({ light }) => light),
    };
}

/** In words, and in the paper's term where both fit beside each other: captions and definitions have it, too. */
function axisTitle({ axis, term }: DrawnFigure, { unit }: Axis, { width, fontSize }: Size): string {
  const factor = unit ? ` (× ${unit})` : "";
  const whole = `${axis}: ${term}${factor}`;
  return estimateWidth(whole, fontSize) <= width ? whole : fit(`${axis}${factor}`, width, fontSize);
}

function axes(
  figure: DrawnFigure,
  y: Axis,
  x: EpochScale,
  view: View,
  size: Size,
): Plot.Markish[] {
  const [from, to] = x.domain;
  const { fontSize } = size;
  const ticks = Array.isArray(y.ticks) ? [...y.ticks] : y.ticks;
  const quiet = { tickSize: 0, tickPadding: 6, fill: FAINT, labelArrow: "none" } as const;
  return [
    Plot.gridY({ ticks, stroke: HAIR, strokeOpacity: 1 }),
    ...epochLine(y.domain[0], [from, to], {
      trained: view.trained,
      named: view.namesPhase && x.type === "linear",
      fontSize,
    }),
    Plot.axisY({
      ...quiet,
      ticks,
      // Not `tickFormat`, which on a log scale leaves out the labels it finds too many.
      ...(y.tickText ? { text: y.tickText } : {}),
      label: null,
    }),
    ...axisNames({ x: "epoch", y: axisTitle(figure, y, size) }, { fontSize, left: fontSize * 3.4 }),
    Plot.axisX({
      ...quiet,
      tickSize: 4,
      stroke: FAINT,
      ...ticksOfEpochs(x),
      label: null,
    }),
    ...(view.steps.length === 0 ? [] : [
      Plot.dot(view.steps.filter((epoch) => epoch >= from && epoch <= to), {
        x: (epoch) => epoch,
        frameAnchor: "bottom",
        symbol: "triangle",
        r: 2.5,
        dy: 5,
        fill: MUTED,
        title: (epoch) => `lower learning rate from epoch ${epoch} on`,
      }),
    ]),
  ];
}

/** The terminal phase of a single run as a shade with its breaks, named where curves are rarely; of several, where each begins, in its colour. */
function phaseShade(
  view: View,
  [from, to]: readonly [number, number],
  nameAt: "top" | "bottom",
  fontSize: number,
): Plot.Markish[] {
  const inside = ({ from: start, to: end }: Stretch) => end >= from && start <= to;
  const runs = [...view.phases];
  if (view.runs.length > 1) {
    const starts = runs.flatMap(([run, { start }]) =>
      start !== null && start >= from && start <= to ? [{ run, start }] : []
    );
    // Of many runs that begin together one in each colour is seen.
    const colours = new Map(view.runs.map((run, i) => [run, i % RUNS.length]));
    const seen = new Map(starts.map((one) => [`${one.start} ${colours.get(one.run)}`, one]));
    return [
      Plot.ruleX(seen.values(), { x: "start", stroke: "run", strokeOpacity: 0.45, strokeDasharray: "2,3" }),
    ];
  }
  const stretches = (runs[0]?.[1].stretches ?? []).filter(inside);
  const breaks = (runs[0]?.[1].breaks ?? []).filter(inside);
  if (stretches.length === 0) return [];
  const start = Math.max(from, stretches[0]!.from);
  // The name stands where there is room for it: over what was trained.
  const late = start > (from + Math.min(to, view.trained ?? to)) / 2;
  return [
    Plot.rectX(stretches, {
      x1: (stretch: Stretch) => Math.max(from, stretch.from),
      x2: (stretch: Stretch) => Math.min(to, stretch.to),
      fill: MARK_COLOURS.phase!.light,
      // A phase that is one epoch long is still seen.
      insetLeft: -1,
      insetRight: -1,
    }),
    ...(breaks.length === 0 ? [] : [
      Plot.dot(breaks, {
        x: "from",
        frameAnchor: "top",
        symbol: "triangle",
        r: 3.5,
        dy: -4,
        fill: PAPER,
        stroke: MARK_COLOURS.alarm!.light,
        title: (stretch: Stretch) => `the phase breaks at epoch ${stretch.from}`,
      }),
    ]),
    ...(view.namesPhase
      ? [Plot.text(["terminal phase"], {
        x: [start],
        frameAnchor: nameAt,
        textAnchor: late ? "end" : "start",
        lineAnchor: nameAt,
        dx: late ? -4 : 4,
        dy: nameAt === "top" ? 4 : -4,
        fontSize: fontSize * 0.92,
        fill: MUTED,
      })]
      : []),
  ];
}

/** The value at perfect collapse, named where it lies. */
function ideal({ ideal }: DrawnFigure, kind: AxisKind, fontSize: number): Plot.Markish[] {
  if (ideal !== 0) return [];
  return [Plot.text([kind === "log" ? "collapse: 0 ↓" : "collapse: 0"], {
    frameAnchor: "bottom-left",
    textAnchor: "start",
    dx: 4,
    dy: -5,
    fontSize: fontSize * 0.92,
    fill: FAINT,
    stroke: PAPER,
    strokeWidth: 3,
  })];
}

/** For readers who cannot see the picture. */
function describe(figure: DrawnFigure, curves: readonly Curve[], { phases }: View): string {
  const names = [...new Set(curves.map(({ label }) => label))].join(" and ");
  const starts = [...phases].flatMap(([run, { start }]) =>
    start === null
      ? []
      : [`The terminal phase${phases.size > 1 ? ` of ${run}` : ""} begins after epoch ${start}.`]
  );
  return `${figure.axis}, ${figure.term}, over epochs: ${names}. ${
    starts.length === 0 ? "No terminal phase is known." : starts.join(" ")
  }`;
}
