/**
 * torchvision's Resize(size) and CenterCrop(size) of an image as Pillow holds it: the shorter side becomes `size`, by
 * Pillow's bilinear filter, which is a triangle as wide as a pixel of the smaller image (antialias). The bytes are
 * Pillow's: rows first, then columns, in whole numbers with 22 binary digits behind the point, rounded each time.
 */
import type { Picture } from "./picture.ts";

const UNIT = 2 ** 22;

/** `size` rows and columns: channels × size × size, row-major, from the centre of the resized image. */
export function resizedCrop(picture: Picture, size: number): Uint8Array {
  const { width, height } = picture;
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  const scaled = Math.trunc(size * long / short);
  const [toWidth, toHeight] = width < height ? [size, scaled] : [scaled, size];
  const resized = width === toWidth && height === toHeight ? picture : resize(picture, toWidth, toHeight);
  return cropped(resized, size);
}

/** The image with its channels apart. */
export function planesOf(picture: Picture): Uint8Array {
  return cut(picture, { top: 0, left: 0, height: picture.height, width: picture.width });
}

function cropped(picture: Picture, size: number): Uint8Array {
  const [top, left] = [picture.height, picture.width].map((side) => halfToEven(side - size)) as [
    number,
    number,
  ];
  return cut(picture, { top, left, height: size, width: size });
}

/** Half of a number as Python rounds it: of two whole numbers as near, the even one. */
function halfToEven(value: number): number {
  const half = Math.floor(value / 2);
  return value % 2 === 0 || half % 2 === 0 ? half : half + 1;
}

function cut(
  { width: across, channels, data }: Picture,
  { top, left, height, width }: { top: number; left: number; height: number; width: number },
): Uint8Array {
  const planes = new Uint8Array(channels * height * width);
  for (let channel = 0, to = 0; channel < channels; channel++) {
    for (let row = 0; row < height; row++) {
      const from = ((top + row) * across + left) * channels + channel;
      for (let column = 0; column < width; column++) planes[to++] = data[from + column * channels]!;
    }
  }
  return planes;
}

function resize(picture: Picture, toWidth: number, toHeight: number): Picture {
  const { width, height, channels, data } = picture;
  const wide = toWidth === width
    ? data
    : resample(data, { lines: height, size: width, stride: channels, to: toWidth, channels });
  const tall = toHeight === height ? wide : resample(wide, {
    lines: 1,
    size: height,
    stride: toWidth * channels,
    to: toHeight,
    channels: toWidth * channels,
  });
  return { width: toWidth, height: toHeight, channels, data: tall };
}

/**
 * Resamples `lines` lines of `size` places, `stride` bytes from one to the next and `channels` of them taken alike, to
 * `to` places each.
 */
function resample(
  data: Uint8Array,
  { lines, size, stride, to, channels }: {
    lines: number;
    size: number;
    stride: number;
    to: number;
    channels: number;
  },
): Uint8Array {
  const taps = tapsOf(size, to);
  const result = new Uint8Array(lines * to * channels);
  let at = 0;
  for (let line = 0; line < lines; line++) {
    const start = line * size * stride;
    for (const { first, weights } of taps) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = UNIT / 2;
        let from = start + first * stride + channel;
        for (const weight of weights) {
          sum += data[from]! * weight;
          from += stride;
        }
        result[at++] = Math.min(255, Math.max(0, Math.floor(sum / UNIT)));
      }
    }
  }
  return result;
}

/** Which places of `size` each of `to` is made of, from `first` on, and their weights in units. */
function tapsOf(size: number, to: number): { first: number; weights: number[] }[] {
  const scale = size / to;
  const support = Math.max(scale, 1);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(size, Math.trunc(centre + support + 0.5));
    const raw = Array.from(
      { length: end - first },
      (_, k) => Math.max(0, 1 - Math.abs((k + first - centre + 0.5) * (1 / support))),
    );
    const sum = raw.reduce((a, b) => a + b, 0);
    return { first, weights: raw.map((weight) => Math.trunc(0.5 + weight / sum * UNIT)) };
  });
}
