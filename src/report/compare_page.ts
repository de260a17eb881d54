/** The page of runs compared: what differs, the same figures with a curve a run, where each has come to. */
import { htmlDocument, inlineSvg, pictureBeside, type Script } from "./document.ts";
import { chart, type View } from "./chart.ts";
import { differencesOf, type End, endsOfFigure, endWords, type Group, sharedSettings } from "./compare.ts";
import type { Figure } from "./figure.ts";
import { formatValue } from "./format.ts";
import { type Html, html } from "./html.ts";
import { renderSvg } from "./render.ts";
import type { Row } from "./rows.ts";
import { RUNS } from "./tokens.ts";
import { listed } from "../names.ts";
import { plural } from "./verdict_marks.ts";

/** Runs up to which each figure lists where they stand; beyond, the table of last values does. */
const MOST_IN_CARD = 8;
/** Curves up to which the page itself holds pictures for readers without scripts. */
const MOST_INSIDE = 40;

export interface CompareContent {
  readonly groups: readonly Group[];
  readonly rows: readonly Row[];
  readonly figures: readonly Figure[];
  readonly view: View;
  readonly script: Script | null;
}

/** The whole document. */
export function comparePage(content: CompareContent): string {
  const { groups } = content;
  const runs = groups.reduce((sum, group) => sum + group.runs.length, 0);
  return htmlDocument(
    `${plural(runs, "run")} compared`,
    html`
      <nav class="top"
        aria-label="Sections"><a href="#differences">What differs</a> <a href="#curves">Curves</a> <a href="#values">Last values</a></nav>
      <header>
        <h1>${plural(runs, "run")} compared</h1>
      </header>
      <section class="finding" aria-label="In short">
        <div class="lead">
          <p>${finding(content)}</p>
        </div>
      </section>
      ${differencesSection(groups)}
      <section class="curves" aria-labelledby="curves">
        <h2 id="curves">One colour a run</h2>
        <p>Solid lines are of training images, dashed ones of test images, finely dashed ones of the classifier. Upright lines mark where the terminal phase of a
        run begins. ${bandWords(groups)}</p>
        <div class="cards">${content.figures.map((figure) => card(figure, content))}</div>
      </section>
      ${valuesSection(content)}
    `,
    content.script,
  );
}

/** Which run collapses furthest, by the paper's measure of spread, and where they differ most. */
function finding({ rows, figures, groups }: CompareContent): string {
  const spread = figures.find(({ columns }) =>
    columns.some(({ column }) => column === "within_class_variation")
  );
  const found = spread && endsOfFigure(spread, rows, groups).get(spread.columns[0]!.column);
  const ends = [...found?.values() ?? []].filter(({ value }) => value !== null);
  if (ends.length < 2) return `${plural(groups.length, "curve")} side by side.`;
  const [first, ...others] = ends.toSorted((a, b) => a.value! - b.value!) as [End, ...End[]];
  const last = others.at(-1)!;
  const said = (end: End) => `${formatValue(end.value)} at epoch ${end.epoch}`;
  const apart = first.high === null || last.low === null || first.high < last.low
    ? ""
    : " What their seeds span overlaps.";
  return `“${first.group}” collapses furthest: its spread inside classes ends at ${said(first)}, ` +
    `that of “${last.group}” at ${said(last)}.${apart}`;
}

function bandWords(groups: readonly Group[]): string {
  return groups.some(({ runs }) => runs.length > 1)
    ? "Runs that differ in the seed alone are one curve, the median, in a band from the smallest to the largest."
    : "";
}

function differencesSection(groups: readonly Group[]): Html {
  const differences = differencesOf(groups);
  const shared = [...sharedSettings(groups)].filter(([key]) => !/digest|checkpoints/.test(key));
  const elsewhere = groups.filter(({ runs }) => runs[0]!.record === null).map(({ name }) => name);
  return html`<section aria-labelledby="differences">
<h2 id="differences">What differs</h2>
${
    differences.length === 0 ? html`<p>Nothing in their protocols but the seed.</p>` : html`
      <div class="wide-table" tabindex="0">
        <table class="values">
          <thead>
            <tr><th scope="col">Setting</th>${groups.map(({ name }, i) =>
              html`<th scope="col">${chip(i)} ${name}</th>`
            )}</tr>
          </thead>
          <tbody>${differences.map(({ key, values }) =>
            html`<tr><th scope="row">${key}</th>${
              values.map((value, i) => html`<td data-run="${groups[i]!.name}">${value}</td>`)
            }</tr>`
          )}</tbody>
        </table>
      </div>
    `
  }
${
    elsewhere.length === 0
      ? html``
      : html`<p class="note">${listed(elsewhere)}: logged elsewhere, their protocol is not known here.</p>`
  }
<p class="note">Same in all: ${
    shared.map(([key, value]) => `${key} ${value}`).join("; ") || "nothing that is known"
  }.</p>
</section>`;
}

function card(figure: Figure, { rows, view, groups, script }: CompareContent): Html {
  const { file, family, title, plain } = figure;
  return html`
    <figure id="${file}" class="card">
      <h3>${family === null ? html`` : html`
        <span class="tag">${family}</span>
      `}${title}</h3>
      <p>${plain}</p>
      <div class="drawing" data-figure="${file}">${groups.length > MOST_INSIDE
        ? pictureBeside(`${file}.svg`, title, script)
        : inlineSvg(renderSvg(chart(figure, rows, view)))}</div>
      ${groups.length > MOST_IN_CARD ? html`` : endsTable(figure, rows, groups)}
      <details>
        <summary>Formula, source, files</summary>
        <p>${figure.definition}</p>
        <p
          class="source">${figure
            .source}. Files: <a href="${file}.svg">SVG</a>, <a href="${file}.png">PNG</a>.</p>
      </details>
    </figure>
  `;
}

/** Where each curve of a figure ends; under the pointer, with a script, where it is. */
function endsTable(figure: Figure, rows: readonly Row[], groups: readonly Group[]): Html {
  const all = endsOfFigure(figure, rows, groups);
  const lines = figure.columns.flatMap((column) =>
    [...all.get(column.column)!.values()].map((end) => {
      const place = groups.findIndex(({ name }) => name === end.group);
      return html`
        <tr data-column="${column.column}" data-run="${end.group}">
          <th scope="row">${chip(place)} ${column.label}</th>
          <td class="number shown">${formatValue(end.value)}</td>
          <td class="beside">${end.low === null
            ? ""
            : `${formatValue(end.low)} to ${formatValue(end.high)}`}</td>
        </tr>
      `;
    })
  );
  return html`
    <table class="ends" data-values>
      <caption>Last checkpoints</caption>
      <tbody>${lines}</tbody>
    </table>
  `;
}

/** The last value of each column of the figures, a row a column, with what seeds span or the interval. */
function valuesSection({ figures, rows, groups }: CompareContent): Html {
  const lines = figures.flatMap((figure) => {
    const all = endsOfFigure(figure, rows, groups);
    return figure.columns.map((column) => {
      const ends = all.get(column.column)!;
      return html`<tr><th scope="row">${figure.title}, ${column.label}<br><code>${column.column}</code></th>${
        groups.map(({ name }) => {
          const end = ends.get(name);
          return html`<td class="number" data-run="${name}">${end === undefined ? "–" : endWords(end)}</td>`;
        })
      }</tr>`;
    });
  });
  return html`
    <section aria-labelledby="values">
      <h2 id="values">Last values</h2>
      <p>Of each run at its last checkpoint; in brackets what seeds span, or the interval of a single run.</p>
      <div class="wide-table" tabindex="0">
        <table class="values">
          <thead>
            <tr><th scope="col">Measure</th>${groups.map(({ name, runs }, i) =>
              html`
                <th scope="col"
                  class="number">${chip(i)} ${name}<br><small>${plural(
                    runs.length,
                    "seed",
                  )}, to epoch ${runs[0]!.measurements.at(-1)!.epoch}</small></th>
              `
            )}</tr>
          </thead>
          <tbody>${lines}</tbody>
        </table>
      </div>
    </section>
  `;
}

function chip(i: number): Html {
  return html`<i class="chip run${i % RUNS.length + 1}"></i>`;
}
