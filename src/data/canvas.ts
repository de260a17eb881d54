/**
 * A 32×32 colour canvas and the painting of marks on it. As in outlines.ts, only operations that every platform
 * computes alike are used.
 */

/** 0 to 255 each. */
export type Colour = readonly [red: number, green: number, blue: number];

/** Where a mark lies, in pixels from the canvas's centre: its centre, and its u axis as long as its radius. */
export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly axisX: number;
  readonly axisY: number;
}

/** Something to paint, in its own coordinates (u, v): 1 is its radius. */
export interface Mark {
  readonly inside: (u: number, v: number) => boolean;
  readonly from: Colour;
  readonly to: Colour;
  /** The share of `to` at a point, 0 to 1. */
  readonly tone: (u: number, v: number) => number;
}

/** Height and width in pixels. */
export const SIDE = 32;
/** Pixels of one channel; a canvas is 3 × SIDE × SIDE numbers, row-major. */
export const AREA = SIDE * SIDE;

const CENTRE = (SIDE - 1) / 2;
/** No mark reaches farther than this from its centre, in radii. */
const EXTENT = 1.2;
/** Points looked at in each pixel along either axis, and where, relative to its centre. */
const SUBSAMPLES = 3;
const OFFSETS = Float64Array.of(-1 / 3, 0, 1 / 3);

/**
 * Fills the canvas with `from` at one side, shading into `to` along the unit vector (axisX, axisY); `strength` is the
 * largest share of `to`, 0 to 1.
 */
export function shade(
  canvas: Float64Array,
  from: Colour,
  to: Colour,
  [axisX, axisY]: Vector,
  strength: number,
): void {
  for (let pixel = 0; pixel < AREA; pixel++) {
    const along = (pixel % SIDE - CENTRE) * axisX + (Math.floor(pixel / SIDE) - CENTRE) * axisY;
    const share = strength * (0.5 + along / (2 * SIDE));
    canvas[pixel] = between(from[0], to[0], share);
    canvas[AREA + pixel] = between(from[1], to[1], share);
    canvas[2 * AREA + pixel] = between(from[2], to[2], share);
  }
}

/** Paints a mark; a pixel partly covered is blended in proportion. */
export function paint(canvas: Float64Array, at: Placement, mark: Mark): void {
  const squaredRadius = at.axisX * at.axisX + at.axisY * at.axisY;
  const reach = EXTENT * Math.sqrt(squaredRadius);
  const [left, right] = pixelsNear(at.x, reach);
  const [top, bottom] = pixelsNear(at.y, reach);
  // The points of a pixel lie within half a pixel of its centre.
  const farthest = (reach + 0.5) * (reach + 0.5);
  for (let row = top; row <= bottom; row++) {
    const dy = row - CENTRE - at.y;
    for (let column = left; column <= right; column++) {
      const dx = column - CENTRE - at.x;
      if (dx * dx + dy * dy <= farthest) paintPixel(canvas, row, column, at, squaredRadius, mark);
    }
  }
}

/** A `share` (0 to 1) of the way. */
function between(from: number, to: number, share: number): number {
  return from + share * (to - from);
}

/** A direction or a place in the plane. */
export type Vector = readonly [x: number, y: number];

function paintPixel(
  canvas: Float64Array,
  row: number,
  column: number,
  { x, y, axisX, axisY }: Placement,
  squaredRadius: number,
  { inside, from, to, tone }: Mark,
): void {
  let covered = 0;
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let across = 0; across < SUBSAMPLES; across++) {
    const dx = column - CENTRE + OFFSETS[across]! - x;
    for (let down = 0; down < SUBSAMPLES; down++) {
      const dy = row - CENTRE + OFFSETS[down]! - y;
      const u = (dx * axisX + dy * axisY) / squaredRadius;
      const v = (dy * axisX - dx * axisY) / squaredRadius;
      if (!inside(u, v)) continue;
      const share = tone(u, v);
      covered += 1;
      red += between(from[0], to[0], share);
      green += between(from[1], to[1], share);
      blue += between(from[2], to[2], share);
    }
  }
  if (covered === 0) return;
  const count = SUBSAMPLES * SUBSAMPLES;
  const kept = 1 - covered / count;
  const i = row * SIDE + column;
  canvas[i] = canvas[i]! * kept + red / count;
  canvas[AREA + i] = canvas[AREA + i]! * kept + green / count;
  canvas[2 * AREA + i] = canvas[2 * AREA + i]! * kept + blue / count;
}

/** First and last of the pixels along an axis that a mark centred at `centre` may touch. */
function pixelsNear(centre: number, reach: number): [first: number, last: number] {
  const first = Math.floor(CENTRE + centre - reach);
  const last = Math.ceil(CENTRE + centre + reach);
  return [Math.max(0, first), Math.min(SIDE - 1, last)];
}
