/** Frames of the moving picture as a page holds them: two bytes a coordinate, where their digits take six. */
import type { Frame } from "../collapse/geometry.ts";
import { packWords, unpackWords } from "./packed.ts";

export interface PackedFrame {
  readonly epoch: number;
  readonly classes: readonly number[];
  /** How many samples each of the classes has. */
  readonly samples: readonly number[];
  /** C where the frame has cosines, else null. */
  readonly cosines: number | null;
  /** What 1 stands for in `values`. */
  readonly unit: number;
  /** Means, rows, samples and cosines, row after row. */
  readonly values: string;
}

/** Frames are written in thousandths. */
const UNIT = 1e-3;
/** Added to a number, so that none is below zero; the largest there is. */
const MIDDLE = 0x8000;

/** Exact in thousandths; where a coordinate is beyond 32, as far out of the picture, all of the frame in coarser steps. */
export function packFrame({ epoch, classes, means, rows, samples, cosines }: Frame): PackedFrame {
  const parts = [means, rows, ...samples, ...cosines ? [cosines.means, cosines.rows] : []];
  const numbers = parts.flatMap((part) => part.flat());
  const most = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const unit = Math.max(UNIT, most / (MIDDLE - 1));
  const words = numbers.map((value) => Math.round(value / unit) + MIDDLE);
  return {
    epoch,
    classes,
    samples: samples.map((own) => own.length),
    cosines: cosines === null ? null : cosines.means.length,
    unit,
    // Words come in pairs.
    values: packWords(words.length % 2 === 0 ? words : [...words, 0]),
  };
}

export function unpackFrame({ epoch, classes, samples, cosines, unit, values }: PackedFrame): Frame {
  const words = unpackWords(values);
  let at = 0;
  const number = () => {
    const steps = words[at++]! - MIDDLE;
    // Thousandths as they were written, not a rounding beside them.
    return unit === UNIT ? steps / 1000 : steps * unit;
  };
  const matrix = (rows: number, columns: number) =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, number));
  const k = classes.length;
  return {
    epoch,
    classes,
    means: matrix(k, k),
    rows: matrix(k, k),
    samples: samples.map((count) => matrix(count, k)),
    cosines: cosines === null ? null : { means: matrix(cosines, cosines), rows: matrix(cosines, cosines) },
  };
}
