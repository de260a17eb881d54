/**
 * What a curve says of collapse: its level, how far the last checkpoint is from the value at perfect collapse, and its
 * trend over the terminal phase. Pure functions of numbers; the rules are stated in RULE and in words beside it.
 */
import { median } from "./median.ts";
import type { Stretch } from "./terminal.ts";

export const LEVELS = ["at", "near", "far"] as const;
export type Level = (typeof LEVELS)[number];

const TRENDS = ["falling", "flat", "rising"] as const;
/** Of the distance: what falls comes nearer to collapse. */
export type Trend = (typeof TRENDS)[number];

export interface Call {
  /** Null where the last checkpoint has no value, or nothing to compare it with: no scale and no distance before it. */
  readonly level: Level | null;
  /** Null where there are too few checkpoints to say. */
  readonly trend: Trend | null;
}

export interface CurvePoint {
  readonly epoch: number;
  /** Null where it is not defined. */
  readonly value: number | null;
}

export interface Verdict extends Call {
  /** |value − reference| over the same at the base, in the order of the readings; null where there is no value. */
  readonly scaled: readonly { readonly epoch: number; readonly distance: number | null }[];
  /** The first reading that is away from the reference, to which the others are compared; null where none is. */
  readonly base: { readonly epoch: number; readonly value: number } | null;
  /** By what factor the distance is smaller in the last reading than at the base; Infinity where it is zero; null where there is no value. */
  readonly fall: number | null;
  /** The same over the window alone: from its first value to its last. Null where either is missing or the first is zero. */
  readonly windowFall: number | null;
  /** Where the trend was looked for. */
  readonly window: Stretch | null;
  /** Why there is no trend, in a few words. */
  readonly reason: string | null;
}

/** The thresholds. */
export const RULE = {
  /** Distance over the scale up to which a value is at, and near to, collapse. */
  at: 0.01,
  near: 0.1,
  /** Checkpoints with a value that the window of a trend must have. */
  checkpoints: 4,
  /** Median distance of the last third / that of the first third. */
  falling: 0.8,
  rising: 1.25,
  /** Distances up to this multiple of |reference|, or of the scale, are rounding, and count as zero. */
  rounding: 1e-12,
} as const;

export interface JudgeOptions {
  /** The last unbroken stretch of the terminal phase. */
  readonly window: Stretch | null;
  /** The distance that shows no trace of collapse; null for that of the first checkpoint away from the reference. */
  readonly scale: number | null;
}

/**
 * Judges the readings of one metric, ascending by epoch, by their distance from `reference`, the value at perfect
 * collapse. Level: of the last reading, over the scale. Trend: the median distance in the last third of the checkpoints
 * of the window against that in the first third (thirds rounded up), so that from seven on one odd checkpoint moves none.
 */
export function judge(
  readings: readonly CurvePoint[],
  reference: number,
  { window, scale }: JudgeOptions,
): Verdict {
  const rounding = RULE.rounding * Math.max(Math.abs(reference), scale ?? 0);
  const distances = readings.map(({ value }) => {
    if (value === null) return null;
    const distance = Math.abs(value - reference);
    return distance <= rounding ? 0 : distance;
  });
  const baseAt = distances.findIndex((distance) => distance !== null && distance > 0);
  const base = baseAt < 0 ? 1 : distances[baseAt]!;
  const scaled = readings.map(({ epoch }, i) => ({
    epoch,
    distance: distances[i] === null ? null : finite(distances[i]! / base),
  }));
  const inWindow = window === null
    ? []
    : scaled.filter(({ epoch }) => epoch >= window.from && epoch <= window.to);
  return {
    scaled,
    base: baseAt < 0 ? null : { epoch: readings[baseAt]!.epoch, value: readings[baseAt]!.value! },
    fall: baseAt < 0 ? null : foldOf(1, scaled.at(-1)!.distance),
    windowFall: foldOf(inWindow[0]?.distance ?? null, inWindow.at(-1)?.distance ?? null),
    window,
    // The reading that would be its own yardstick is not far from anything.
    level: scale === null && baseAt === readings.length - 1
      ? null
      : levelOf(distances.at(-1)!, scale ?? base),
    ...trendOf(window, inWindow.map(({ distance }) => distance)),
  };
}

/** What most of the votes say, of level and of trend apart; null for a tie or where none says anything. */
export function majority(votes: readonly Call[]): Call {
  return {
    level: mostOf(LEVELS, votes.map(({ level }) => level)),
    trend: mostOf(TRENDS, votes.map(({ trend }) => trend)),
  };
}

/**
 * Whether a definition denies what its family says: one of the two is at collapse and the other far from it, or they
 * move in opposite directions. What is at collapse itself may waver there.
 */
export function contradicts(own: Call, family: Call): boolean {
  const apart = opposite(own.level, family.level, "at", "far");
  return apart || (own.level !== "at" && opposite(own.trend, family.trend, "falling", "rising"));
}

/** The rules as a reader needs them, from the numbers above. */
export const RULE_WORDS = {
  level: `“at” up to ${RULE.at * 100}\u202f% of the scale, “near” up to ${
    RULE.near * 100
  }\u202f%, “far” beyond`,
  trend:
    `“falling” where the median distance in the last third of its checkpoints is at most ${RULE.falling} of that in ` +
    `the first third, “rising” from ${RULE.rising} of it, “flat” in between; with fewer than ${RULE.checkpoints} ` +
    "checkpoints there is no trend",
  family:
    "Each distinct quantity on training images and on the classifier has one vote: columns that are equal to the " +
    "digit in every checkpoint vote once. A family's level is the one most of them have, its trend likewise; a tie is none",
  dissent:
    "A voter contradicts its family where one of the two is at collapse and the other far from it, or where they " +
    "move in opposite directions and the voter is not at collapse",
} as const;

/** "near, flat"; null where there is neither. */
export function callWords({ level, trend }: Call): string | null {
  const words = [level, trend].filter((word) => word !== null);
  return words.length === 0 ? null : words.join(", ");
}

/** How many of the calls are alike, in the order of levels and then of trends. */
export function countCalls(calls: readonly Call[]): { readonly words: string; readonly count: number }[] {
  const groups = Map.groupBy(calls.filter((call) => callWords(call) !== null), (call) => callWords(call)!);
  const place = ({ level, trend }: Call) =>
    10 * (level === null ? 9 : LEVELS.indexOf(level)) + (trend === null ? 9 : TRENDS.indexOf(trend));
  return [...groups].toSorted(([, a], [, b]) => place(a[0]!) - place(b[0]!))
    .map(([words, those]) => ({ words, count: those.length }));
}

function levelOf(distance: number | null, scale: number): Level | null {
  if (distance === null) return null;
  if (distance <= RULE.at * scale) return "at";
  return distance <= RULE.near * scale ? "near" : "far";
}

function trendOf(
  window: Stretch | null,
  all: readonly (number | null)[],
): Pick<Verdict, "trend" | "reason"> {
  if (window === null) return { trend: null, reason: "no terminal phase is known" };
  if (all.length < RULE.checkpoints) return { trend: null, reason: "too few checkpoints for a trend" };
  const distances = all.filter((distance) => distance !== null);
  if (distances.length < RULE.checkpoints) return { trend: null, reason: "defined too rarely for a trend" };
  const third = Math.ceil(distances.length / 3);
  const [early, late] = [median(distances.slice(0, third)), median(distances.slice(-third))];
  if (early === 0 && late === 0) return { trend: "flat", reason: null };
  if (late <= RULE.falling * early) return { trend: "falling", reason: null };
  return { trend: late >= RULE.rising * early ? "rising" : "flat", reason: null };
}

function mostOf<T extends string>(words: readonly T[], votes: readonly (T | null)[]): T | null {
  const counts = words.map((word) => votes.filter((vote) => vote === word).length);
  const most = Math.max(...counts);
  return most > 0 && counts.filter((count) => count === most).length === 1
    ? words[counts.indexOf(most)]!
    : null;
}

function opposite<T>(a: T | null, b: T | null, one: T, other: T): boolean {
  return (a === one && b === other) || (a === other && b === one);
}

/** A ratio beyond all numbers is the largest of them. */
function finite(ratio: number): number {
  return Math.min(ratio, Number.MAX_VALUE);
}

function foldOf(first: number | null, last: number | null): number | null {
  return first === null || last === null || first === 0 ? null : first / last;
}
