/** Pictures of one size side by side in one standalone SVG, each under its heading, all under a common one. */
import { escapeText } from "./html.ts";
import { estimateWidth, fit, wrapInTwo } from "./text_width.ts";
import { FONT_FAMILY, GROUNDS } from "./tokens.ts";

export interface Panel {
  /** As `renderSvg` writes it. */
  readonly svg: string;
  readonly title: string;
  /** Up to two lines. */
  readonly subtitle: string;
  /** In place of the subtitle: names with their colours. */
  readonly legend?: readonly LegendEntry[];
}

export interface LegendEntry {
  readonly label: string;
  readonly colour: string;
}

export interface GridOptions {
  readonly title: string;
  /** Up to two lines. */
  readonly subtitle: string;
  readonly columns: number;
  /** Size of each picture in px, without its heading. */
  readonly width: number;
  readonly height: number;
}

const MARGIN = 16;
const GAP = 24;
const HEADING = 96;
const PANEL_HEADING = 54;

/** `panels` in reading order. */
export function grid(
  panels: readonly Panel[],
  { title, subtitle, columns, width, height }: GridOptions,
): string {
  const { totalWidth, totalHeight } = sizeOf(panels.length, { columns, width, height });
  const placed = panels.map((panel, i) => {
    const { x, y } = cornerOf(i, { columns, width, height });
    return headed(panel, x, y, width);
  });
  return sheet(totalWidth, totalHeight, `${title}. ${subtitle}`, [
    line(title, { x: MARGIN, y: 34, size: 20, width: totalWidth - 2 * MARGIN, weight: 600 }),
    ...lines(subtitle, { x: MARGIN, y: 56, size: 13, width: totalWidth - 2 * MARGIN }),
    ...placed,
  ]);
}

type Layout = Omit<GridOptions, "title" | "subtitle">;

function sizeOf(count: number, { columns, width, height }: Layout) {
  const used = Math.min(columns, count);
  return {
    totalWidth: used * width + (used - 1) * GAP + 2 * MARGIN,
    totalHeight: Math.ceil(count / columns) * (height + PANEL_HEADING + GAP) + HEADING,
  };
}

/** Where the `i`-th panel begins, with its heading. */
function cornerOf(i: number, { columns, width, height }: Layout) {
  return {
    x: MARGIN + (i % columns) * (width + GAP),
    y: HEADING + Math.floor(i / columns) * (height + PANEL_HEADING + GAP),
  };
}

/** How the grid of `count` panels is laid as the ground of a box so that its `i`-th picture fills it, in CSS. */
export function groundAt(i: number, count: number, layout: Layout): string {
  const { totalWidth, totalHeight } = sizeOf(count, layout);
  const { x, y } = cornerOf(i, layout);
  const share = (part: number, whole: number) => `${Number((100 * part / whole).toFixed(3))}%`;
  return `background-size: ${share(totalWidth, layout.width)} auto; background-position: ${
    share(x, totalWidth - layout.width)
  } ${share(y + PANEL_HEADING, totalHeight - layout.height)}`;
}

/** One picture under its heading. */
export function sheetOf(panel: Panel, { width, height }: { width: number; height: number }): string {
  return sheet(
    width + 2 * MARGIN,
    height + PANEL_HEADING + 2 * MARGIN,
    `${panel.title}. ${panel.subtitle}`,
    [headed(panel, MARGIN, MARGIN, width)],
  );
}

function headed({ svg, title, subtitle, legend }: Panel, x: number, y: number, width: number): string {
  return [
    line(title, { x, y: y + 14, size: 15, width, weight: 600 }),
    ...(legend
      ? legendLines(legend, { x, y: y + 32, size: 12, width })
      : lines(subtitle, { x, y: y + 32, size: 12, width })),
    // A chart stays in its frame by itself; to cut it to one takes the rasteriser several times as long as to draw it.
    svg.replace("<svg ", `<svg x="${x}" y="${y + PANEL_HEADING}" overflow="visible" `),
  ].join("");
}

interface Line {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly width: number;
  readonly weight?: number;
}

/** Quiet text in up to two lines. */
function lines(text: string, place: Line): string[] {
  return wrapInTwo(text, place.width, place.size).filter((part) => part !== "")
    .map((part, i) => line(part, { ...place, y: place.y + i * place.size * 1.3 }, GROUNDS.muted.light));
}

interface Placed {
  readonly text: string;
  readonly colour: string;
  readonly left: number;
  readonly right: number;
  readonly row: number;
}

/** Names behind a piece of their colour, in two lines; what does not fit is counted behind the last one. */
function legendLines(entries: readonly LegendEntry[], { x, y, size, width }: Line): string[] {
  const baseOf = (row: number) => y + row * size * 1.3;
  const placed = placeNames(entries, width, size);
  const more = moreWords(entries.length - placed.length);
  const last = placed.at(-1);
  return [
    ...placed.flatMap(({ text, colour, left, row }) => [
      `<path d="M${x + left} ${baseOf(row) - size * 0.35}h18" stroke="${colour}" stroke-width="3" />`,
      line(text, { x: x + left + KEY, y: baseOf(row), size, width }, GROUNDS.muted.light),
    ]),
    ...more === "" ? [] : [line(
      more,
      { x: x + (last?.row === 1 ? last.right : 0), y: baseOf(1), size, width },
      GROUNDS.muted.light,
    )],
  ];
}

/** Px of a piece of colour and the gap behind it. */
const KEY = 24;

/** Those that have a place in two lines of `width` px, with room for the number of the others. */
function placeNames(entries: readonly LegendEntry[], width: number, size: number): Placed[] {
  const placed: Placed[] = [];
  let [left, row] = [0, 0];
  for (const { label, colour } of entries) {
    const text = fit(label, width / 2, size);
    const wide = KEY + estimateWidth(text, size) + size;
    if (left > 0 && left + wide > width) [left, row] = [0, row + 1];
    if (row === 2) break;
    placed.push({ text, colour, left, right: left + wide, row });
    left += wide;
  }
  const isTight = () => {
    const [last, more] = [placed.at(-1)!, moreWords(entries.length - placed.length)];
    return last.row === 1 && last.right + estimateWidth(more, size) > width;
  };
  while (placed.length < entries.length && isTight()) placed.pop();
  return placed;
}

/** "and 4 more"; empty where there are none. */
function moreWords(count: number): string {
  return count === 0 ? "" : `and ${count} more`;
}

function line(text: string, { x, y, size, width, weight = 400 }: Line, fill = "currentColor"): string {
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}">${
    escapeText(fit(text, width, size))
  }</text>`;
}

function sheet(width: number, height: number, label: string, content: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeText(label)}" \
width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" class="chart" color="${GROUNDS.ink.light}" \
fill="currentColor" font-family="${escapeText(FONT_FAMILY)}" font-size="13">\
<rect class="paper" width="100%" height="100%" fill="${GROUNDS.paper.light}" />${content.join("")}</svg>`;
}
