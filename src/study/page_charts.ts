/** The parts of a study's page that are drawn: by axis, by two axes, and the table of what moves what. */
import { inlineSvg } from "../report/document.ts";
import { FIGURES, inReadingOrder } from "../report/figures.ts";
import { type Html, html } from "../report/html.ts";
import { renderSvg } from "../report/render.ts";
import { RUNS } from "../report/tokens.ts";
import { axisChart, cellsAPoint, seriesOf } from "../report/study_chart.ts";
import type { Axis } from "./file.ts";
import { cellsAField, heatMap } from "./heat_map.ts";
import { association, type CellResult } from "./results.ts";

/** A column of metrics.csv with the words of the figure that draws it. */
export interface Measure {
  readonly column: string;
  readonly title: string;
  readonly plain: string;
  /** NC1 to NC5; null of what is no measure of collapse. */
  readonly family: string | null;
}

/** What the parts draw from. */
export interface ChartContent {
  /** Of the study, the seed included. */
  readonly axes: readonly Axis[];
  readonly measures: readonly Measure[];
  readonly results: readonly CellResult[];
  /** Names of the chosen cells. */
  readonly chosen: ReadonlySet<string>;
}

/** The figures' columns that some cell has measured, in reading order; one a figure. */
export function measuresOf(results: readonly CellResult[]): Measure[] {
  return inReadingOrder(FIGURES).flatMap(({ columns, title, plain, family }) => {
    const column = columns.map(({ column }) => column).filter((name) => name !== "train_accuracy")
      .find((name) => results.some(({ last }) => typeof last[name] === "number"));
    return column === undefined ? [] : [{ column, title, plain, family }];
  });
}

/** Every measure against one axis. */
export function axisSection(axis: Axis, { axes, measures, results, chosen }: ChartContent): Html {
  const series = seriesOf(results, axes, axis).filter((name) => name !== "");
  return html`
    <h3>${axis.name}</h3>
    ${series.length > 1 && series.length <= RUNS.length
      ? html`<p class="note">${
        series.map((name, i) => html`<i class="chip run${i % RUNS.length + 1}"></i> ${name}`)
      }</p>`
      : html``}
    <div class="cards">${measures.map(({ column, title, plain }) => {
      const view = { axes, axis, column, chosen };
      return html`
        <figure class="card">
          <h3>${title}</h3>
          <p>${plain}</p>
          <div class="drawing">${inlineSvg(renderSvg(axisChart(results, view)))}</div>
          <p class="source"><code>${column}</code>, ${counted(cellsAPoint(results, view))}</p>
        </figure>
      `;
    })}</div>
  `;
}

/** Every measure over each pair of axes; all pairs but the first are folded. */
export function mapsSection(axes: readonly Axis[], content: ChartContent): Html {
  const pairs = axes.flatMap((across, i) => axes.slice(i + 1).map((up): [Axis, Axis] => [across, up]));
  const [[across, up], ...others] = pairs as [[Axis, Axis], ...[Axis, Axis][]];
  return html`
    <section class="curves" aria-labelledby="maps">
      <h2 id="maps">Two axes together</h2>
      <p>The median over all cells with these two values; darker is larger. A frame is around what holds a chosen cell.</p>
      <h3>${across.name} and ${up.name}</h3>
      ${mapCards([across, up], content)}
      ${others.map(([across, up]) =>
        html`
          <details>
            <summary>${across.name} and ${up.name}</summary>
            ${mapCards([across, up], content)}
          </details>
        `
      )}
    </section>
  `;
}

function mapCards([across, up]: readonly [Axis, Axis], { measures, results, chosen }: ChartContent): Html {
  return html`
    <div class="cards">${measures.map(({ column, title }) => {
      const view = { across, up, column, chosen };
      return html`
        <figure class="card">
          <h3>${title}</h3>
          <div class="drawing">${inlineSvg(renderSvg(heatMap(results, view)))}</div>
          <p class="source"><code>${column}</code>, ${counted(cellsAField(results, view))}</p>
        </figure>
      `;
    })}</div>
  `;
}

/** How many cells a median stands for. */
function counted(range: readonly [number, number] | null): string {
  if (range === null) return "no cell";
  const [fewest, most] = range;
  return `n = ${fewest === most ? most : `${fewest} to ${most}`}`;
}

/** How strongly each axis moves each measure. */
export function movesSection(axes: readonly Axis[], { measures, results }: ChartContent): Html {
  return html`
    <section aria-labelledby="moves">
      <h2 id="moves">What moves what</h2>
      <p>Spearman's rank correlation over all measured cells, with its 95 % interval in brackets: 1 where a measurement only
      rises with the axis, −1 where it only falls. An interval around 0 says nothing either way; a curve that rises and
      falls again can have any value.</p>
      <div class="wide-table" tabindex="0">
        <table class="values">
          <thead>
            <tr><th scope="col">Measure</th>${axes.map(({ name }) =>
              html`<th scope="col" class="number">${name}</th>`
            )}</tr>
          </thead>
          <tbody>${measures.map(({ column, title, family }) =>
            html`<tr><th scope="row">${
              family === null ? "" : html`
                <span class="tag">${family}</span>
              `
            }${title}<br><code>${column}</code></th>${
              axes.map(({ name }) =>
                html`<td class="number" data-run="${name}">${associated(results, name, column)}</td>`
              )
            }</tr>`
          )}</tbody>
        </table>
      </div>
    </section>
  `;
}

function associated(results: readonly CellResult[], axis: string, column: string): string {
  const found = association(results, axis, column);
  if (found === null) return "–";
  const { rho, interval, count } = found;
  const two = (value: number) => value.toFixed(2).replace("-", "−");
  const within = interval === null ? "" : ` (${two(interval.low)} to ${two(interval.high)})`;
  return `${two(rho)}${within}, n = ${count}`;
}
