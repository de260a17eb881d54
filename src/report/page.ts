/** index.html of a report, an article in one order: what collapse is, what this run shows, its curves, the definitions, the protocol, the files. */
import type { LogRow } from "../run/tables.ts";
import { type Aspect, whatCollapseIs } from "./collapse_drawing.ts";
import type { FamilyComparison } from "./comparison.ts";
import { curveCards, type FigureInput } from "./curve_cards.ts";
import { definitionsAt, definitionsSection } from "./definitions_section.ts";
import { htmlDocument, type Script } from "./document.ts";
import { DOUBT_MARK, doubtOf } from "./doubt.ts";
import { deciding } from "./figures.ts";
import { finding } from "./finding.ts";
import { formatCount, formatPercent, formatValue } from "./format.ts";
import type { NamedFrame } from "../run/geometry.ts";
import { geometrySection } from "./geometry_section.ts";
import { howToRead } from "./how_to_read.ts";
import { whole } from "./headline.ts";
import { type Html, html } from "./html.ts";
import type { LayerRow } from "../run/layers.ts";
import { layersSection } from "./layers_section.ts";
import { reliabilitySection } from "./reliability_section.ts";
import { math } from "./math.ts";
import { protocolTable } from "./protocol_table.ts";
import { classesOf, isElsewhere, type Reported } from "./reported.ts";
import { endsOf } from "./summary.ts";
import { beginWords, isInPhase } from "./terminal.ts";

export interface PageContent {
  readonly run: Reported;
  readonly log: readonly LogRow[];
  readonly input: FigureInput;
  readonly families: readonly FamilyComparison[];
  /** Of the moving picture; empty where there are none. */
  readonly frames?: readonly NamedFrame[];
  /** Of layers.csv; empty where layers were not measured. */
  readonly layers?: readonly LayerRow[];
  /** Epochs whose layers are drawn as curves; a few where it is left out. */
  readonly layerEpochs?: readonly number[] | undefined;
  /** Names of the data files that lie beside the page. */
  readonly dataFiles: readonly string[];
  readonly script: Script | null;
  /** Stands under the title. */
  readonly preface?: Html;
  /** All definitions as sections of this page, which then is alone: no file lies beside it that it could lead to. */
  readonly definitions?: Html;
}

/** The whole document. */
export function page(content: PageContent): string {
  const { input, run, log, dataFiles } = content;
  const { context } = input;
  const title = `Neural collapse of ${context.network} on ${context.dataset}`;
  const { lead, beside } = finding(input);
  const files = content.definitions === undefined;
  return htmlDocument(
    title,
    html`
      <nav class="top" aria-label="Sections"><a href="#collapse">What collapse is</a> <a href="#finding">Finding</a>
      <a href="#curves">Curves</a> <a href="${definitionsAt(
        content,
        "all",
      )}">Definitions</a> <a href="#protocol">Protocol</a> <a href="#files">Files</a></nav>
      <header>
        <h1>Neural collapse of ${whole(context.network)} on ${whole(context.dataset)}</h1>
      </header>
      ${content.preface ?? html``}
      ${whatCollapseIs(aspectsOf(content), sinceWords(input))}
      <section aria-labelledby="finding" class="finding">
        <h2 id="finding">What this run shows</h2>
        <div class="split">
          <div><div class="lead">${lead}</div>${beside}</div>
          ${factsOf(content)}
        </div>
      </section>
      ${geometrySection(content.frames ?? [], input.measurements, classesOf(run), { files })}
      <section aria-labelledby="curves" class="curves">
        <h2 id="curves">The curves over training</h2>
        <p>Every dot is a measured checkpoint; nothing is smoothed. ${isElsewhere(run)
          ? run.mode
          : "All is measured in evaluation mode."}</p>
        <div class="cards" id="cards">
        ${curveCards(input, { files })}
        ${howToRead(input, definitionsAt(content, "reading"))}
        </div>
      </section>
      ${layersSection(content.layers ?? [], content.layerEpochs)}
      ${reliabilitySection(input.trust, { files })}
      ${definitionsSection(content)}
      ${content.definitions ?? html``}
      <section aria-labelledby="protocol">
        <h2 id="protocol">Protocol</h2>
        ${protocolTable(run, log)}
        ${run.command === "" ? html`` : html`
          <p>The command that ${isElsewhere(run) ? "measured it" : "started the run"}:</p>
          <pre><code>${run.command}</code></pre>
        `}
      </section>
      ${filesSection(dataFiles, files)}
    `,
    content.script,
  );
}

/** The paper's measure of each of the four, then and now. */
function aspectsOf({ input }: PageContent): Aspect[] {
  const [first, last] = endsOf(input.measurements, input.context.phase.start);
  const doubt = (epoch: number, column: string) =>
    doubtOf(input.trust, epoch, column) === null ? "" : DOUBT_MARK;
  const text = (column: string) =>
    [first, last].map(({ epoch, values }) => formatValue(values[column]) + doubt(epoch, column)).join(" → ");
  const aspect = (family: Aspect["family"], papers: string, quantity: string): Aspect => {
    const column = deciding(papers, input.figures);
    return {
      family,
      quantity: column === papers ? quantity : `${quantity}, class-centred`,
      values: text(column),
      call: input.verdicts.get(column) ?? null,
    };
  };
  return [
    aspect("NC1", "within_class_variation", "spread inside classes"),
    aspect("NC2", "maxangle_means", "distance from the widest angles"),
    aspect("NC3", "self_duality", "distance of classifier and class means"),
    aspect("NC4", "ncc_mismatch", "share of test images decided otherwise"),
  ];
}

function sinceWords({ measurements, context: { phase } }: FigureInput): string {
  const [first, last] = endsOf(measurements, phase.start);
  if (first === last) return `at epoch ${last.epoch}`;
  const where = phase.start === null ? "the first checkpoint" : "the start of the terminal phase";
  return `from epoch ${first.epoch}, ${where}, to epoch ${last.epoch}`;
}

function factsOf({ run, input }: PageContent): Html {
  const { measurements, context: { phase }, trust, lastEpoch } = input;
  const last = measurements.at(-1)!;
  const inPhase = measurements.filter(({ epoch }) => isInPhase(phase, epoch)).length;
  const facts: [string, string][] = [
    [
      "Measured",
      last.epoch < lastEpoch ? `to epoch ${last.epoch} of ${lastEpoch}` : `to epoch ${lastEpoch}, the last`,
    ],
    ["Terminal phase", beginWords(phase)],
    [
      "Checkpoints",
      `${measurements.length}${phase.accuracy === null ? "" : `, of them ${inPhase} in the phase`}`,
    ],
    ["Classes", String(classesOf(run))],
    ...trust === null
      ? []
      : [["Features", `${formatCount(trust.width)} numbers an image`] as [string, string]],
    ["Training accuracy", formatPercent(last.values.train_accuracy)],
    ["Test accuracy", formatPercent(last.values.test_accuracy)],
  ];
  return html`<dl class="facts">${
    facts.map(([name, value]) =>
      html`
        <div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>
      `
    )
  }</dl>`;
}

function filesSection(files: readonly string[], pictures: boolean): Html {
  return html`
    <section aria-labelledby="files">
      <h2 id="files">Files and source</h2>
      ${!pictures ? html`` : html`
        <p>All figures in one picture: <a href="overview.svg">SVG</a>, <a href="overview.png">PNG</a>.${files
            .length === 0
          ? html``
          : html`
            Data: ${files.map((file) => html`<a href="${file}">${file}</a>`)}
          `}</p>
      `}
      <p>V. Papyan, X. Y. Han, D. L. Donoho: “Prevalence of neural collapse during the terminal phase of deep learning training”,
        PNAS 117(40), 2020, <a href="https://arxiv.org/abs/2008.08186">arXiv 2008.08186</a>.</p>
      <p
        class="note">Notation: ${math("h")} is the feature that the classifier reads, of width ${math(
          "d",
        )}; ${math(String.raw`\mu_c`)} its mean over the
    training samples of class ${math("c")}, ${math(String.raw`\mu_G`)} over all of them; ${math(
      "w_c",
    )}, ${math("b_c")} the row and the bias of the classifier for class ${math("c")}, of ${math("C")}
    classes. The rows of ${math("W")} are ${math("w_c")}, those of ${math("M")} are ${math(
      String.raw`\mu_c-\mu_G`,
    )}. ${math(String.raw`\Sigma_W`)} is the covariance of the training features
    within classes, ${math(String.raw`\Sigma_B`)} that between class means; ${math(
      String.raw`\cos(u,v)=\langle u,v\rangle/(\lVert u\rVert\,\lVert v\rVert)`,
    )}.</p>
    </section>
  `;
}
