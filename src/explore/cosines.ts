/** All classes at once: how far the cosines between class means, and between rows of the classifier, are from a simplex's. */
/// <reference lib="dom" />
import type { Frame } from "../collapse/geometry.ts";
import { formatValue } from "../report/format.ts";
import { GROUNDS, SUBJECTS } from "../report/tokens.ts";
import { make, makeSvg } from "./dom.ts";

const SIDE = 150;

/** A square of both maps: row and column. */
type Square = readonly [i: number, j: number];

const MAPS = [
  { key: "means", title: "class means", colour: SUBJECTS.means.light },
  { key: "rows", title: "rows of the classifier", colour: SUBJECTS.classifier.light },
] as const;

// Whole because the two maps share the square that is pointed at.
/** Null where the frames hold no cosines. `nameOf` gives a class its name. */
export function cosineMaps(
  frames: readonly Frame[],
  nameOf: (c: number) => string,
): { element: HTMLElement; show(at: number): void } | null {
  if (frames.some(({ cosines }) => cosines === null)) return null;
  const count = frames[0]!.cosines!.means.length;
  let [at, chosen]: [number, Square | null] = [0, null];
  const said = make("p", { class: "note", role: "status" });
  const maps = MAPS.map((map) => {
    const svg = makeSvg("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, class: "chart", role: "img", tabindex: 0 });
    chooseOn(svg, count, () => chosen, (square) => {
      chosen = square;
      say();
    });
    return {
      ...map,
      svg,
      figure: make("figure", {}, svg, make("figcaption", {}, `All pairs of ${map.title}`)),
    };
  });
  const say = () => {
    const { cosines } = frames[at]!;
    said.textContent = chosen === null ? HOW : wordsOf(
      chosen,
      MAPS.map(({ key, title }) => ({
        title,
        cosine: cosines![key][chosen![0]]![chosen![1]]!,
      })),
    );
    for (const { svg } of maps) ring(svg, chosen, SIDE / count);
  };
  const wordsOf = ([i, j]: Square, values: readonly { title: string; cosine: number }[]) =>
    `${nameOf(i)} and ${nameOf(j)}: ${
      values.map(({ title, cosine }) => `${formatValue(cosine)} of ${title}`).join(", ")
    }; ` +
    `a simplex has ${formatValue(i === j ? 1 : -1 / (count - 1))}.`;
  return {
    element: make(
      "div",
      { class: "cosines" },
      ...maps.map(({ figure }) => figure),
      said,
      make(
        "p",
        { class: "note" },
        "All classes at once, a square for each pair: the stronger, the further the cosine between the two is from that of a simplex " +
          "(full colour: by 1). The grey diagonal is a class with itself. At collapse all other squares are empty.",
      ),
    ),
    show(next) {
      at = next;
      for (const { key, svg, colour } of maps) drawSquares(svg, frames[at]!.cosines![key], colour);
      for (const { svg, title } of maps) {
        svg.setAttribute(
          "aria-label",
          `cosines of ${title} at epoch ${frames[at]!.epoch}; arrow keys walk through the pairs`,
        );
      }
      say();
    },
  };
}

const HOW = "Point at a square, or press the arrow keys on a map, for its two classes and the cosine.";

function drawSquares(svg: SVGElement, matrix: readonly (readonly number[])[], colour: string): void {
  const size = SIDE / matrix.length;
  svg.replaceChildren(...matrix.flatMap((row, i) =>
    row.map((cosine, j) =>
      makeSvg("rect", {
        x: j * size,
        y: i * size,
        width: size - 1,
        height: size - 1,
        fill: i === j ? GROUNDS.hair.light : colour,
        "fill-opacity": i === j ? 1 : Math.min(1, Math.abs(cosine + 1 / (matrix.length - 1)) ** 0.7),
      })
    )
  ));
}

/** A frame around a square. */
function ring(svg: SVGElement, chosen: Square | null, size: number): void {
  svg.querySelector(".ring")?.remove();
  if (chosen === null) return;
  const [i, j] = chosen;
  svg.append(makeSvg("path", {
    d: `M${j * size} ${i * size}h${size - 1}v${size - 1}h${1 - size}z`,
    class: "ring",
    fill: "none",
    stroke: GROUNDS.ink.light,
    "stroke-width": 1.5,
  }));
}

/** By pointer and by arrow keys; Escape and a pointer that leaves let go. */
function chooseOn(
  svg: SVGElement,
  count: number,
  chosen: () => Square | null,
  choose: (square: Square | null) => void,
): void {
  const inside = (place: number) => Math.min(count - 1, Math.max(0, place));
  const at = ({ clientX, clientY }: PointerEvent): Square => {
    const { left, top, width, height } = svg.getBoundingClientRect();
    return [
      inside(Math.floor(count * (clientY - top) / height)),
      inside(Math.floor(count * (clientX - left) / width)),
    ];
  };
  for (const name of ["pointermove", "pointerdown"] as const) {
    svg.addEventListener(name, (event) => choose(at(event)));
  }
  svg.addEventListener("pointerleave", () => choose(null));
  svg.addEventListener("blur", () => choose(null));
  const steps: Record<string, Square> = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
  };
  svg.addEventListener("keydown", (event) => {
    const { key } = event as KeyboardEvent;
    if (key === "Escape") return choose(null);
    const step = steps[key];
    if (step === undefined) return;
    event.preventDefault();
    const [i, j] = chosen() ?? [0, 0];
    choose([inside(i + step[0]), inside(j + step[1])]);
  });
}
