/** A short piece of a curve, as a key to it. */
import { DASHES } from "./curve_marks.ts";
import type { Column } from "./figure.ts";
import { type Html, html } from "./html.ts";
import { GROUNDS, SUBJECTS } from "./tokens.ts";

export function swatch({ subject, split, centred }: Pick<Column, "subject" | "split" | "centred">): Html {
  return lineSwatch(centred ? "centred" : split, SUBJECTS[subject].light, { filled: split === "train" });
}

/** A line of a pattern with a dot on it. */
export function lineSwatch(
  pattern: keyof typeof DASHES,
  colour: string,
  { filled }: { readonly filled: boolean },
): Html {
  const dash = DASHES[pattern];
  const dot = filled ? colour : GROUNDS.paper.light;
  return html`
    <svg class="chart swatch" viewBox="0 0 24 10" aria-hidden="true">
      <path d="M0 5H24" stroke="${colour}" ${dash === null ? html`` : html`
        stroke-dasharray="${dash}"
      `} />
      <circle cx="12" cy="5" r="2.6" fill="${dot}" stroke="${colour}" />
    </svg>
  `;
}
