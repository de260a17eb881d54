/** The tables of runs side by side: in which settings they differ, and where each has come to. Few runs are columns, many are rows. */
import {
  differencesOf,
  type End,
  endsOfFigure,
  endWords,
  type Group,
  lastEpochsOf,
  placeOf,
  sharedSettings,
} from "./compare.ts";
import type { Compared } from "./compare_finding.ts";
import type { Column, Figure } from "./figure.ts";
import { formatOf } from "./format.ts";
import { type Html, html } from "./html.ts";
import { RUNS } from "./tokens.ts";
import { listed } from "../names.ts";
import { plural } from "./verdict_marks.ts";

/** Groups up to which a table has a column each; more are rows: a page is higher than wide. */
const MOST_COLUMNS = 6;
/** Values of a setting that are listed; of more, the ends and their number. */
const MOST_LISTED = 12;

/** A piece of the colour that the `i`-th group has in figures. */
export function chip(i: number): Html {
  return html`<i class="chip run${i % RUNS.length + 1}"></i>`;
}

/** In which settings the groups differ, and which they share. */
export function differencesSection(groups: readonly Group[]): Html {
  const shared = [...sharedSettings(groups)].filter(([key]) => !/digest|checkpoints/.test(key));
  const elsewhere = groups.filter(({ runs }) => runs[0]!.record === null).map(({ name }) => name);
  return html`<section aria-labelledby="differences">
<h2 id="differences">What differs</h2>
${differencesTable(groups)}
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

function differencesTable(groups: readonly Group[]): Html {
  const differences = differencesOf(groups);
  if (differences.length === 0) {
    const isKnown = groups.every(({ runs }) => runs[0]!.record !== null);
    return html`<p>${isKnown ? "Nothing in their protocols but the seed" : "Nothing that is known"}.</p>`;
  }
  if (groups.length > MOST_COLUMNS) {
    const lines = differences.map(({ key, values }) =>
      html`
        <tr>
          <th scope="row">${key}</th>
          <td>${valuesInShort(values)}</td>
        </tr>
      `
    );
    return html`
      <table class="protocol">
        <tbody>${lines}</tbody>
      </table>
      <p class="note">Which run has which of them stands beside its <a href="#values">last values</a>.</p>
    `;
  }
  return scrolling(
    "differences",
    html`
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
    `,
  );
}

/** "0.01, 0.03, 0.1"; "64 to 563, 500 values"; "500 values". */
function valuesInShort(values: readonly string[]): string {
  const distinct = [...new Set(values)];
  const numbers = distinct.map(Number);
  const areNumbers = numbers.every(Number.isFinite);
  const ordered = areNumbers ? distinct.toSorted((a, b) => Number(a) - Number(b)) : distinct;
  if (distinct.length <= MOST_LISTED) return ordered.join(", ");
  const count = plural(distinct.length, "value");
  return areNumbers ? `${ordered[0]!} to ${ordered.at(-1)!}, ${count}` : count;
}

/** The last value of each column of the figures, with what seeds span or the interval. */
export function valuesSection(compared: Compared): Html {
  const { groups } = compared;
  const many = groups.length > MOST_COLUMNS;
  return html`
    <section aria-labelledby="values">
      <h2 id="values">Last values</h2>
      <p>Of each run at its last checkpoint, or the last with a value, whose epoch then stands beside; ${many
        ? "below"
        : "in brackets"} what seeds span, or the interval of a single run.</p>
      ${many ? rowTable(compared) : columnTable(compared)}
    </section>
  `;
}

interface Line {
  readonly figure: Figure;
  readonly column: Omit<Column, "classCentred">;
  readonly ends: ReadonlyMap<string, End>;
}

/** A line a column of the figures that some group has. */
function linesOf({ figures, rows, groups }: Compared): readonly Line[] {
  return figures.flatMap((figure) => {
    const all = endsOfFigure(figure, rows, groups);
    return figure.columns.map((column) => ({ figure, column, ends: all.get(column.column)! }));
  });
}

function columnTable(compared: Compared): Html {
  const { groups } = compared;
  return scrolling(
    "values",
    html`
      <table class="values">
        <thead>
          <tr><th scope="col">Measure</th>${groups.map((group, i) =>
            html`
              <th scope="col"
                class="number">${groups.length === 1 ? html`` : chip(i)} ${group.name}<br><small>${stand(
                  group,
                )}</small></th>
            `
          )}</tr>
        </thead>
        <tbody>${linesOf(compared).map(({ figure, column, ends }) =>
          html`<tr><th scope="row">${figure.title}, ${column.label}<br><code>${column.column}</code></th>${
            groups.map(({ name }) => {
              const end = ends.get(name);
              const words = end === undefined ? "–" : endWords(end, formatOf(figure));
              return html`<td class="number" data-run="${name}">${words}</td>`;
            })
          }</tr>`
        )}</tbody>
      </table>
    `,
  );
}

/** A row a run: its settings, then its values. A page with a script sorts it by any of its columns. */
function rowTable(compared: Compared): Html {
  const { groups } = compared;
  const settings = differencesOf(groups).filter(({ key }) => !/digest|checkpoints/.test(key));
  const lines = linesOf(compared).filter(({ ends }) => ends.size > 0);
  const seeds = groups.some(({ runs }) => runs.length > 1);
  const heads = [
    ...settings.map(({ key }) => html`<th scope="col">${key}</th>`),
    ...seeds ? [html`<th scope="col" class="number">seeds</th>`] : [],
    html`<th scope="col" class="number">epoch</th>`,
    ...lines.map(({ figure, column }) =>
      html`<th scope="col" class="number">${figure.title}${
        figure.columns.length === 1 ? "" : `, ${column.label}`
      }</th>`
    ),
  ];
  return scrolling(
    "values",
    html`
      <table class="values rows" data-sortable>
        <thead>
          <tr><th scope="col">Run</th>${heads}</tr>
        </thead>
        <tbody>${groups.map((group, i) => {
          const { name, runs } = group;
          const lasts = lastEpochsOf(group);
          return html`<tr><th scope="row">${chip(i)} ${name}</th>${
            settings.map(({ key, values }) => html`<td data-run="${key}">${values[i]!}</td>`)
          }${
            seeds ? html`<td class="number" data-run="seeds">${runs.length}</td>` : html``
          }${html`<td class="number" data-run="epoch" data-value="${lasts.at(-1)!}">${
            lasts.join(", ")
          }</td>`}${lines.map((line) => valueCell(line, name))}</tr>`;
        })}</tbody>
      </table>
    `,
    " long",
  );
}

function valueCell({ figure, column, ends }: Line, name: string): Html {
  const end = ends.get(name);
  const format = formatOf(figure);
  const range = !end || end.low === null || end.high === null
    ? html``
    : html`<br><small>${format(end.low)} to ${format(end.high)}</small>`;
  const words = end === undefined ? "" : placeOf(end);
  const place = words === "" ? html`` : html`<br><small>${words}</small>`;
  const label = figure.columns.length === 1 ? figure.title : `${figure.title}, ${column.label}`;
  return html`<td class="number" data-run="${label}" data-value="${end?.value ?? ""}">${
    format(end?.value)
  }${range}${place}</td>`;
}

/** "3 seeds, to epoch 350"; "2 seeds, to epochs 100 and 350". */
function stand(group: Group): string {
  const lasts = lastEpochsOf(group);
  const epochs = `${lasts.length === 1 ? "epoch" : "epochs"} ${listed(lasts.map(String))}`;
  return `${plural(group.runs.length, "seed")}, to ${epochs}`;
}

/** Reached by the Tab key, so that arrow keys scroll it. `heading` is the id of what it stands under. */
function scrolling(heading: string, table: Html, kind = ""): Html {
  return html`<div class="wide-table${kind}" tabindex="0" role="region" aria-labelledby="${heading}">${table}</div>`;
}
