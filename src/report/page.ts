/** index.html of a report: what happened, the figures with their definitions, the values, the protocol, the files. */
import type { LogRow, Measurement, TrustRecord } from "../run/tables.ts";
import type { RunRecord } from "../experiment/run_record.ts";
import { countUndrawable } from "./chart.ts";
import { htmlDocument, inlineSvg } from "./document.ts";
import type { FamilyComparison } from "./comparison.ts";
import { callMark } from "./definitions_words.ts";
import { DOUBT_WORDS, doubtOf } from "./doubt.ts";
import type { Figure } from "./figure.ts";
import { figuresOf } from "./figures.ts";
import { formatValue } from "./format.ts";
import { type Html, html } from "./html.ts";
import { protocolTable } from "./protocol_table.ts";
import { endsOf, isDoubtful, summarise } from "./summary.ts";
import {
  breakSentence,
  lastStretch,
  type RunContext,
  spanWords,
  TERMINAL_ACCURACY,
  type TerminalPhase,
} from "./terminal.ts";

export interface PageContent {
  readonly run: RunRecord;
  /** Ascending by epoch, not empty. */
  readonly measurements: readonly Measurement[];
  readonly log: readonly LogRow[];
  readonly trust: TrustRecord | null;
  readonly families: readonly FamilyComparison[];
  readonly context: RunContext;
  /** Standalone SVGs by file name without extension: one for each of FIGURES, and "overview". */
  readonly pictures: ReadonlyMap<string, string>;
  /** Names of the data files that lie beside the page. */
  readonly dataFiles: readonly string[];
}

/** The whole document. */
export function page(content: PageContent): string {
  const { run, measurements, log, context, pictures, dataFiles } = content;
  const title = `Neural collapse of ${context.network} on ${context.dataset}`;
  return htmlDocument(
    title,
    html`
      <header>
        <h1>${title}</h1>
        <p class="lede">${lede(content)}</p>
      </header>
      <figure class="wide" tabindex="0">
      ${inlineSvg(pictures.get("overview")!)}
      <figcaption>All figures at a glance (${fileLinks("overview")}).</figcaption>
      </figure>
      <section aria-labelledby="values">
        <h2 id="values">First and last checkpoint</h2>
        <div class="tables" tabindex="0">${valuesTable(content)}</div>
        <p>These are the definitions of the paper. Other papers use others and may conclude otherwise:
        <a href="definitions.html">all measured definitions of collapse, compared</a>.</p>
      </section>
      <section aria-labelledby="figures">
      <h2 id="figures">Figures and definitions</h2>
      ${NOTATION}
      <div class="figures">
      ${figuresOf(measurements).map((figure, i) => figureBlock(figure, i + 1, pictures, measurements))}
      </div>
      </section>
      <section aria-labelledby="protocol">
        <h2 id="protocol">Protocol</h2>
        <div class="tables" tabindex="0">${protocolTable(run, log)}</div>
        <p>The command that started the run:</p>
        <pre><code>${run.command}</code></pre>
      </section>
      ${dataSection(dataFiles)}
      <section aria-labelledby="source">
        <h2 id="source">Source</h2>
        <p>V. Papyan, X. Y. Han, D. L. Donoho: “Prevalence of neural collapse during the terminal phase of deep learning training”,
      PNAS 117(40), 2020, <a href="https://arxiv.org/abs/2008.08186">arXiv 2008.08186</a>.</p>
      </section>
    `,
  );
}

/** A few sentences for a reader in a hurry. */
function lede({ measurements, context, trust }: PageContent): string {
  const { phase: terminal } = context;
  const first = measurements[0]!;
  const last = measurements.at(-1)!;
  const count = measurements.length === 1
    ? `One checkpoint was measured, after epoch ${first.epoch}.`
    : `${measurements.length} checkpoints were measured, from epoch ${first.epoch} to epoch ${last.epoch}.`;
  const phase = context.terminalStart === null
    ? `Training accuracy has not reached ${TERMINAL_ACCURACY}\u202f%, so the terminal phase had not begun.`
    : `${
      terminal.accuracy === "measured" ? "Measured" : "Running"
    } training accuracy first reached ${TERMINAL_ACCURACY}\u202f% after epoch ${terminal.start}: there the terminal phase begins.`;
  const running = terminal.accuracy === "measured"
    ? ""
    : "No checkpoint has a measured training accuracy, so that of the log, in training mode, had to serve.";
  return [
    count,
    phase,
    running,
    breakSentence(terminal),
    ...variationSentences(measurements, terminal, trust),
  ]
    .filter(Boolean).join(" ");
}

/** How within-class variation moved since the first checkpoint and, apart, over the terminal phase; and what speaks against these values. */
function variationSentences(
  rows: readonly Measurement[],
  phase: TerminalPhase,
  trust: TrustRecord | null,
): string[] {
  const window = lastStretch(phase);
  const inPhase = endsOf(rows, window);
  const since = moved(`Since epoch ${rows[0]!.epoch} within-class variation`, [rows[0]!, rows.at(-1)!]);
  const within = inPhase && moved(`Over the terminal phase, ${spanWords(window!)}, it`, inPhase);
  const shown = [rows[0]!, rows.at(-1)!, ...inPhase ?? []].map(({ epoch }) => epoch);
  const doubts = [...new Set(shown)].toSorted((a, b) => a - b)
    .map((epoch) => ({ epoch, doubt: doubtOf(trust, epoch, VARIATION) }))
    .filter(({ doubt }) => doubt !== null).map(({ epoch, doubt }) => `epoch ${epoch} (${doubt})`);
  const doubtful = doubts.length === 0
    ? ""
    : `Doubtful, since it changes with the tolerance of the inverse in it: its value at ${
      doubts.join(", ")
    }.`;
  return since === "" ? [] : [since, within ?? "", doubtful];
}

const VARIATION = "within_class_variation";

/** "... fell 9.00-fold, from 0.2 to 0.03."; empty where either value is missing or the two are of one checkpoint. */
function moved(subject: string, [first, last]: readonly [Measurement, Measurement]): string {
  const [before, after] = [first.values[VARIATION], last.values[VARIATION]];
  if (typeof before !== "number" || typeof after !== "number" || first.epoch === last.epoch) return "";
  const move = `from ${formatValue(before)} to ${formatValue(after)}`;
  if (after <= 0 || before <= 0) return `${subject} went ${move}.`;
  return after < before
    ? `${subject} fell ${formatValue(before / after)}-fold, ${move}.`
    : `${subject} rose ${formatValue(after / before)}-fold, ${move}.`;
}

const NOTATION = html`<p><i>h</i> is the feature that the classifier reads, of width <i>d</i>;
<i>μ<sub>c</sub></i> the mean of <i>h</i> over the training samples of class <i>c</i> and <i>μ</i><sub>G</sub> over all of them;
<i>w<sub>c</sub></i>, <i>b<sub>c</sub></i> the row and the bias of the classifier for class <i>c</i>, of <i>C</i> classes.
The rows of <i>W</i> are <i>w<sub>c</sub></i>, those of <i>M</i> are <i>μ<sub>c</sub></i> − <i>μ</i><sub>G</sub>.
<i>Σ<sub>W</sub></i> is the covariance of the training features within classes, <i>Σ<sub>B</sub></i> that between class means.
Cosines are <span class="formula">cos(<i>u</i>, <i>v</i>) = ⟨<i>u</i>, <i>v</i>⟩ / (‖<i>u</i>‖ ‖<i>v</i>‖)</span>.
All is measured in evaluation mode. A dashed line marks the start of the terminal phase.</p>`;

function figureBlock(
  figure: Figure,
  number: number,
  pictures: ReadonlyMap<string, string>,
  rows: readonly Measurement[],
): Html {
  const dropped = countUndrawable(figure, rows);
  const note = dropped === 0
    ? ""
    : ` ${dropped} ${
      dropped === 1 ? "value is" : "values are"
    } zero or below, which a logarithmic axis cannot show.`;
  return html`<figure id="${figure.file}">
${inlineSvg(pictures.get(figure.file)!)}
<figcaption><strong>Figure ${number}.</strong> ${figure.definition}${note}
<span class="source">${figure.source} (${fileLinks(figure.file)}).</span></figcaption>
</figure>`;
}

function fileLinks(file: string): Html {
  return html`<a href="${file}.svg">SVG</a>, <a href="${file}.png">PNG</a>`;
}

function valuesTable({ measurements, families, trust, context: { phase } }: PageContent): Html {
  const first = measurements[0]!;
  const last = measurements.at(-1)!;
  const window = lastStretch(phase);
  const readings = families.flatMap(({ definitions }) => definitions.flatMap((entry) => entry.readings));
  const verdictOf = (metric: string) => readings.find((reading) => reading.metric.name === metric)?.verdict;
  const windowWords = window === null
    ? ""
    : `Changes and trends over the terminal phase are of ${spanWords(window)}, its last unbroken stretch.`;
  const summary = summarise({ figures: figuresOf(measurements), rows: measurements, trust, window });
  const doubtful = summary.some(isDoubtful);
  const lines = summary.map((line) => {
    const verdict = verdictOf(line.metric);
    return html`
      <tr>
        <th scope="row">${line.quantity}</th>
        <td><code>${line.metric}</code></td>
        <td class="number">${line.first}</td>
        <td class="number">${line.last}</td>
        <td class="number">${line.change}</td>
        <td class="number">${line.phaseChange}</td>
        <td>${verdict ? callMark(verdict, verdict.reason) : "–"}</td>
      </tr>
    `;
  });
  return html`
    <table class="ends">
      <caption>÷ is the factor by which a quantity has fallen, × by which it has risen; pt are percentage points; – is not defined or not measured.
      ${windowWords}
      ${doubtful ? `${DOUBT_WORDS}.` : ""}
      What level and trend mean is told <a href="definitions.html#reading">beside the definitions</a>.</caption>
      <thead>
        <tr>
          <th scope="col">Quantity</th>
          <th scope="col">Column</th>
          <th scope="col" class="number">Epoch ${first.epoch}</th>
          <th scope="col" class="number">Epoch ${last.epoch}</th>
          <th scope="col" class="number">Since epoch ${first.epoch}</th>
          <th scope="col" class="number">Over the terminal phase</th>
          <th scope="col">Level, trend</th>
        </tr>
      </thead>
      <tbody>
    ${lines}
      </tbody>
    </table>
  `;
}

function dataSection(files: readonly string[]): Html {
  if (files.length === 0) return html``;
  return html`
    <section aria-labelledby="data">
      <h2 id="data">Data</h2>
      <ul>
    ${files.map((file) => html`<li><a href="${file}">${file}</a></li>`)}
      </ul>
    </section>
  `;
}
