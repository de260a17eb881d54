/** A figure in the page: drawn by Plot from the specification that its file was drawn from, with a crosshair that follows an epoch. */
/// <reference lib="dom" />
import * as Plot from "@observablehq/plot";
import { chart, colourIn, type View } from "../report/chart.ts";
import { type Curve, curvesOf, type Point } from "../report/curves.ts";
import type { DrawnFigure } from "../report/figure.ts";
import type { Ask } from "../report/page_data.ts";
import type { Row } from "../report/rows.ts";
import { type Drawing as Dressed, dress } from "../report/standalone.ts";
import { type Size, SIZES } from "../report/tokens.ts";
import { makeSvg } from "./dom.ts";
import { largeSize } from "./large_size.ts";
import type { Share, State } from "./state.ts";

export interface Drawing {
  readonly figure: DrawnFigure;
  readonly place: HTMLElement;
  /** Whether there is a picture: as of the last `draw`. */
  readonly drawn: boolean;
  /** The curves drawn, as the figure asks for them. */
  readonly curves: readonly Curve[];
  /** Plot's options of what is drawn now, at another size where one is given. */
  options(size?: Size): Plot.PlotOptions;
  draw(state: State): void;
  /** Puts the crosshair at an epoch; null takes it away. */
  point(epoch: number | null): void;
  /** The epoch at a place on the screen, as a number between the ends of the axis. */
  epochAt(clientX: number): number;
  /** Shades what is being dragged over. */
  shade(range: readonly [number, number] | null): void;
}

/** What figures are drawn from: seeds as one run, or apart. */
export interface Source {
  readonly ask: Ask;
  readonly view: View;
}

/** Runs up to which the crosshair marks the place of each curve. */
const MOST_KNOBS = 24;

/** What a reader switches on and off: the classifier, or else the images. */
export function shareOf({ subject, split }: Pick<Curve, "subject" | "split">): Share {
  return subject === "classifier" ? "classifier" : split === "train" ? "train" : "test";
}

// Whole because its methods share what is shown.
/** A drawing in the place of the static picture. Nothing is drawn before `draw`. */
export function drawingIn(
  place: HTMLElement,
  figure: DrawnFigure,
  source: (apart: boolean) => Source,
): Drawing {
  const named = place.dataset.namesPhase !== undefined;
  let svg: SVGSVGElement & Plot.Plot | null = null;
  let shown: { figure: DrawnFigure; rows: readonly Row[]; view: View } | null = null;
  let curves: readonly Curve[] | null = null;
  // Made when they are asked for: with hundreds of runs nobody does.
  const curvesShown = () =>
    curves ??= shown === null ? [] : curvesOf(shown.figure, shown.rows, colourIn(shown.view));
  let frame = { top: 0, bottom: 0 };

  const options = (size?: Size) =>
    chart(shown!.figure, shown!.rows, size ? { ...shown!.view, size } : shown!.view);
  // A layer of its own, so that a moving crosshair does not have the curves under it painted anew.
  const layer = makeSvg("svg", { class: "layer chart", "aria-hidden": "true" });
  const overlay = (name: string) => {
    layer.querySelector(`.${name}`)?.remove();
    const group = makeSvg("g", { class: name });
    layer.append(group);
    return group;
  };

  return {
    figure,
    place,
    get drawn() {
      return svg !== null;
    },
    get curves() {
      return curvesShown();
    },
    options,
    draw(state) {
      const { ask, view } = source(state.apart);
      const { groupOf = (run: string) => run } = view;
      const off = new Set(state.off);
      const columns = figure.columns.filter((column) => !state.hidden.includes(shareOf(column)));
      const rows = ask(columns.map(({ column }) => column));
      shown = {
        figure: { ...figure, columns },
        rows: off.size === 0 ? rows : rows.filter(({ run }) => !off.has(groupOf(run))),
        view: {
          ...view,
          namesPhase: named,
          size: state.large === figure.file ? largeSize() : SIZES.page,
          x: state.x,
          ...(state.zoom === null ? {} : { epochs: state.zoom }),
          ...(state.y === "auto" ? {} : { y: state.y }),
        },
      };
      curves = null;
      const plotted = options();
      const { marginTop = 0, marginBottom = 0, height = 0 } = plotted;
      frame = { top: marginTop, bottom: height - marginBottom };
      svg = Plot.plot({ ...plotted, className: "chart" }) as typeof svg;
      dress(svg as unknown as Dressed, plotted);
      layer.setAttribute("viewBox", svg!.getAttribute("viewBox")!);
      layer.replaceChildren();
      place.replaceChildren(svg!, layer);
    },
    point(epoch) {
      const group = overlay("cross");
      const [x, y] = [svg?.scale("x"), svg?.scale("y")];
      if (epoch === null || !x || !y || !inside(epoch, x.domain as number[])) return;
      const { top, bottom } = frame;
      const at = x.apply(epoch);
      group.append(makeSvg("path", { d: `M${at} ${top}V${bottom}`, class: "hair" }));
      // Hundreds of marks would be slower than the pointer, and tell nothing.
      for (const curve of shown!.view.runs.length > MOST_KNOBS ? [] : curvesShown()) {
        const value = pointAt(curve, epoch)?.value;
        const height = typeof value === "number" ? y.apply(value) : NaN;
        if (!Number.isFinite(height)) continue;
        group.append(
          makeSvg("circle", { cx: at, cy: height, r: 4, fill: colourOf(svg!, curve), class: "knob" }),
        );
      }
    },
    epochAt(clientX) {
      const box = svg!.getBoundingClientRect();
      const x = svg!.scale("x")!;
      const pixel = ((clientX - box.left) * svg!.viewBox.baseVal.width) / box.width;
      const [low, high] = x.domain as [number, number];
      return Math.min(high, Math.max(low, x.invert!(pixel)));
    },
    shade(range) {
      const group = overlay("dragged");
      const x = svg?.scale("x");
      if (range === null || !x) return;
      const { top, bottom } = frame;
      const [left, right] = range.map((epoch) => x.apply(epoch)) as [number, number];
      group.append(
        makeSvg("rect", { x: left, y: top, width: Math.max(0, right - left), height: bottom - top }),
      );
    },
  };
}

export function pointAt({ points }: Curve, epoch: number): Point | undefined {
  return points.find((point) => point.epoch === epoch);
}

function inside(epoch: number, [low, high]: readonly number[]): boolean {
  return epoch >= low! && epoch <= high!;
}

function colourOf(svg: Plot.Plot, { colour }: Curve): string {
  return String(svg.scale("color")?.apply(colour) ?? "currentColor");
}
