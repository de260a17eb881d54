/** The page of runs compared: what differs, the same figures with a curve a run, where each has come to. */
import { htmlDocument, inlineSvg, pictureBeside, type Script } from "./document.ts";
import { chart, type View } from "./chart.ts";
import { endsOfFigure } from "./compare.ts";
import { type Compared, comparedFinding } from "./compare_finding.ts";
import { compareKey } from "./compare_key.ts";
import { chip, differencesSection, valuesSection } from "./compare_tables.ts";
import type { Figure } from "./figure.ts";
import { formatOf } from "./format.ts";
import { type Html, html } from "./html.ts";
import { renderSvg } from "./render.ts";
import { swatch } from "./swatch.ts";
import { plural } from "./verdict_marks.ts";

/** Runs up to which each figure lists where they stand; beyond, the table of last values does. */
const MOST_IN_CARD = 8;
/** Curves up to which the page itself holds pictures for readers without scripts. */
const MOST_INSIDE = 40;

export interface CompareContent extends Compared {
  readonly view: View;
  readonly script: Script | null;
}

/** The whole document. */
export function comparePage(content: CompareContent): string {
  const { groups } = content;
  const runs = groups.reduce((sum, group) => sum + group.runs.length, 0);
  const { lead, beside } = comparedFinding(content);
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
          <p>${lead}</p>
        </div>
        ${beside === "" ? html`` : html`<p>${beside}</p>`}
      </section>
      ${differencesSection(groups)}
      <section class="curves" aria-labelledby="curves">
        <h2 id="curves">The curves over training</h2>
        <div class="cards">${content.figures.map((figure) => card(figure, content))} ${compareKey(
          groups,
          content.figures,
        )}</div>
      </section>
      ${valuesSection(content)}
    `,
    content.script,
  );
}

function card(figure: Figure, content: CompareContent): Html {
  const { rows, view, groups, script } = content;
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
      ${groups.length > MOST_IN_CARD ? html`` : endsTable(figure, content)}
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
function endsTable(figure: Figure, { rows, groups }: Compared): Html {
  const format = formatOf(figure);
  const all = endsOfFigure(figure, rows, groups);
  const lines = figure.columns.flatMap((column) =>
    [...all.get(column.column)!.values()].map((end) => {
      // The colour of the curve: what is measured, where there is one group alone.
      const mark = groups.length === 1
        ? swatch(column)
        : chip(groups.findIndex(({ name }) => name === end.group));
      return html`
        <tr data-column="${column.column}" data-run="${end.group}">
          <th scope="row">${mark} ${column.label}<span class="aloud">, ${end.group}</span></th>
          <td class="number shown">${format(end.value)}</td>
          <td class="beside">${end.low === null ? "" : `${format(end.low)} to ${format(end.high)}`}</td>
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
