/** Which values hang on the tolerance of an inverse, so that whoever prints them prints the doubt beside them. */
import type { Trust, TrustRecord } from "../run/tables.ts";

type Doubt = Exclude<NonNullable<Trust["sensitivity"]>["verdict"], "stable">;

/** What trust.json says against a value; null where it says nothing. */
export function doubtOf(trust: TrustRecord | null, epoch: number, metric: string): Doubt | null {
  const checkpoint = trust?.checkpoints.find((entry) => entry.epoch === epoch);
  const verdict = checkpoint?.metrics[metric]?.sensitivity?.verdict ?? "stable";
  return verdict === "stable" ? null : verdict;
}

/** Behind a doubtful number. */
export const DOUBT_MARK = " (?)";

/** What the mark means. */
export const DOUBT_WORDS =
  "(?) marks values that change with the tolerance of the inverse in them (see trust.json)";
