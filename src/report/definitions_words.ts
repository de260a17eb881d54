/** Words and marks that the parts of the page of definitions share. */
import type { Reading } from "./comparison.ts";
import { SPLITS } from "./definition_chart.ts";
import { type Html, html } from "./html.ts";
import { spanWords, type Stretch } from "./terminal.ts";
import { type Call, callWords, type Level, type Trend } from "./verdict.ts";

const LEVEL_GLYPHS: Readonly<Record<Level, string>> = { at: "●", near: "◐", far: "○" };
const TREND_GLYPHS: Readonly<Record<Trend, string>> = { falling: "↓", flat: "→", rising: "↑" };

/** What the glyphs mean. */
export const LEGEND = "● at collapse, ◐ near, ○ far; ↓ falling, → flat, ↑ rising; · nothing to say";

/** The glyphs of a call alone, for those who see; say the call beside it. */
export function callGlyph(call: Call | null): Html {
  if (call === null || callWords(call) === null) return html`<span class="call" aria-hidden="true">·</span>`;
  const { level, trend } = call;
  const glyphs = `${level === null ? "" : LEVEL_GLYPHS[level]}${trend === null ? "" : TREND_GLYPHS[trend]}`;
  return html`<span class="call ${styleOf(call)}" aria-hidden="true">${glyphs}</span>`;
}

/** Glyphs and words, with the window of the trend, or why there are none. */
export function callMark(call: Call | null, reason?: string | null, window?: Stretch | null): Html {
  const words = call === null ? null : callWords(call);
  if (words === null) return html`<span class="verdict none">${reason ?? "no call"}</span>`;
  const beside = call!.trend === null ? reason ?? "" : window ? `over ${spanWords(window)}` : "";
  const small = beside === "" ? html`` : html`<br> <span class="votes">${beside}</span>`;
  return html`<span class="verdict">${callGlyph(call)} ${words}</span>${small}`;
}

/** Towards collapse or there; neither; away from it. */
function styleOf({ level, trend }: Call): "down" | "flat" | "up" {
  if (level === "at" || trend === "falling") return "down";
  return trend === "rising" ? "up" : level === "near" ? "down" : "flat";
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
