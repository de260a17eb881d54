/** What all measured definitions say together, in the sentences that a person would write. */
import { listed } from "../names.ts";
import type { FamilyComparison } from "./comparison.ts";
import { type RunContext, withoutPhase } from "./terminal.ts";
import { type Call, type Level, RULE, type Trend } from "./verdict.ts";
import { plural } from "./verdict_marks.ts";

const LEVEL_WORDS: readonly (readonly [Level, string])[] = [
  ["at", `at it (within ${RULE.at * 100}\u202f% of a scale)`],
  ["near", `near it (within ${RULE.near * 100}\u202f%)`],
  ["far", "far from it"],
];

const TREND_WORDS: readonly (readonly [Trend, string])[] = [
  ["falling", "still come nearer"],
  ["flat", "have stopped"],
  ["rising", "move away"],
];

export function definitionsLede(
  { families, context: { phase }, epochs }: {
    readonly families: readonly FamilyComparison[];
    readonly context: RunContext;
    /** Measured epochs. */
    readonly epochs: readonly number[];
  },
): string {
  const measured = families.flatMap((family) => family.definitions)
    .map(({ readings }) => readings.filter(({ last }) => last !== null))
    .filter((readings) => readings.length > 0);
  const readings = measured.flat();
  const calls = readings.filter(({ votes }) => votes).map(({ verdict }) => verdict!);
  const opening =
    `“Neural collapse” has many definitions. ${plural(measured.length, "of them was", "of them were")} ` +
    `measured here, on ${plural(epochs.length, "checkpoint")}.`;
  if (phase.start === null) {
    return `${opening} ${withoutPhase(phase)}, so none of them has a trend over a terminal phase.`;
  }
  if (readings.every(({ verdict }) => (verdict?.trend ?? null) === null)) {
    return `${opening} The terminal phase has too few checkpoints for a trend: ${RULE.checkpoints} are needed.`;
  }
  const contradicting = readings.filter((reading) => reading.contradicts).length;
  const dissent = contradicting === 0
    ? "None contradicts its family."
    : `${contradicting} ${contradicting === 1 ? "contradicts its" : "contradict their"} family.`;
  const silent = readings.filter(({ uninformative }) => uninformative !== null).length;
  const left = silent === 0
    ? ""
    : ` ${
      plural(silent, "column says", "columns say")
    } nothing of collapse for so many classes and features of this width.`;
  return [
    opening,
    `Copies counted once, ${
      plural(calls.length, "quantity", "quantities")
    } of training images and classifier ` +
    `can be judged by their distance from perfect collapse: ${
      counted(LEVEL_WORDS, calls, ({ level }) => level)
    }.`,
    `Over the terminal phase ${counted(TREND_WORDS, calls, ({ trend }) => trend)}.`,
    `${dissent}${left}`,
  ].join(" ");
}

/** "4 are near it, 2 are far from it", without those that none is. */
function counted<T extends string>(
  words: readonly (readonly [T, string])[],
  calls: readonly Call[],
  said: (call: Call) => Level | Trend | null,
): string {
  const parts = words.flatMap(([word, phrase]) => {
    const count = calls.filter((call) => said(call) === word).length;
    return count === 0 ? [] : [`${count} ${phrase}`];
  });
  return parts.length === 0 ? "none says anything" : listed(parts);
}
