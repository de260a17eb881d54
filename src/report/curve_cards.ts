/** The figures on the page: one card each, with its curves, its values then and now, and, on demand, formula, source and files. */
import type { Measurement, TrustRecord } from "../run/tables.ts";
import { inlineSvg } from "./document.ts";
import { chart, type View } from "./chart.ts";
import type { Figure } from "./figure.ts";
import { type Html, html } from "./html.ts";
import { renderSvg } from "./render.ts";
import type { Row } from "./rows.ts";
import { swatch } from "./swatch.ts";
import { summarise, type SummaryLine } from "./summary.ts";
import type { RunContext } from "./terminal.ts";
import type { Verdict } from "./verdict.ts";
import { callMark } from "./verdict_marks.ts";

/** What the figures of one run are drawn and told from. */
export interface FigureInput {
  /** Ascending by epoch, not empty. */
  readonly measurements: readonly Measurement[];
  readonly rows: readonly Row[];
  readonly trust: TrustRecord | null;
  readonly context: RunContext;
  readonly view: View;
  readonly figures: readonly Figure[];
  /** By column of metrics.csv; columns that cannot be judged are left out. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** The last epoch planned. */
  readonly lastEpoch: number;
}

/** `files` says whether those of the figures lie beside the page. */
export function curveCards(input: FigureInput, { files = true }: { files?: boolean } = {}): Html[] {
  const { figures, measurements, trust, context } = input;
  const lines = summarise({ figures, rows: measurements, trust, start: context.phase.start });
  return figures.map((figure, i) =>
    card(figure, lines.filter((line) => line.figure === figure.file), input, { namesPhase: i === 0, files })
  );
}

function card(
  figure: Figure,
  lines: readonly SummaryLine[],
  { rows, view, verdicts, context, measurements }: FigureInput,
  { namesPhase, files }: { namesPhase: boolean; files: boolean },
): Html {
  const { file, family, title, plain, definition, source } = figure;
  const remark = figure.remark?.(measurements) ?? null;
  return html`
    <figure id="${file}" class="card">
      <h3>${family === null ? html`` : html`
        <span class="tag">${family}</span>
      `}${title}</h3>
      <p>${plain}</p>
      <div class="drawing" data-figure="${file}" ${namesPhase
        ? html`
          data-names-phase
        `
        : html``}>${inlineSvg(renderSvg(chart(figure, rows, { ...view, namesPhase })))}</div>
      <table class="ends" data-values>
        <caption>${context.phase.start === null
          ? "First checkpoint"
          : "Start of the terminal phase"} → now</caption>
        <tbody>${lines.map((line) => endsRow(line, verdicts.get(line.column)))}</tbody>
      </table>
      ${remark === null ? html`` : html`
        <p class="note">${remark}</p>
      `}
      <details>
        <summary>${files ? "Formula, source, files" : "Formula, source"}</summary>
        <p>${definition}</p>
        <p class="source">${source}. Columns: ${lines.map(({ column }) =>
          html`<code>${column}</code>`
        )}.${files
          ? html`
            Files: <a href="${file}.svg">SVG</a>, <a href="${file}.png">PNG</a>.
          `
          : html``}</p>
      </details>
    </figure>
  `;
}

function endsRow(line: SummaryLine, verdict: Verdict | undefined): Html {
  return html`
    <tr data-column="${line.column}">
      <th scope="row">${swatch(line)} ${line.label}</th>
      <td class="number shown">${line.first} <span class="to">→</span> ${line.last}</td>
      <td class="beside">${verdict
        ? callMark(verdict, verdict.reason)
        : html`<span class="verdict none">${line.change}</span>`}</td>
    </tr>
  `;
}
