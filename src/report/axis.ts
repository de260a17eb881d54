/** Domains and ticks of the y axes, and the values that can be drawn on them. */
import { formatPower } from "./format.ts";

export interface Axis {
  readonly domain: readonly [number, number];
  /** The ticks themselves, or about how many. */
  readonly ticks: readonly number[] | number;
  /** Text of a tick, where the default is not good enough. */
  readonly tickText?: (value: number) => string;
  /** Power of ten that the texts of the ticks leave out, for the axis label. */
  readonly unit?: string;
}

/** "percent" ends at 100 and starts near the lowest value; "linear" starts at 0. */
export type AxisKind = "percent" | "linear" | "log";

/** From 0 where values stay within a decade, or else logarithmic. */
export function kindFor(values: readonly number[]): "linear" | "log" {
  const [low, high] = extent(values.filter((value) => value > 0));
  return high > 10 * low ? "log" : "linear";
}

/** The same where no value may be left out of what is drawn: logarithmic only where each has a place. */
export function kindForEach(values: readonly number[]): "linear" | "log" {
  return values.every((value) => value > 0) ? kindFor(values) : "linear";
}

/** The smallest and the largest; infinite, the wrong way round, where there are none. Of more numbers than a call has room for. */
export function extent(values: readonly number[]): readonly [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** The axis that holds `values`, which must be drawable on it. */
export function axisFor(kind: AxisKind, values: readonly number[]): Axis {
  if (values.length === 0) return { domain: kind === "log" ? [0.1, 1] : [0, 1], ticks: [] };
  const [low, high] = extent(values);
  if (kind === "log") return logAxis(low, high);
  if (kind === "percent") return { domain: [Math.min(90, Math.floor(low / 10) * 10), 100], ticks: 5 };
  return linearAxis(low, high);
}

/** Whether a value has a place on the axis. */
export function isDrawable(kind: AxisKind, value: number): boolean {
  return Number.isFinite(value) && (kind !== "log" || value > 0);
}

function linearAxis(low: number, high: number): Axis {
  const domain: [number, number] = [Math.min(0, low), high > 0 ? high * 1.04 : 1];
  const ticks = 5;
  if (high <= 0 || (high >= 1e-3 && high < 1e5)) return { domain, ticks };
  const unit = Number(`1e${Math.floor(Math.log10(high))}`);
  return { domain, ticks, tickText: (value) => (value / unit).toFixed(1), unit: formatPower(unit) };
}

/** Decades where there are enough of them, or else the steps 1, 2, 5, from the one below `low` to the one above `high`. */
function logAxis(low: number, high: number): Axis {
  const decades = stepsBetween(low, high, [1]);
  if (decades.length > 2) {
    return { domain: [low / 1.2, high * 1.2], ticks: thin(decades, 7), tickText: formatDecade };
  }
  const steps = stepsBetween(low / 10, high * 10, [1, 2, 5]);
  const first = steps.findLastIndex((step) => step <= low);
  const last = steps.findIndex((step) => step >= high);
  const ticks = steps.slice(first, Math.max(last, first + 1) + 1);
  const domain: [number, number] = [ticks[0]!, ticks.at(-1)!];
  if (low >= 1e-3 && high < 1e5) return { domain, ticks, tickText: String };
  const unit = Number(`1e${Math.floor(Math.log10(low))}`);
  return {
    domain,
    ticks,
    tickText: (value) => String(Number((value / unit).toPrecision(1))),
    unit: formatPower(unit),
  };
}

/** All m × 10^k from `low` to `high`, ascending, for the given multiples m. */
function stepsBetween(low: number, high: number, multiples: readonly number[]): number[] {
  const steps: number[] = [];
  for (let k = Math.floor(Math.log10(low)); k <= Math.ceil(Math.log10(high)); k++) {
    for (const multiple of multiples) steps.push(Number(`${multiple}e${k}`));
  }
  return steps.filter((step) => step >= low && step <= high);
}

/** Every n-th tick, so that at most `most` are left. */
function thin(ticks: readonly number[], most: number): number[] {
  const stride = Math.ceil(ticks.length / most);
  return ticks.filter((_, i) => i % stride === 0);
}

function formatDecade(value: number): string {
  return value >= 1e-3 && value < 1e4 ? String(value) : formatPower(value);
}
