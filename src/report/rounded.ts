/** Numbers of three significant digits, as pages show them, in two bytes each: a page may hold tens of thousands of intervals. */
import { packWords, unpackWords } from "./packed.ts";

const DIGITS = 3;
/** Mantissas 100 to 999, and the same below zero. */
const MANTISSAS = 900;
const SIGNED = 2 * MANTISSAS;
/** Decades that a list may span; what is smaller than its largest number by more is 0. */
const DECADES = 36;
const [ZERO, MISSING] = [0xfffe, 0xffff];
/** Added to the exponent of the smallest decade, which stands before the numbers, with nothing beside it: words come in pairs. */
const BIAS = 400;

/** An even count of `values`, rounded as `formatValue` rounds them, missing ones kept as such. */
export function packRounded(values: readonly (number | null)[]): string {
  const parts = values.map(partsOf);
  const most = Math.max(...parts.map((part) => typeof part === "string" ? -Infinity : part.exponent));
  const least = Number.isFinite(most) ? most - DECADES + 1 : 0;
  return packWords([
    ...[least + BIAS, 0],
    ...parts.map((part) => {
      if (part === "missing") return MISSING;
      if (part === "zero" || part.exponent < least) return ZERO;
      return SIGNED * (part.exponent - least) + (part.negative ? MANTISSAS : 0) + part.mantissa - 100;
    }),
  ]);
}

/** NaN for missing ones. */
export function unpackRounded(text: string): Float64Array {
  const [biased, , ...words] = unpackWords(text);
  return Float64Array.from(words, (word) => {
    if (word === MISSING) return NaN;
    if (word === ZERO) return 0;
    const exponent = Math.floor(word / SIGNED) + biased! - BIAS;
    const mantissa = 100 + word % MANTISSAS;
    const sign = word % SIGNED < MANTISSAS ? "" : "-";
    return Number(`${sign}${mantissa}e${exponent - (DIGITS - 1)}`);
  });
}

type Parts =
  | "zero"
  | "missing"
  | { readonly negative: boolean; readonly mantissa: number; readonly exponent: number };

/** ±mantissa × 10^(exponent − 2). */
function partsOf(value: number | null): Parts {
  if (value === null || !Number.isFinite(value)) return "missing";
  if (value === 0) return "zero";
  const [digits, exponent] = Math.abs(value).toExponential(DIGITS - 1).split("e") as [string, string];
  return { negative: value < 0, mantissa: Number(digits.replace(".", "")), exponent: Number(exponent) };
}
