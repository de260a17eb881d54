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
  readonly colourAt: (u: number, v: number) => Colour;
}

/** Height and width in pixels. */
export const SIDE = 32;
/** Pixels of one channel; a canvas is 3 × SIDE × SIDE numbers, row-major. */
export const AREA = SIDE * SIDE;

const CENTRE = (SIDE - 1) / 2;
/** No mark reaches farther than this from its centre, in radii. */
const EXTENT = 1.2;
/** Points looked at in each pixel, relative to its centre. */
const SUBSAMPLES = [-1 / 3, 0, 1 / 3].flatMap((x) => [-1 / 3, 0, 1 / 3].map((y) => [x, y] as const));

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
    const colour = mix(from, to, strength * (0.5 + along / (2 * SIDE)));
    for (let channel = 0; channel < 3; channel++) canvas[channel * AREA + pixel] = colour[channel]!;
  }
}

/** Paints a mark; a pixel partly covered is blended in proportion. */
export function paint(canvas: Float64Array, at: Placement, mark: Mark): void {
  const reach = EXTENT * Math.sqrt(at.axisX * at.axisX + at.axisY * at.axisY);
  const [left, right] = pixelsNear(at.x, reach);
  const [top, bottom] = pixelsNear(at.y, reach);
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) paintPixel(canvas, row, column, at, mark);
  }
}

/** The colour a `share` (0 to 1) of the way between two. */
export function mix(from: Colour, to: Colour, share: number): Colour {
  return [
    from[0] + share * (to[0] - from[0]),
    from[1] + share * (to[1] - from[1]),
    from[2] + share * (to[2] - from[2]),
  ];
}

/** A direction or a place in the plane. */
export type Vector = readonly [x: number, y: number];

function paintPixel(
  canvas: Float64Array,
  row: number,
  column: number,
  { x, y, axisX, axisY }: Placement,
  { inside, colourAt }: Mark,
): void {
  const squaredRadius = axisX * axisX + axisY * axisY;
  let covered = 0;
  const sum: [number, number, number] = [0, 0, 0];
  for (const [offsetX, offsetY] of SUBSAMPLES) {
    const dx = column - CENTRE + offsetX - x;
    const dy = row - CENTRE + offsetY - y;
    const u = (dx * axisX + dy * axisY) / squaredRadius;
    const v = (dy * axisX - dx * axisY) / squaredRadius;
    if (!inside(u, v)) continue;
    const colour = colourAt(u, v);
    covered += 1;
    for (let channel = 0; channel < 3; channel++) sum[channel]! += colour[channel]!;
  }
  for (let channel = 0; channel < 3 && covered > 0; channel++) {
    const i = channel * AREA + row * SIDE + column;
    canvas[i] = canvas[i]! * (1 - covered / SUBSAMPLES.length) + sum[channel]! / SUBSAMPLES.length;
  }
}

/** First and last of the pixels along an axis that a mark centred at `centre` may touch. */
function pixelsNear(centre: number, reach: number): [first: number, last: number] {
  const first = Math.floor(CENTRE + centre - reach);
  const last = Math.ceil(CENTRE + centre + reach);
  return [Math.max(0, first), Math.min(SIDE - 1, last)];
}
