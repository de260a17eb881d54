/** Frames of a run whose class means close on a simplex and whose samples close on their means, made of formulas. */
import { frameOf, SAMPLES } from "../../src/collapse/geometry.ts";
import { simplexCorners } from "../../src/collapse/simplex.ts";
import type { NamedFrame } from "../../src/run/geometry.ts";

const CLASSES = 10;
const WIDTH = 16;

/** A frame an epoch; `names` of the classes. */
export function framesAt(epochs: readonly number[], names: readonly string[] | null): readonly NamedFrame[] {
  return epochs.map((epoch, at) => ({ ...frameAt(epoch, 1 - at / Math.max(1, epochs.length - 1)), names }));
}

/** `open` is 1 for a cloud and 0 for a simplex. */
function frameAt(epoch: number, open: number) {
  const corners = simplexCorners(CLASSES, CLASSES);
  const noise = (...at: number[]) =>
    Math.sin(at.reduce((sum, value, i) => sum + value * (12.9898 + 65.719 * i), 1) * 43.7);
  const vector = (c: number, part: number, size: number) =>
    Array.from({ length: WIDTH }, (_, i) => (corners[c]![i] ?? 0) + size * open * noise(c, i, part));
  const list = Array.from({ length: CLASSES }, (_, c) => c);
  return frameOf({
    epoch,
    width: WIDTH,
    means: Float64Array.from(list.flatMap((c) => vector(c, 0, 0.25))),
    weight: Float64Array.from(list.flatMap((c) => vector(c, 1, 0.5))),
    samples: list.map((c) => Array.from({ length: SAMPLES }, (_, i) => vector(c, 2 + i, 0.45))),
  });
}
