/** Collapse seen, as one SVG that moves by itself: for a page that runs no script, such as a README. */
import type { NamedFrame } from "../run/geometry.ts";
import { FRONT, pictureOf, type Shape, STAGE } from "./geometry_picture.ts";
import { isDrawable, spread } from "./geometry_section.ts";
import { escapeText } from "./html.ts";
import { FONT_FAMILY, GROUNDS } from "./tokens.ts";

/** Checkpoints that the picture passes through. */
const FRAMES = 24;
/** Of a round. */
const SECONDS = 12;
/** Share of a round in which the picture moves; then the last checkpoint stands. */
const MOVING = 0.8;
const SCALE = 2;

/**
 * A round of all checkpoints from the first to the last, shapes moving from each to the next; the epoch is written in the
 * corner. Who asked for reduced motion sees the last one stand. Null where there is nothing to draw.
 */
export function geometryMoving(all: readonly NamedFrame[], classes: number): string | null {
  if (!isDrawable(all)) return null;
  const frames = spread(all, FRAMES);
  const pictures = frames.map((frame) => pictureOf(frame, FRONT, frame.names, classes));
  const last = pictures.at(-1)!;
  const { width, height } = STAGE;
  const moving = last.map((shape, i) => element(shape, pictures.map((picture) => picture[i]!)));
  const still = last.map((shape) => element(shape, []));
  const first = frames[0]!.epoch;
  const end = frames.at(-1)!.epoch;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${SCALE * width}" \
height="${SCALE * height}" role="img" aria-label="features of three classes from epoch ${first} to ${end}" \
font-family="${escapeText(FONT_FAMILY)}">
<style>.still{display:none}@media (prefers-reduced-motion:reduce){.moving{display:none}.still{display:inline}}</style>
<rect width="${width}" height="${height}" fill="${GROUNDS.paper.light}"/>
<g class="moving">${moving.join("")}${
    frames.map((frame, i) => epochText(frame.epoch, i, frames.length)).join("")
  }</g>
<g class="still">${still.join("")}${label(end, "")}</g>
</svg>
`;
}

/** A shape as the last checkpoint has it; with `through`, passing through what it is at each. */
function element({ tag, attributes, text = "" }: Shape, through: readonly Shape[]): string {
  const own = Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeText(String(value))}"`)
    .join("");
  const paths = through.map((shape) => String(shape.attributes.d));
  const changes = tag === "path" && new Set(paths).size > 1;
  return `<${tag}${own}>${escapeText(text)}${changes ? animation("d", paths) : ""}</${tag}>`;
}

/** All values evenly over the moving share of a round, and the last one to its end. */
function animation(attribute: string, values: readonly string[], mode = ""): string {
  const times = values.map((_, i) => (MOVING * i / (values.length - 1)).toFixed(4));
  return `<animate attributeName="${attribute}" dur="${SECONDS}s" repeatCount="indefinite"${mode} \
keyTimes="${[...times, "1"].join(";")}" values="${[...values, values.at(-1)!].join(";")}"/>`;
}

function epochText(epoch: number, place: number, count: number): string {
  const values = Array.from({ length: count }, (_, i) => i === place ? "1" : "0");
  return label(epoch, count === 1 ? "" : animation("opacity", values, ' calcMode="discrete"'));
}

function label(epoch: number, content: string): string {
  return `<text x="12" y="24" font-size="14" font-weight="600" fill="${GROUNDS.ink.light}">epoch ${epoch}${content}</text>`;
}
