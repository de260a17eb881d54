/** Widths of text where there is no font to measure with: estimated a little from above. */

/** In em; the mean over English text in wide sans-serif faces is about 0.55. */
const CHARACTER_WIDTH = 0.58;

/** Width of `text` in px. */
export function estimateWidth(text: string, fontSize: number): number {
  return text.length * fontSize * CHARACTER_WIDTH;
}

/** `text`, cut with an ellipsis where it would be wider than `width` px. */
export function fit(text: string, width: number, fontSize: number): string {
  const most = Math.max(1, Math.floor(width / (fontSize * CHARACTER_WIDTH)));
  return text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`;
}

/** `text` in two lines, the first as long as fits in `width` px; the second is "" where one is enough. */
export function wrapInTwo(text: string, width: number, fontSize: number): [string, string] {
  if (estimateWidth(text, fontSize) <= width) return [text, ""];
  const most = Math.floor(width / (fontSize * CHARACTER_WIDTH));
  const end = text.lastIndexOf(" ", most);
  return end < 0 ? [text, ""] : [text.slice(0, end), text.slice(end + 1)];
}
