/** The page of a study: what was chosen, every measurement against every axis, and how strongly each axis moves it. */
import { htmlDocument } from "../report/document.ts";
import { formatPercent, formatValue } from "../report/format.ts";
import { type Html, html } from "../report/html.ts";
import { studyDataOf, type StudyPageData } from "../report/study_data.ts";
import { plural } from "../report/verdict_marks.ts";
import { shortNumber } from "../report/study_chart.ts";
import type { Axis } from "./file.ts";
import { type CellResult, chosenGroups, type Group, groupsOf } from "./results.ts";
import { STATES } from "./state.ts";
import type { Study } from "./study.ts";
import { axisSection, type ChartContent, mapsSection, measuresOf, movesSection } from "./page_charts.ts";

/**
 * The whole document. `curves` is the path of a page that compares the chosen cells, from this one's folder; `code` is the
 * script by which the page answers.
 */
export function studyPage(
  study: Study,
  results: readonly CellResult[],
  { curves, code }: { readonly curves: string | null; readonly code: string | null },
): string {
  const { file, cells } = study;
  const axes = file.axes.filter(({ name, values }) => name !== "seed" && values.length > 1);
  const chosen = chosenGroups(groupsOf(results), file.metric);
  const measures = measuresOf(results);
  const names = new Set(chosen.flatMap(({ results }) => results.map(({ cell: { name } }) => name)));
  const content = { axes: file.axes, measures, results, chosen: names };
  const data = dataOf(content, file.metric.name);
  const script = code === null || data === null ? null : { code, data };
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
        </div>
        <p>${plural(cells.length, "cell")} on ${file.dataset}: ${statesOf(
          results,
        )}. Values are of each cell's last
          measured checkpoint. All numbers are in <code>study.csv</code> beside the study's runs.</p>
      </section>
      ${chosenSection(study, chosen, curves)}
      <section class="curves" aria-labelledby="axes">
        <h2 id="axes">By axis</h2>
        <p>A dot is a cell, a ring a chosen one. Lines join the medians over cells with the same values, bands reach from the smallest to the
        largest of them: where other axes have few values these are seeds, else all that the other axes say. n is how many cells a median stands for.</p>
        ${axes.map((axis) => axisSection(axis, content))}
      </section>
      ${axes.length > 1 ? mapsSection(axes, content) : html``}
      ${movesSection(axes, content)}
    `,
    script,
  );
}

/** Null where there is no axis, or nothing was measured: then nothing can be chosen. */
function dataOf({ axes, measures, results, chosen }: ChartContent, metric: string): StudyPageData | null {
  const figures = measures.map(({ column }) => column);
  const study = studyDataOf(results, { axes, figures, metric, chosen });
  return study.axes.length === 0 || figures.length === 0 ? null : { study };
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
              names.map((name) => html`<td data-run="${name}">${shortNumber(options[name]!)}</td>`)
            }<td class="number" data-run="${metric.name}">${
              scored(metric.name, score)
            }</td><td class="number" data-run="seeds">${results.length}</td><td class="number" data-run="best epochs">${
              results.flatMap(({ best }) => best === null ? [] : [best.epoch]).join(", ")
            }</td></tr>`
          )}</tbody>
        </table>
      </div>
    </section>
  `;
}
