/**
 * The ten outlines and ten fills of the drawn sets. Coordinates (u, v) are the outline's own: its centre is the
 * origin and it reaches about as far as the unit disc. Only +, −, ×, ÷, roots, comparisons and rounding are used,
 * which every platform computes alike, so that drawings are the same to the byte everywhere.
 */

/** Whether the point (u, v) lies inside the outline. */
export interface Outline {
  readonly name: string;
  readonly inside: (u: number, v: number) => boolean;
}

/** How much of the second colour the point (u, v) gets: 0 none, 1 all. */
export interface Fill {
  readonly name: string;
  readonly tone: (u: number, v: number) => number;
}

/** Class of the drawn sets: `OUTLINES[label]` in Drawn10, `OUTLINES[⌊label / 10⌋]` in Drawn100. */
export const OUTLINES: readonly Outline[] = [
  { name: "disc", inside: (u, v) => within(u, v, 0.9) },
  { name: "ring", inside: (u, v) => within(u, v, 1) && !within(u, v, 0.55) },
  { name: "square", inside: (u, v) => Math.max(Math.abs(u), Math.abs(v)) < 0.72 },
  { name: "triangle", inside: (u, v) => v > -0.5 && v + SQRT3 * Math.abs(u) < 1 },
  {
    name: "cross",
    inside: (u, v) => Math.min(Math.abs(u), Math.abs(v)) < 0.24 && Math.max(Math.abs(u), Math.abs(v)) < 0.95,
  },
  { name: "bars", inside: (u, v) => Math.abs(u) < 0.75 && Math.abs(v) < 0.75 && (Math.abs(v) > 0.3) },
  { name: "crescent", inside: (u, v) => within(u, v, 1) && !within(u - 0.45, v, 0.8) },
  { name: "half disc", inside: (u, v) => within(u, v + 0.35, 1) && v > -0.35 },
  { name: "hourglass", inside: (u, v) => Math.abs(v) < 0.9 && Math.abs(u) < 0.08 + 0.7 * Math.abs(v) },
  { name: "ell", inside: (u, v) => Math.max(Math.abs(u), Math.abs(v)) < 0.75 && Math.min(u, v) < -0.25 },
];

/** Drawn100's second attribute, `FILLS[label mod 10]`; Drawn10 uses the first one throughout. */
export const FILLS: readonly Fill[] = [
  { name: "plain", tone: () => 0 },
  { name: "halves", tone: (u) => (u < 0 ? 1 : 0) },
  { name: "gradient", tone: (u) => (u + 1) / 2 },
  { name: "quarters", tone: (u, v) => ((u < 0) === (v < 0) ? 1 : 0) },
  { name: "wide stripes", tone: (u) => stripe(u, 0.8) },
  { name: "narrow stripes", tone: (u) => stripe(u, 0.38) },
  { name: "chequer", tone: (u, v) => (stripe(u, 0.8) === stripe(v, 0.8) ? 1 : 0) },
  { name: "dots", tone: (u, v) => (within(fold(u, 0.5), fold(v, 0.5), 0.16) ? 1 : 0) },
  { name: "rings", tone: (u, v) => stripe(u * u + v * v, 0.5) },
  { name: "wedge", tone: (u, v) => (v > Math.abs(u) ? 1 : 0) },
];

const SQRT3 = Math.sqrt(3);

function within(u: number, v: number, radius: number): boolean {
  return u * u + v * v < radius * radius;
}

/** 1 and 0 in turn, each for half a period. */
function stripe(x: number, period: number): number {
  return x / period - Math.floor(x / period) < 0.5 ? 1 : 0;
}

/** Distance from the nearest multiple of `period`, signed. */
function fold(x: number, period: number): number {
  return x - period * Math.round(x / period);
}
