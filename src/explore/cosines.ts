/** All classes at once: how far the cosines between class means, and between rows of the classifier, are from a simplex's. */
/// <reference lib="dom" />
import type { Frame } from "../collapse/geometry.ts";
import { GROUNDS, SUBJECTS } from "../report/tokens.ts";
import { make, makeSvg } from "./dom.ts";

const SIDE = 150;

/** Null where the frames hold no cosines. */
export function cosineMaps(
  frames: readonly Frame[],
): { element: HTMLElement; show(at: number): void } | null {
  if (frames.some(({ cosines }) => cosines === null)) return null;
  const maps = ([["means", "class means", SUBJECTS.means], [
    "rows",
    "rows of the classifier",
    SUBJECTS.classifier,
  ]] as const).map(([key, title, { light: colour }]) => {
    const svg = makeSvg("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, class: "chart", role: "img" });
    return {
      key,
      svg,
      colour,
      figure: make("figure", {}, svg, make("figcaption", {}, `All pairs of ${title}`)),
    };
  });
  return {
    element: make(
      "div",
      { class: "cosines" },
      ...maps.map(({ figure }) => figure),
      make(
        "p",
        { class: "note" },
        "All classes at once, a square for each pair: the stronger, the further the cosine between the two is from that of a simplex " +
          "(full colour: by 1). The grey diagonal is a class with itself. At collapse all other squares are empty.",
      ),
    ),
    show(at) {
      for (const { key, svg, colour } of maps) {
        const matrix = frames[at]!.cosines![key];
        const size = SIDE / matrix.length;
        svg.replaceChildren(...matrix.flatMap((row, i) =>
          row.map((cosine, j) => {
            const rect = makeSvg("rect", {
              x: j * size,
              y: i * size,
              width: size - 1,
              height: size - 1,
              fill: i === j ? GROUNDS.hair.light : colour,
              "fill-opacity": i === j ? 1 : Math.min(1, Math.abs(cosine + 1 / (matrix.length - 1)) ** 0.7),
            });
            const title = makeSvg("title", {});
            title.textContent = `${i + 1}, ${j + 1}: ${cosine}`;
            rect.append(title);
            return rect;
          })
        ));
        svg.setAttribute("aria-label", `cosines at epoch ${frames[at]!.epoch}`);
      }
    },
  };
}
