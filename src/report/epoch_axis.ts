/** The axis of epochs: linear, or their logarithm. */
import type * as Plot from "@observablehq/plot";
import type { Row } from "./rows.ts";

/** What of the epochs is to be drawn, and how. */
interface Span {
  readonly x?: "linear" | "log";
  readonly epochs?: readonly [from: number, to: number];
  readonly lastEpoch: number;
}

export interface EpochScale {
  readonly type: "linear" | "log" | "symlog";
  readonly domain: [from: number, to: number];
}

/** A logarithm has no place for epoch 0; where the network was measured before its first step, its like that has one is taken. */
export function epochScale(rows: readonly Row[], { x, epochs, lastEpoch }: Span): EpochScale {
  const hasInitial = rows.some(({ epoch }) => epoch === 0) && (epochs?.[0] ?? 0) === 0;
  const type = x === "log" ? (hasInitial ? "symlog" : "log") : "linear";
  const [from, to] = epochs ?? [0, Math.max(2, lastEpoch)];
  return { type, domain: [type === "log" ? Math.max(1, from) : from, to] };
}

/** As few as are read with ease; a logarithm that is Plot's own has its own. */
export function ticksOfEpochs({ type, domain: [from, to] }: EpochScale): Plot.AxisXOptions {
  if (type === "log") return {};
  if (type === "linear") return { ticks: Math.min(to - from, 5), tickFormat: "d" };
  const decades = Array.from({ length: Math.floor(Math.log10(to)) + 1 }, (_, i) => 10 ** i);
  const ticks = decades.flatMap((decade) => [decade, 3 * decade]).filter((epoch) => epoch <= to);
  return { ticks: [0, ...ticks], tickFormat: "d" };
}
