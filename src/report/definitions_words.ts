/** Words and marks that the parts of the page of definitions share. */
import type { Reading } from "./comparison.ts";
import { SPLITS } from "./definition_chart.ts";
import { type Html, html } from "./html.ts";
import type { Call } from "./verdict.ts";

const MARKS: Readonly<Record<Call, { glyph: string; style: string }>> = {
  collapsing: { glyph: "▼", style: "down" },
  "at collapse": { glyph: "●", style: "down" },
  stalled: { glyph: "■", style: "flat" },
  "un-collapsing": { glyph: "▲", style: "up" },
};

/** The glyph of a call alone, for those who see; say the call beside it. */
export function callGlyph(call: Call | null): Html {
  if (call === null) return html`<span class="call" aria-hidden="true">·</span>`;
  const { glyph, style } = MARKS[call];
  return html`<span class="call ${style}" aria-hidden="true">${glyph}</span>`;
}

/** Glyph and word, or why there is no call. */
export function callMark(call: Call | null, reason?: string | null): Html {
  if (call === null) return html`<span class="verdict none">${reason ?? "no call"}</span>`;
  return html`<span class="verdict">${callGlyph(call)} ${call}</span>`;
}

export function splitLabel({ metric }: Reading): string {
  return SPLITS[metric.split].label;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** "a", "a and b", "a, b and c". */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
