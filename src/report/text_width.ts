/** Widths of text where there is no font to measure with: estimated a little from above. */

/** In em, of wide sans-serif faces as Inter: of characters that are much narrower or wider than others. */
const WIDTHS: readonly [characters: RegExp, em: number][] = [
  [/[ijlI|' .,:;·!]/, 0.3],
  [/[frt()/\-⁻⁰¹²³⁴⁵⁶⁷⁸⁹]/, 0.45],
  [/[mwMW%→…—]/, 0.98],
  [/[0-9−×±]/, 0.65],
  [/[A-Z]/, 0.75],
];
const OTHERS = 0.62;

/** Width of `text` in px. */
export function estimateWidth(text: string, fontSize: number): number {
  let em = 0;
  for (const character of text) em += WIDTHS.find(([some]) => some.test(character))?.[1] ?? OTHERS;
  return em * fontSize;
}

/** `text`, cut with an ellipsis where it would be wider than `width` px. */
export function fit(text: string, width: number, fontSize: number): string {
  if (estimateWidth(text, fontSize) <= width) return text;
  return `${text.slice(0, most(text, width - estimateWidth("…", fontSize), fontSize)).trimEnd()}…`;
}

/** `text` in two lines, the first as long as fits in `width` px; the second is "" where one is enough. */
export function wrapInTwo(text: string, width: number, fontSize: number): [string, string] {
  if (estimateWidth(text, fontSize) <= width) return [text, ""];
  const last = text.lastIndexOf(" ", most(text, width, fontSize));
  const end = last < 0 ? text.indexOf(" ") : last;
  return end < 0 ? [text, ""] : [text.slice(0, end), text.slice(end + 1)];
}

/** Characters of `text` that fit, at least one. */
function most(text: string, width: number, fontSize: number): number {
  let count = 1;
  while (count < text.length && estimateWidth(text.slice(0, count + 1), fontSize) <= width) count++;
  return count;
}
