/**
 * The embedded sets: 32×32 colour images drawn by code from a seed, so that everything can be tried without a
 * download. Drawn10's class is a shape; Drawn100's is a shape and its fill. Place, size, rotation, all colours,
 * shading, clutter and noise are drawn independently of the class, so no pixel by itself says anything about
 * it: a linear model on pixels stays near chance.
 */
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { JumpableRandomGenerator } from "pure-rand/types/JumpableRandomGenerator";
import type { Split } from "./dataset.ts";
import { type Fill, FILLS, type Shape, SHAPES } from "./shapes.ts";

/** Channels, height and width of a drawn image. */
export const DRAWN_SHAPE = [3, 32, 32] as const;
const DRAWN_SIZE = 32;

/** What is drawn: how many images of how many classes. */
export interface DrawnOptions {
  /** 10 (shapes) or 100 (shapes × fills). */
  readonly classes: 10 | 100;
  /** Images in each split, spread evenly over the classes. */
  readonly train: number;
  readonly test: number;
  readonly seed?: number;
}

/** Draws both splits. Equal options give equal bytes on every platform. */
export function drawImages(options: DrawnOptions): { train: Split; test: Split } {
  const { classes, train, test, seed = 2020 } = options;
  const random = xoroshiro128plus(seed);
  // A jump skips 2^64 numbers: the splits never share any.
  random.jump();
  const trainRandom = random.clone();
  random.jump();
  return { train: drawSplit(train, classes, trainRandom), test: drawSplit(test, classes, random) };
}

/** Names of the classes, in the order of their labels. */
export function drawnClassNames(classes: 10 | 100): string[] {
  return Array.from({ length: classes }, (_, label) => {
    const { shape, fill } = parts(label, classes);
    return classes === 10 ? shape.name : `${shape.name}, ${fill.name}`;
  });
}

type Colour = readonly [red: number, green: number, blue: number];
type Range = readonly [smallest: number, largest: number];

const AREA = DRAWN_SIZE * DRAWN_SIZE;
const CENTRE = (DRAWN_SIZE - 1) / 2;

/** Lengths in pixels, colours and noise in 1/255. */
const SHAPE_RADII: Range = [9, 12];
const SPECK_RADII: Range = [1, 2.5];
/** Largest distance of a centre from the image's, along each axis. */
const FARTHEST_SHAPE = 3;
const FARTHEST_SPECK = 15;
/** Tangent of the largest angle by which a shape is turned, about 17°. */
const LARGEST_TILT = 0.3;
const SPECKS = 2;
/** Least difference in brightness (mean of the channels) between a shape and its background. */
const LEAST_BRIGHTNESS_CONTRAST = 90;
/** Least difference, in the channel where it is largest, between a fill's second colour and the other two colours. */
const LEAST_COLOUR_CONTRAST = 100;
/** How far the background shades into another colour, 0 to 1. */
const SHADING = 0.3;
const LARGEST_NOISE = 8;
/** No shape reaches farther than this from its centre, in radii. */
const EXTENT = 1.1;
/** Points looked at in each pixel, relative to its centre. */
const SUBSAMPLES = [-1 / 3, 0, 1 / 3].flatMap((x) => [-1 / 3, 0, 1 / 3].map((y) => [x, y] as const));

function drawSplit(count: number, classes: 10 | 100, random: JumpableRandomGenerator): Split {
  const size = 3 * DRAWN_SIZE * DRAWN_SIZE;
  const images = new Uint8Array(count * size);
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  labels.forEach((label, i) => {
    const { shape, fill } = parts(label, classes);
    drawImage(images.subarray(i * size, (i + 1) * size), shape, fill, random);
  });
  return { images, labels, count };
}

function parts(label: number, classes: 10 | 100): { shape: Shape; fill: Fill } {
  return classes === 10
    ? { shape: SHAPES[label]!, fill: FILLS[0]! }
    : { shape: SHAPES[Math.floor(label / 10)]!, fill: FILLS[label % 10]! };
}

function drawImage(pixels: Uint8Array, shape: Shape, fill: Fill, random: JumpableRandomGenerator): void {
  const canvas = new Float64Array(3 * AREA);
  const background = drawColour(random);
  shade(canvas, background, drawColour(random), random);
  for (let i = 0; i < SPECKS; i++) {
    const colour = drawColour(random);
    paint(canvas, place(SPECK_RADII, FARTHEST_SPECK, direction(random), random), isSpeck, () => colour);
  }
  const first = drawColourUntil(
    (colour) => brightnessContrast(colour, background) >= LEAST_BRIGHTNESS_CONTRAST,
    random,
  );
  const isThird = (colour: Colour) =>
    [background, first].every((other) => colourContrast(colour, other) >= LEAST_COLOUR_CONTRAST);
  const second = drawColourUntil(isThird, random);
  const at = place(
    SHAPE_RADII,
    FARTHEST_SHAPE,
    normalise(1, between(-LARGEST_TILT, LARGEST_TILT, random)),
    random,
  );
  paint(canvas, at, shape.inside, (u, v) => mix(first, second, fill.tone(u, v)));
  addNoise(pixels, canvas, random);
}

/** Where a mark lies: its centre and its u axis times its radius, in pixels from the image's centre. */
interface Placement {
  readonly x: number;
  readonly y: number;
  readonly axisX: number;
  readonly axisY: number;
}

type Vector = readonly [x: number, y: number];

function place(
  [smallest, largest]: Range,
  farthest: number,
  [axisX, axisY]: Vector,
  random: JumpableRandomGenerator,
): Placement {
  const radius = between(smallest, largest, random);
  const x = between(-farthest, farthest, random);
  const y = between(-farthest, farthest, random);
  return { x, y, axisX: axisX * radius, axisY: axisY * radius };
}

/** Colours what `inside` covers; a pixel partly covered is blended in proportion. */
function paint(
  canvas: Float64Array,
  at: Placement,
  inside: Shape["inside"],
  colourAt: (u: number, v: number) => Colour,
): void {
  const reach = EXTENT * Math.sqrt(at.axisX * at.axisX + at.axisY * at.axisY);
  const [left, right] = pixelsNear(at.x, reach);
  const [top, bottom] = pixelsNear(at.y, reach);
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      paintPixel(canvas, row, column, at, inside, colourAt);
    }
  }
}

function paintPixel(
  canvas: Float64Array,
  row: number,
  column: number,
  { x, y, axisX, axisY }: Placement,
  inside: Shape["inside"],
  colourAt: (u: number, v: number) => Colour,
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
    const i = channel * AREA + row * DRAWN_SIZE + column;
    canvas[i] = canvas[i]! * (1 - covered / SUBSAMPLES.length) + sum[channel]! / SUBSAMPLES.length;
  }
}

/** First and last of the pixels along an axis that a mark centred at `centre` may touch. */
function pixelsNear(centre: number, reach: number): [first: number, last: number] {
  const first = Math.floor(CENTRE + centre - reach);
  const last = Math.ceil(CENTRE + centre + reach);
  return [Math.max(0, first), Math.min(DRAWN_SIZE - 1, last)];
}

/** Fills the canvas with `from`, shading into `to` by up to SHADING along a random direction. */
function shade(canvas: Float64Array, from: Colour, to: Colour, random: JumpableRandomGenerator): void {
  const [axisX, axisY] = direction(random);
  for (let pixel = 0; pixel < AREA; pixel++) {
    const along = (pixel % DRAWN_SIZE - CENTRE) * axisX + (Math.floor(pixel / DRAWN_SIZE) - CENTRE) * axisY;
    const share = SHADING * (0.5 + along / (2 * DRAWN_SIZE));
    const colour = mix(from, to, share);
    for (let channel = 0; channel < 3; channel++) canvas[channel * AREA + pixel] = colour[channel]!;
  }
}

function addNoise(pixels: Uint8Array, canvas: Float64Array, random: JumpableRandomGenerator): void {
  canvas.forEach((value, i) => {
    const noisy = Math.round(value + between(-LARGEST_NOISE, LARGEST_NOISE, random));
    pixels[i] = Math.min(255, Math.max(0, noisy));
  });
}

function drawColour(random: JumpableRandomGenerator): Colour {
  return [between(0, 255, random), between(0, 255, random), between(0, 255, random)];
}

/** The first colour drawn that `suits`. */
function drawColourUntil(suits: (colour: Colour) => boolean, random: JumpableRandomGenerator): Colour {
  for (;;) {
    const colour = drawColour(random);
    if (suits(colour)) return colour;
  }
}

function brightnessContrast(a: Colour, b: Colour): number {
  return Math.abs(a[0] + a[1] + a[2] - b[0] - b[1] - b[2]) / 3;
}

function colourContrast(a: Colour, b: Colour): number {
  return Math.max(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1]), Math.abs(a[2] - b[2]));
}

function mix(from: Colour, to: Colour, share: number): Colour {
  return [
    from[0] + share * (to[0] - from[0]),
    from[1] + share * (to[1] - from[1]),
    from[2] + share * (to[2] - from[2]),
  ];
}

/** A unit vector, all directions alike: a point of the unit disc, normalised, for sine and cosine differ between platforms. */
function direction(random: JumpableRandomGenerator): Vector {
  for (;;) {
    const x = between(-1, 1, random);
    const y = between(-1, 1, random);
    const squared = x * x + y * y;
    if (squared > 0.01 && squared <= 1) return normalise(x, y);
  }
}

function normalise(x: number, y: number): Vector {
  const length = Math.sqrt(x * x + y * y);
  return [x / length, y / length];
}

function between(low: number, high: number, random: JumpableRandomGenerator): number {
  return low + (high - low) * ((random.next() >>> 0) / 0x1_0000_0000);
}

function isSpeck(u: number, v: number): boolean {
  return Math.abs(u) < 1 && Math.abs(v) < 0.5;
}
