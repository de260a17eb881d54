/** Any measurement of a study against any of its axes: lists to choose from, and a figure. */
/// <reference lib="dom" />
import * as Plot from "@observablehq/plot";
import { type Drawing as Dressed, dress } from "../report/standalone.ts";
import {
  axisChart,
  type AxisView,
  cellsAPoint,
  MOST_COLOURED,
  seriesOf,
  shortNumber,
} from "../report/study_chart.ts";
import { type StudyCell, studyCellsOf, type StudyData } from "../report/study_data.ts";
import { RUNS } from "../report/tokens.ts";
import { make } from "./dom.ts";
import { largeSize } from "./large_size.ts";

/** In a list: no axis, and all values of one. */
const NONE = "";

/** Puts the section behind the chosen cells. */
export function startStudy(data: StudyData): void {
  document.querySelector("section[aria-labelledby=chosen]")?.after(studySection(data));
  document.documentElement.dataset.ready = "";
}

function studySection(data: StudyData): HTMLElement {
  const { axes } = data;
  const chosen = new Set(data.chosen.map((place) => data.names[place]!));
  const place = make("div", { class: "drawing", "data-figure": "study" });
  const words = make("p", { class: "note", "aria-live": "polite" });
  const draw = () => {
    const [axis, by] = [axisNamed(across.value)!, axisNamed(apart.value)];
    keep.forEach(({ element, name }) => element.hidden = name === axis.name || name === by?.name);
    const asked = keep.filter(({ element, select }) => !element.hidden && select.value !== NONE);
    const cells = studyCellsOf(data, up.value).filter(({ cell, last }) =>
      last[up.value] !== null && asked.every(({ name, select }) => cell.options[name] === select.value)
    );
    const view: AxisView = { axes: by ? [axis, by] : [axis], axis, column: up.value, chosen };
    words.replaceChildren(...wordsOf(cells, view));
    place.replaceChildren(...cells.length === 0 ? [] : [svgOf(cells, view)]);
  };
  const axisNamed = (name: string) => axes.find((axis) => axis.name === name);
  const list = (label: string, options: readonly (readonly [value: string, words: string])[]) =>
    make(
      "select",
      { "aria-label": label, onchange: draw },
      ...options.map(([value, words]) => make("option", { value }, words)),
    );
  const plain = (values: readonly string[]) => values.map((value) => [value, shortNumber(value)] as const);
  const few = axes.filter(({ name, values }) => name !== "seed" && values.length <= MOST_COLOURED);
  const up = list("Up", plain(Object.keys(data.columns)));
  const across = list("Across", plain(axes.map(({ name }) => name)));
  const apart = list("One colour each", [[NONE, "none"], ...plain(few.map(({ name }) => name))]);
  const keep = axes.filter(({ name }) => name !== "seed").map(({ name, values }) => {
    const select = list(name, [[NONE, "all"], ...plain(values)]);
    return { name, select, element: make("label", {}, `${name} `, select) };
  });
  draw();
  return make(
    "section",
    { class: "pair", "aria-labelledby": "any" },
    make("h2", { id: "any" }, "Any measurement against any axis"),
    make(
      "p",
      { class: "controls" },
      make("label", {}, "up ", up),
      make("label", {}, "across ", across),
      make("label", {}, "one colour each ", apart),
      ...keep.map(({ element }) => element),
      make("span", { class: "note" }, "With a value for each other axis, bands are over seeds alone."),
    ),
    words,
    place,
  );
}

function svgOf(cells: readonly StudyCell[], view: AxisView): Node {
  const options = axisChart(cells, view, largeSize());
  const svg = Plot.plot({ ...options, className: "chart" });
  dress(svg as unknown as Dressed, options);
  return svg;
}

/** The series by their colours, and how many cells a median stands for. */
function wordsOf(cells: readonly StudyCell[], view: AxisView): (Node | string)[] {
  const counts = cellsAPoint(cells, view);
  if (counts === null) return ["No cell with these values has this measurement."];
  const [fewest, most] = counts;
  const series = seriesOf(cells, view.axes, view.axis).filter((name) => name !== "");
  return [
    ...series.flatMap((name, i) => [make("i", { class: `chip run${i % RUNS.length + 1}` }), ` ${name} `]),
    `n = ${fewest === most ? most : `${fewest} to ${most}`}`,
  ];
}
