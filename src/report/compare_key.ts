/** The key to the curves of several runs, a card among theirs. */
import type { Group } from "./compare.ts";
import { chip } from "./compare_tables.ts";
import type { Figure } from "./figure.ts";
import { type Html, html } from "./html.ts";
import { lineSwatch, swatch } from "./swatch.ts";
import { GROUNDS, RUNS } from "./tokens.ts";

/** Runs that are named. */
const MOST_NAMED = 8;

/** What colours mean where there is one group of runs. */
const SUBJECT_WORDS = [
  ["means", "features and class means"],
  ["classifier", "classifier"],
  ["both", "both together"],
] as const;

export function compareKey(groups: readonly Group[], figures: readonly Figure[]): Html {
  const key = (mark: Html, words: string) => html`<li>${mark}<span>${words}</span></li>`;
  const line = (pattern: "train" | "test" | "classifier" | "centred") =>
    lineSwatch(pattern, GROUNDS.ink.light, { filled: pattern !== "test" });
  const names = groups.length === 1
    ? SUBJECT_WORDS.map(([subject, words]) => key(swatch({ subject, split: "train" }), words))
    : groups.length > MOST_NAMED
    ? [
      key(
        html`<span>${RUNS.map((_, i) => chip(i))}</span>`,
        `${groups.length} runs, in these colours by turns`,
      ),
    ]
    : groups.map(({ name }, i) => key(chip(i), name));
  return html`
    <aside class="card key" aria-label="How to read the curves">
      <h3>How to read</h3>
      <ul>
    ${names}
    ${key(line("train"), "on training images")}
    ${key(line("test"), "on test images")}
    ${groups.length === 1 ? html`` : key(line("classifier"), "classifier")}
    ${figures.some(({ columns }) => columns.some(({ centred }) => centred))
      ? key(
        line("centred"),
        "around the mean of class means, where a simplex gives zero though classes are unbalanced",
      )
      : html``}
    ${groups.some(({ phase }) => phase.start !== null) ? phaseKey(groups) : html``}
    ${groups.some(({ runs }) => runs.length > 1)
      ? key(
        html`<i class="band"></i>`,
        "runs that differ in the seed alone: their median, in a band from the smallest to the largest",
      )
      : html``}
    ${key(
      html`<i>▽</i>`,
      "at the lower edge: zero, which a logarithmic axis cannot show; × at the upper edge: not defined",
    )}
      </ul>
      <p class="note">An axis is logarithmic where values span more than a decade.</p>
    </aside>
  `;
}

/** A group alone has a shade, as a run has; of several, where the phase of each begins. */
function phaseKey(groups: readonly Group[]): Html {
  const whose = groups.some(({ runs }) => runs.length > 1) ? " (of its first seed)" : "";
  return groups.length === 1
    ? html`<li><i class="shade"></i><span>the terminal phase${whose}</span></li>`
    : html`<li><i class="start"></i><span>the terminal phase of a run${whose} begins, in its colour</span></li>`;
}
