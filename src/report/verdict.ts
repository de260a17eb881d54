/**
 * What a curve says of collapse: how far it has come since the first checkpoint, and whether the terminal phase calls
 * the network collapsing, stalled or un-collapsing. Pure functions of numbers; the rule is stated in RULE.
 */

export type Call = "collapsing" | "at collapse" | "stalled" | "un-collapsing";

export interface CurvePoint {
  readonly epoch: number;
  /** Null where it is not defined. */
  readonly value: number | null;
}

export interface Verdict {
  /** |value − reference| over the same at the base, in the order of the readings; null where there is no value. */
  readonly scaled: readonly { readonly epoch: number; readonly distance: number | null }[];
  /** The first reading that is away from the reference, to which the others are compared; null where none is. */
  readonly base: { readonly epoch: number; readonly value: number } | null;
  /** By what factor the distance is smaller in the last reading than at the base; Infinity where it is zero; null where there is no value. */
  readonly fall: number | null;
  readonly call: Call | null;
  /** Why there is no call, in a few words. */
  readonly reason: string | null;
}

/** The thresholds of a call. */
export const RULE = {
  /** Checkpoints with a value that the terminal phase must have. */
  checkpoints: 4,
  /** Median distance of the last third / that of the first third. */
  collapsing: 0.8,
  unCollapsing: 1.25,
  /** Distances up to this multiple of |reference| are rounding, and count as zero. */
  rounding: 1e-12,
} as const;

/**
 * Judges the readings of one metric, ascending by epoch, by their distance from `reference`, the value at perfect
 * collapse. The call compares the median distance in the last third of the checkpoints of the terminal phase with that
 * in the first third (thirds rounded up). From seven checkpoints on, one odd checkpoint does not move a median.
 */
export function judge(
  readings: readonly CurvePoint[],
  reference: number,
  { terminalStart }: { terminalStart: number | null },
): Verdict {
  const rounding = RULE.rounding * Math.abs(reference);
  const distances = readings.map(({ value }) => {
    if (value === null) return null;
    const distance = Math.abs(value - reference);
    return distance <= rounding ? 0 : distance;
  });
  const baseAt = distances.findIndex((distance) => distance !== null && distance > 0);
  const scale = baseAt < 0 ? 1 : distances[baseAt]!;
  const scaled = readings.map(({ epoch }, i) => ({
    epoch,
    distance: distances[i] === null ? null : finite(distances[i]! / scale),
  }));
  return {
    scaled,
    base: baseAt < 0 ? null : { epoch: readings[baseAt]!.epoch, value: readings[baseAt]!.value! },
    fall: baseAt < 0 ? null : fallTo(scaled.at(-1)!.distance),
    ...callOf(scaled, terminalStart),
  };
}

/** The call that more of the definitions make than any other; "at collapse" where all have arrived; null for a tie or none. */
export function majority(calls: readonly (Call | null)[]): Call | null {
  const votes = countCalls(calls);
  const moving = (["collapsing", "stalled", "un-collapsing"] as const).filter((call) => votes[call] > 0);
  if (moving.length === 0) return votes["at collapse"] > 0 ? "at collapse" : null;
  const most = Math.max(...moving.map((call) => votes[call]));
  const leaders = moving.filter((call) => votes[call] === most);
  return leaders.length === 1 ? leaders[0]! : null;
}

/** Whether a definition denies what its family says. One that has arrived at collapse denies only un-collapsing. */
export function contradicts(call: Call | null, family: Call | null): boolean {
  if (call === null || family === null || call === family) return false;
  if (call === "at collapse") return family === "un-collapsing";
  if (family === "at collapse") return call === "un-collapsing";
  return true;
}

export function countCalls(calls: readonly (Call | null)[]): Record<Call, number> {
  const count = (wanted: Call) => calls.filter((call) => call === wanted).length;
  return {
    collapsing: count("collapsing"),
    "at collapse": count("at collapse"),
    stalled: count("stalled"),
    "un-collapsing": count("un-collapsing"),
  };
}

function callOf(scaled: Verdict["scaled"], terminalStart: number | null): Pick<Verdict, "call" | "reason"> {
  if (terminalStart === null) return { call: null, reason: "terminal phase not reached" };
  const terminal = scaled.filter(({ epoch }) => epoch >= terminalStart);
  if (terminal.length < RULE.checkpoints) return { call: null, reason: "too few checkpoints to say" };
  const distances = terminal.map(({ distance }) => distance).filter((distance) => distance !== null);
  if (distances.length < RULE.checkpoints) return { call: null, reason: "defined too rarely to say" };
  const third = Math.ceil(distances.length / 3);
  return { call: compare(median(distances.slice(0, third)), median(distances.slice(-third))), reason: null };
}

function compare(early: number, late: number): Call {
  if (late === 0) return early === 0 ? "at collapse" : "collapsing";
  if (late <= RULE.collapsing * early) return "collapsing";
  return late >= RULE.unCollapsing * early ? "un-collapsing" : "stalled";
}

/** A ratio beyond all numbers is the largest of them. */
function finite(ratio: number): number {
  return Math.min(ratio, Number.MAX_VALUE);
}

function fallTo(last: number | null): number | null {
  return last === null ? null : 1 / last;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
