/** definitions.html of a report: every measured definition of collapse, family by family, and where they disagree. */
import type { DefinitionComparison, FamilyComparison } from "./comparison.ts";
import { definitionsLede } from "./definitions_lede.ts";
import { definitionsMatrix } from "./definitions_matrix.ts";
import { readingsTable, remarks } from "./definitions_table.ts";
import { htmlDocument, type Script } from "./document.ts";
import { formatValue } from "./format.ts";
import { whole } from "./headline.ts";
import { type Html, html } from "./html.ts";
import { math } from "./math.ts";
import {
  breakSentence,
  BROKEN_ACCURACY,
  lastStretch,
  type RunContext,
  runningWords,
  spanWords,
  TERMINAL_ACCURACY,
  withoutPhase,
} from "./terminal.ts";
import { RULE_WORDS } from "./verdict.ts";
import { plural } from "./verdict_marks.ts";

export interface DefinitionsContent {
  readonly families: readonly FamilyComparison[];
  readonly context: RunContext;
  /** Measured epochs, ascending, not empty. */
  readonly epochs: readonly number[];
  /** Whether trust.json was at hand. */
  readonly trusted: boolean;
  readonly script: Script | null;
  /** What stands in the place of a definition's curves until a script draws them. */
  readonly picture: (definition: DefinitionComparison) => Html;
}

/** The whole document. */
export function definitionsPage(content: DefinitionsContent): string {
  const { context } = content;
  const title = `Definitions of collapse compared: ${context.network} on ${context.dataset}`;
  return htmlDocument(
    title,
    html`
      <nav class="top" aria-label="Sections"><a href="index.html">← Report</a> <a href="#all">All definitions</a>
      <a href="#reading">How to read</a></nav>
      <header>
        <h1>Definitions of collapse compared: ${whole(context.network)} on ${whole(context.dataset)}</h1>
      </header>
      ${definitionsSections(content)}
    `,
    content.script,
  );
}

/** What was measured in short, the table, and how to read it. `files` says whether those of the curves lie beside the page. */
export function definitionsSections(
  content: Content,
  { files = true }: { files?: boolean } = {},
): Html {
  const { families } = content;
  return html`
    <section aria-label="In short" class="finding">
      <div class="lead">
        <p>${definitionsLede(content)}</p>
      </div>
    </section>
    <section aria-labelledby="all">
      <h2 id="all">All definitions</h2>
      <p>A track shows the distance from the value at perfect collapse as a share of the definition's scale, from 0.1&nbsp;% at its left end
      to 100&nbsp;% at its right one. The tick is the start of the terminal phase's last stretch, the dot is now: filled on training images,
      hollow on others. The number is the value itself. A row opens its curve, formula, source and doubts.</p>
      ${definitionsMatrix(families, (family, definition) => card(content, family, definition))}
      ${families.map(familyNotes)}
      ${files
        ? html`
          <p
            class="note">The curves in one picture: <a href="definitions.svg">SVG</a>, <a href="definitions.png">PNG</a>.</p>
        `
        : html``}
    </section>
    ${howToRead(content)}
  `;
}

type Content = Omit<DefinitionsContent, "script">;

function howToRead({ context: { phase }, trusted }: Content): Html {
  const window = lastStretch(phase);
  const where = window === null
    ? `${withoutPhase(phase)}.`
    : `Here it starts after epoch ${phase.start}. ${breakSentence(phase)}
      The trends are over ${spanWords(window)}.`;
  return html`
    <section aria-labelledby="reading">
      <h2 id="reading">How to read</h2>
      <p><strong>Curves.</strong> Definitions have different values at perfect collapse: some fall to 0, others rise to 1. Where it is not 0,
      the curve is the <em>distance</em> |value − value at perfect collapse|; lower is always nearer to collapse.</p>
      <p><strong>Change.</strong> By what the distance has changed since the first checkpoint, and, apart, over the last unbroken stretch of the
      terminal phase: ÷ 10 means ten times nearer to collapse, × 2 twice as far.</p>
      <p><strong>Level.</strong> The distance at the last checkpoint over a scale, the distance that shows no trace of collapse, which each
      definition states; where none can be stated, over the distance at the first checkpoint: ${RULE_WORDS
        .level}.
      <em>Near, flat</em> has arrived; <em>far, flat</em> is stuck.</p>
      <p><strong>Trend.</strong> The terminal phase begins when training accuracy${runningWords(
        phase,
      )} first reaches ${TERMINAL_ACCURACY}&nbsp;%
      and breaks below ${BROKEN_ACCURACY}&nbsp;%. ${where} A distance is ${RULE_WORDS.trend}.</p>
      <p><strong>Family.</strong> ${RULE_WORDS.family}. ${RULE_WORDS
        .dissent}. Test images have no vote and contradict nothing; nor do
      definitions without a value at perfect collapse, which have no level, and whose curve is that of the value itself.</p>
      <p><strong>Trust.</strong> Some definitions invert a matrix, and small eigenvalues make an inverse delicate. Where that is so, the value
      was read at its own tolerance and at six from 10⁻⁸ to 10⁻³: <em>stable</em> if the readings differ by at most 1&nbsp;%, <em>sensitive</em> up to a
      factor of 2, <em>unreliable</em> beyond. ${trusted
        ? ""
        : "For this run it was not recorded (trust.json is missing); measure it again for that."}</p>
    </section>
  `;
}

/** What of a family is not in the table as a row of its own. */
function familyNotes(
  { family, definitions, repeated, notMeasured, withoutImages }: FamilyComparison,
): Html {
  return html`${equalColumns(family, definitions)}${
    namesNote(
      repeated,
      (count) =>
        `${family}: ${
          plural(count, "column")
        } around the mean of the class means not drawn: classes are of equal size, so each gives what its namesake gives.`,
    )
  }${
    namesNote(
      notMeasured,
      (count) =>
        `${family}: ${
          plural(count, "metric")
        } of this family not measured in this run; validate with --metrics all --again measures all.`,
    )
  }${
    namesNote(
      withoutImages,
      (count) =>
        `${family}: ${
          plural(count, "metric")
        } of images from elsewhere, and there were none; validate with --ood DATASET --metrics all --again measures them.`,
    )
  }`;
}

/** The columns that are one quantity, named together. */
function equalColumns(family: string, definitions: readonly DefinitionComparison[]): Html[] {
  const copies = definitions.flatMap(({ readings }) => readings).filter(({ copyOf }) => copyOf !== null);
  return [...Map.groupBy(copies, ({ copyOf }) => copyOf!)].map(([original, those]) => {
    const names = [original, ...those.map(({ metric }) => metric.name)].map((name) =>
      html`<code>${name}</code>`
    );
    return html`<p class="remark">${family}: equal to the digit in every checkpoint, one vote together: ${names}.</p>`;
  });
}

/** What a row opens. */
function card(
  { picture }: Content,
  family: FamilyComparison,
  definition: DefinitionComparison,
): Html {
  const { readings } = definition;
  const { formula, atCollapse, source, notes, plain } = readings[0]!.metric;
  return html`
    <div class="open">
      <div>
        <div class="drawing" data-figure="${definition.id}">${picture(definition)}</div>
      </div>
      <div class="about">
    <p class="plain">${plain}</p>
    <p class="formula">${math(formula.tex)}</p>
    <p class="remark">At perfect collapse: ${idealText(definition, atCollapse)}. ${scaleText(definition)}</p>
    ${readingsTable(definition)}
    ${remarks(family, definition)}
    <p class="remark">Source: ${source}. ${notes}</p>
      </div>
    </div>
  `;
}

/** The number where there is one that the words do not say. */
function idealText({ readings }: DefinitionComparison, words: string): string {
  const { reference, metric } = readings[0]!;
  const computed = reference?.kind === "collapse" && typeof metric.ideal === "function";
  return computed ? `${formatValue(reference.value)} (${words})` : words;
}

/** What the level is held against. */
function scaleText({ readings }: DefinitionComparison): string {
  const { scale, reference } = readings[0]!;
  if (reference?.kind !== "collapse") return "";
  return scale === null ? "Scale: the distance at the first checkpoint." : `Scale: ${formatValue(scale)}.`;
}

/** Names under a line that says what they have in common; nothing for none. */
function namesNote(names: readonly string[], say: (count: number) => string): Html {
  if (names.length === 0) return html``;
  return html`
    <details class="remark">
      <summary>${say(names.length)}</summary>
      <p>${names.map((name) => html`<code>${name}</code>`)}</p>
    </details>
  `;
}
