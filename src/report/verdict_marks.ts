/** Level and trend as marks and words, the same on every page. */
import { type Html, html } from "./html.ts";
import { spanWords, type Stretch } from "./terminal.ts";
import { type Call, callWords, type Level, LEVELS, type Trend } from "./verdict.ts";

const TREND_GLYPHS: Readonly<Record<Trend, string>> = { falling: "↓", flat: "→", rising: "↑" };

/** Three boxes, that of the level filled, and an arrow; for those who see: say the call beside it. */
export function callGlyph(call: Call | null): Html {
  if (call === null || callWords(call) === null) return html``;
  const { level, trend } = call;
  const boxes = level === null ? html`` : levelBoxes(level);
  return html`<span class="call" aria-hidden="true">${boxes}${
    trend === null ? "" : TREND_GLYPHS[trend]
  }</span>`;
}

/** Glyphs and words, with the window of the trend, or why there are none. */
export function callMark(call: Call | null, reason?: string | null, window?: Stretch | null): Html {
  const words = call === null ? null : callWords(call);
  if (words === null) return html`<span class="verdict none">${reason ?? "no call"}</span>`;
  const beside = call!.trend === null ? reason ?? "" : window ? `over ${spanWords(window)}` : "";
  const small = beside === "" ? html`` : html`<br> <span class="votes">${beside}</span>`;
  return html`<span class="verdict">${callGlyph(call)} ${words}</span>${small}`;
}

/** Drawn by the style sheet: a page may hold hundreds. */
function levelBoxes(level: Level): Html {
  return html`<span class="boxes ${level}">${LEVELS.map(() => html`<i></i>`)}</span>`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
