/** What is said of a value under the pointer. */
/// <reference lib="dom" />
import type { Point } from "../report/curves.ts";
import { formatValue } from "../report/format.ts";
import type { ShownTrust } from "../report/rows.ts";

/** Why there is no value; null where there is one. */
export function reasonUndefined({ value, doubt }: Pick<Point, "value" | "doubt">): string | null {
  return value === null ? doubt?.undefined ?? "not defined; the reason was not recorded" : null;
}

/** Interval, sensitivity, rank and note of a value; empty where nothing is known. */
export function doubtWords(doubt: ShownTrust | null): string {
  if (doubt === null) return "";
  const { interval, sensitivity, rank, note } = doubt;
  return [
    interval ? `${formatValue(interval.low)} to ${formatValue(interval.high)}` : "",
    sensitivity ? `${sensitivity.verdict} inverse` : "",
    rank ? `${rank.kept} of ${rank.of} modes` : "",
    note ?? "",
  ].filter(Boolean).join("; ");
}
