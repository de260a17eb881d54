/** The key to the curves of a report, a card among theirs. */
import type { FigureInput } from "./curve_cards.ts";
import { DOUBT_WORDS } from "./doubt.ts";
import { type Html, html } from "./html.ts";
import { swatch } from "./swatch.ts";
import { BROKEN_ACCURACY, runningWords, TERMINAL_ACCURACY } from "./terminal.ts";
import { RULE_WORDS } from "./verdict.ts";
import { callGlyph } from "./verdict_marks.ts";

/** `more` is where all of it stands in full. */
export function howToRead(
  { context: { phase }, view, trust, lastEpoch }: Pick<
    FigureInput,
    "context" | "view" | "trust" | "lastEpoch"
  >,
  more: string,
): Html {
  const key = (mark: Html, words: string) => html`<li>${mark}<span>${words}</span></li>`;
  return html`
    <aside class="card key" aria-label="How to read the curves">
      <h3>How to read</h3>
      <ul>
    ${key(swatch({ subject: "means", split: "train" }), "features and class means")}
    ${key(swatch({ subject: "classifier", split: "train" }), "classifier")}
    ${key(swatch({ subject: "both", split: "train" }), "both together")}
    ${key(swatch({ subject: "both", split: "test" }), "on test images")}
    ${phase.start === null ? html`` : key(
      html`<i class="shade"></i>`,
      `terminal phase: training accuracy from ${TERMINAL_ACCURACY}\u202f%, broken below ${BROKEN_ACCURACY}\u202f%${
        runningWords(phase)
      }`,
    )}
    ${(view.trained ?? lastEpoch) >= lastEpoch ? html`` : key(
      html`<i class="ahead"></i>`,
      `dashed axis: not yet trained, from epoch ${view.trained} to ${lastEpoch}`,
    )}
    ${phase.breaks.length === 0 ? html`` : key(html`<i class="alarm">△</i>`, "the phase breaks")}
    ${view.steps.length === 0 ? html`` : key(html`<i>▴</i>`, "learning rate falls")}
    ${key(
      html`<i>▽</i>`,
      "at the lower edge: zero, which a logarithmic axis cannot show; × at the upper edge: not defined",
    )}
    ${key(
      callGlyph({ level: "near", trend: "falling" }),
      `level: distance from collapse, ${RULE_WORDS.level}; and trend of that distance in the phase`,
    )}
      </ul>
      <p
        class="note">An axis is logarithmic where values span more than a decade.${trust === null
          ? ""
          : ` ${DOUBT_WORDS}.`} <a href="${more}">Level, trend and trust in full</a>.</p>
    </aside>
  `;
}
