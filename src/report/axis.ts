/** Domains and ticks of the y axes, and the values that can be drawn on them. */
import type { Figure } from "./figure.ts";
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

/** The y axis that holds `values`, which must be drawable on the figure's scale. */
export function axisFor(scale: Figure["scale"], values: readonly number[]): Axis {
  if (values.length === 0) return { domain: scale === "log" ? [0.1, 1] : [0, 1], ticks: [] };
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (scale === "log") return logAxis(low, high);
  if (scale === "percent") return { domain: [Math.min(90, Math.floor(low / 10) * 10), 100], ticks: 5 };
  return linearAxis(low, high);
}

/** Whether a value has a place on the scale. */
export function isDrawable(scale: Figure["scale"], value: number): boolean {
  return Number.isFinite(value) && (scale !== "log" || value > 0);
}

function linearAxis(low: number, high: number): Axis {
  const domain: [number, number] = [Math.min(0, low), high > 0 ? high * 1.04 : 1];
  const ticks = 5;
  if (high <= 0 || (high >= 1e-3 && high < 1e5)) return { domain, ticks };
  const unit = Number(`1e${Math.floor(Math.log10(high))}`);
  return { domain, ticks, tickText: (value) => (value / unit).toFixed(1), unit: formatPower(unit) };
}

function logAxis(low: number, high: number): Axis {
  const domain: [number, number] = [low / 1.2, high * 1.2];
  const decades = stepsWithin(domain, [1]);
  const ticks = decades.length > 2 ? thin(decades, 7) : stepsWithin(domain, [1, 2, 5]);
  return { domain, ticks, tickText: formatTick };
}

/** All m × 10^k in the domain, for the given multiples m. */
function stepsWithin([low, high]: readonly [number, number], multiples: readonly number[]): number[] {
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

function formatTick(value: number): string {
  return value >= 1e-3 && value < 1e4 ? String(value) : formatPower(value);
}
