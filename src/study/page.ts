/** The page of a study: what was chosen, every measurement against every axis, and how strongly each axis moves it. */
import { htmlDocument, inlineSvg } from "../report/document.ts";
import { FIGURES, inReadingOrder } from "../report/figures.ts";
import { formatPercent, formatValue } from "../report/format.ts";
import { type Html, html } from "../report/html.ts";
import { renderSvg } from "../report/render.ts";
import { RUNS } from "../report/tokens.ts";
import { plural } from "../report/verdict_marks.ts";
import { axisChart, seriesOf, shortNumber } from "./charts.ts";
import { heatMap } from "./heat_map.ts";
import type { Axis } from "./file.ts";
import { association, type CellResult, chosenGroups, type Group, groupsOf } from "./results.ts";
import { STATES } from "./state.ts";
import type { Study } from "./study.ts";

/** A column of metrics.csv with the words of the figure that draws it. */
interface Measure {
  readonly column: string;
  readonly title: string;
  readonly plain: string;
}

/** The figures' columns that some cell has measured, in reading order; one a figure. */
function measuresOf(results: readonly CellResult[]): Measure[] {
  return inReadingOrder(FIGURES).flatMap(({ columns, title, plain }) => {
    const column = columns.map(({ column }) => column).filter((name) => name !== "train_accuracy")
      .find((name) => results.some(({ last }) => typeof last[name] === "number"));
    return column === undefined ? [] : [{ column, title, plain }];
  });
}

/** The whole document. `curves` is the path of a page that compares the chosen cells, from this one's folder. */
export function studyPage(study: Study, results: readonly CellResult[], curves: string | null): string {
  const { file, cells } = study;
  const axes = file.axes.filter(({ name, values }) => name !== "seed" && values.length > 1);
  const chosen = chosenGroups(groupsOf(results), file.metric);
  const measures = measuresOf(results);
  return htmlDocument(
    `Study ${file.name}`,
    html`
      <nav class="top"
        aria-label="Sections"><a href="#chosen">Chosen</a> <a href="#axes">By axis</a> ${axes.length > 1
          ? html`<a href="#maps">Maps</a>`
          : html``} <a href="#moves">What moves what</a></nav>
      <header>
        <h1>Study ${file.name}</h1>
      </header>
      <section class="finding" aria-label="In short">
        <div class="lead">
          <p>${finding(study, results, chosen)}</p>
          <p class="note">${plural(cells.length, "cell")} on ${file.dataset}: ${statesOf(
            results,
          )}. Values are of each cell's last
          measured checkpoint. All numbers are in <code>study.csv</code> beside the study's runs.</p>
        </div>
      </section>
      ${chosenSection(study, chosen, curves)}
      <section class="curves" aria-labelledby="axes">
        <h2 id="axes">By axis</h2>
        <p>A dot is a cell. Lines join the medians over cells with the same values, bands reach from the smallest to the largest of them. Where
        other axes have too many values for a colour each, lines and bands are over all of them.</p>
        ${axes.map((axis) => axisSection(file.axes, axis, measures, results))}
      </section>
      ${axes.length > 1 ? mapsSection(axes, measures, results) : html``}
      ${movesSection(axes, measures, results)}
    `,
  );
}

function finding(
  { file: { metric, axes } }: Study,
  results: readonly CellResult[],
  chosen: readonly Group[],
): string {
  const [first] = chosen;
  if (first === undefined) return `No cell has a value of ${metric.name} yet.`;
  const best = metric.goal === "maximize" ? "highest" : "lowest";
  if (metric.by.length > 0) {
    return `For each ${metric.by.join(" and ")}, the cells with the ${best} ${metric.name} were chosen from ${
      plural(results.length, "cell")
    }.`;
  }
  const seeds = first.results.filter((result) => result.best !== null).length;
  return `${named(first, axes)} has the ${best} ${metric.name}: ${scored(metric.name, first.score)}${
    seeds > 1 ? `, the mean over ${seeds} seeds` : ""
  }.`;
}

function named({ options }: Group, axes: readonly Axis[]): string {
  const differing = axes.filter(({ name, values }) => name !== "seed" && values.length > 1);
  return differing.map(({ name }) => `${name} ${shortNumber(options[name]!)}`).join(", ") || "The one cell";
}

function scored(metric: string, score: number | null): string {
  return metric.endsWith("accuracy") ? formatPercent(score) : formatValue(score);
}

function statesOf(results: readonly CellResult[]): string {
  return STATES.flatMap((state) => {
    const count = results.filter((result) => result.state === state).length;
    return count === 0 ? [] : [`${count} ${state}`];
  }).join(", ");
}

function chosenSection(
  { file: { metric, axes } }: Study,
  chosen: readonly Group[],
  curves: string | null,
): Html {
  const names = axes.filter(({ name, values }) => name !== "seed" && values.length > 1).map(({ name }) =>
    name
  );
  return html`
    <section aria-labelledby="chosen">
      <h2 id="chosen">Chosen</h2>
      <p>${metric.by.length === 0
        ? "Of all groups of cells that differ in the seed alone, the best"
        : `The best group of cells for each ${metric.by.join(" and ")}`} by ${metric
        .name} at its best epoch.${curves === null ? html`` : html`
        <a href="${curves}">Their curves side by side</a>.
      `}</p>
      <div class="wide-table" tabindex="0">
        <table class="values">
          <thead>
            <tr>${names.map((name) =>
              html`<th scope="col">${name}</th>`
            )}<th scope="col" class="number">${metric.name}</th><th
            scope="col" class="number">seeds</th><th scope="col" class="number">best epochs</th></tr>
          </thead>
          <tbody>${chosen.map(({ options, score, results }) =>
            html`<tr>${
              names.map((name) => html`<td>${shortNumber(options[name]!)}</td>`)
            }<td class="number">${
              scored(metric.name, score)
            }</td><td class="number">${results.length}</td><td class="number">${
              results.flatMap(({ best }) => best === null ? [] : [best.epoch]).join(", ")
            }</td></tr>`
          )}</tbody>
        </table>
      </div>
    </section>
  `;
}

function axisSection(
  axes: readonly Axis[],
  axis: Axis,
  measures: readonly Measure[],
  results: readonly CellResult[],
): Html {
  const series = seriesOf(results, axes, axis).filter((name) => name !== "");
  return html`
    <h3>${axis.name}</h3>
    ${series.length > 1 && series.length <= RUNS.length
      ? html`<p class="note">${
        series.map((name, i) => html`<i class="chip run${i % RUNS.length + 1}"></i> ${name}`)
      }</p>`
      : html``}
    <div class="cards">${measures.map(({ column, title, plain }) =>
      html`
        <figure class="card">
          <h3>${title}</h3>
          <p>${plain}</p>
          <div class="drawing">${inlineSvg(renderSvg(axisChart(results, axes, axis, column)))}</div>
          <p class="source"><code>${column}</code></p>
        </figure>
      `
    )}</div>
  `;
}

function mapsSection(
  axes: readonly Axis[],
  measures: readonly Measure[],
  results: readonly CellResult[],
): Html {
  const [across, up] = axes as [Axis, Axis];
  return html`
    <section class="curves" aria-labelledby="maps">
      <h2 id="maps">${across.name} and ${up.name} together</h2>
      <p>The median over all cells with these two values; darker is larger.</p>
      <div class="cards">${measures.map(({ column, title }) =>
        html`
          <figure class="card">
            <h3>${title}</h3>
            <div class="drawing">${inlineSvg(renderSvg(heatMap(results, [across, up], column)))}</div>
            <p class="source"><code>${column}</code></p>
          </figure>
        `
      )}</div>
    </section>
  `;
}

function movesSection(
  axes: readonly Axis[],
  measures: readonly Measure[],
  results: readonly CellResult[],
): Html {
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
          <tbody>${measures.map(({ column, title }) =>
            html`<tr><th scope="row">${title}<br><code>${column}</code></th>${
              axes.map(({ name }) => html`<td class="number">${associated(results, name, column)}</td>`)
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
