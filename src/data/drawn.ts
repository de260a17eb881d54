/**
 * The embedded sets: 32×32 colour images drawn by code from a seed, so that everything can be tried without a
 * download. Drawn10's class is a shape; Drawn100's is a shape and its fill. Place, size, tilt, all colours, shading,
 * clutter and noise are drawn independently of the class, and a shape is as often darker as brighter than its
 * background, so that no pixel's mean says anything about the class: a linear model on pixels fails.
 */
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { JumpableRandomGenerator } from "pure-rand/types/JumpableRandomGenerator";
import { AREA, type Colour, paint, type Placement, shade, SIDE, type Vector } from "./canvas.ts";
import type { Split } from "./dataset.ts";
import { type Fill, FILLS, type Outline, OUTLINES } from "./outlines.ts";

/** Channels, height and width of a drawn image. */
export const DRAWN_SHAPE = [3, SIDE, SIDE] as const;

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
    const { outline, fill } = parts(label, classes);
    return classes === 10 ? outline.name : `${outline.name}, ${fill.name}`;
  });
}

type Range = readonly [smallest: number, largest: number];

/** Lengths in pixels, colours and noise in 1/255. */
const SHAPE_RADII: Range = [9, 12];
const SPECK_RADII: Range = [1, 2.5];
/** Largest distance of a centre from the image's, along each axis. */
const FARTHEST_SHAPE = 3;
const FARTHEST_SPECK = 15;
/** Tangent of the largest angle by which a shape is tilted, about 17°. */
const LARGEST_TILT = 0.3;
const SPECKS = 2;
/** Least difference in brightness (mean of the channels) between a shape and its background. */
const LEAST_BRIGHTNESS_CONTRAST = 90;
/** Least difference, in the channel where it is largest, of a fill's second colour from the shape's and the background's. */
const LEAST_COLOUR_CONTRAST = 100;
/** How far the background shades into another colour, 0 to 1. */
const SHADING = 0.3;
const LARGEST_NOISE = 8;

function drawSplit(count: number, classes: 10 | 100, random: JumpableRandomGenerator): Split {
  const size = 3 * AREA;
  const images = new Uint8Array(count * size);
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  const canvas = new Float64Array(size);
  labels.forEach((label, i) => {
    drawImage(canvas, parts(label, classes), random);
    addNoise(images.subarray(i * size, (i + 1) * size), canvas, random);
  });
  return { images, labels, count };
}

function parts(label: number, classes: 10 | 100): { outline: Outline; fill: Fill } {
  return classes === 10
    ? { outline: OUTLINES[label]!, fill: FILLS[0]! }
    : { outline: OUTLINES[Math.floor(label / 10)]!, fill: FILLS[label % 10]! };
}

/** Paints all of the canvas over. */
function drawImage(
  canvas: Float64Array,
  { outline, fill }: { outline: Outline; fill: Fill },
  random: JumpableRandomGenerator,
): void {
  const background = drawColour(random);
  shade(canvas, background, drawColour(random), direction(random), SHADING);
  for (let i = 0; i < SPECKS; i++) {
    const colour = drawColour(random);
    const at = place(SPECK_RADII, FARTHEST_SPECK, direction(random), random);
    paint(canvas, at, { inside: isSpeck, from: colour, to: colour, tone: () => 0 });
  }
  const [first, second] = drawPalette(background, random);
  const tilt = normalise(1, between(-LARGEST_TILT, LARGEST_TILT, random));
  const at = place(SHAPE_RADII, FARTHEST_SHAPE, tilt, random);
  paint(canvas, at, { inside: outline.inside, from: first, to: second, tone: fill.tone });
}

function isSpeck(u: number, v: number): boolean {
  return Math.abs(u) < 1 && Math.abs(v) < 0.5;
}

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

/** A shape's own colour and its fill's second one, both visible on the background. */
function drawPalette(background: Colour, random: JumpableRandomGenerator): [first: Colour, second: Colour] {
  const isVisible = (colour: Colour) => brightnessContrast(colour, background) >= LEAST_BRIGHTNESS_CONTRAST;
  const first = drawColourUntil(isVisible, random);
  const isThird = (colour: Colour) =>
    [background, first].every((other) => colourContrast(colour, other) >= LEAST_COLOUR_CONTRAST);
  return [first, drawColourUntil(isThird, random)];
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

function addNoise(pixels: Uint8Array, canvas: Float64Array, random: JumpableRandomGenerator): void {
  for (let i = 0; i < canvas.length; i++) {
    const noisy = Math.round(canvas[i]! + between(-LARGEST_NOISE, LARGEST_NOISE, random));
    pixels[i] = Math.min(255, Math.max(0, noisy));
  }
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
