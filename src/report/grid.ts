/** Small multiples: pictures of one size side by side in one standalone SVG under a common heading. */
import { escapeText } from "./html.ts";
import { FONT_FAMILY, INK, PAPER } from "./render.ts";
import { fit } from "./text_width.ts";

const MARGIN = 16;
const HEADING = 72;

export interface GridOptions {
  readonly title: string;
  readonly subtitle: string;
  readonly columns: number;
  /** Size of each panel in px. */
  readonly width: number;
  readonly height: number;
}

/** `panels` are SVGs as `renderSvg` writes them, in reading order. */
export function grid(
  panels: readonly string[],
  { title, subtitle, columns, width, height }: GridOptions,
): string {
  const totalWidth = columns * width + 2 * MARGIN;
  const totalHeight = Math.ceil(panels.length / columns) * height + HEADING + MARGIN;
  const textLine = (text: string, fontSize: number) =>
    escapeText(fit(text, totalWidth - 4 * MARGIN, fontSize));
  const placed = panels.map((panel, i) => {
    const x = MARGIN + (i % columns) * width;
    const y = HEADING + Math.floor(i / columns) * height;
    return panel.replace("<svg ", `<svg x="${x}" y="${y}" `);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${
    escapeText(`${title}. ${subtitle}`)
  }" \
width="${totalWidth}" height="${totalHeight}" viewBox="0 0 ${totalWidth} ${totalHeight}" class="chart" \
color="${INK}" fill="currentColor" font-family="${escapeText(FONT_FAMILY)}" font-size="13">\
<rect class="paper" width="100%" height="100%" fill="${PAPER}" />\
<text x="${2 * MARGIN}" y="36" font-size="20" font-weight="600">${textLine(title, 20)}</text>\
<text x="${2 * MARGIN}" y="58" fill-opacity="0.7">${textLine(subtitle, 13)}</text>\
${placed.join("")}</svg>`;
}
