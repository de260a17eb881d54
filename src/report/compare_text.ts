/** Runs compared as a table for a terminal: a line a column of metrics.csv, a column a run. */
import { differencesOf, endsOfFigure, endWords, type Group, lastEpochsOf } from "./compare.ts";
import type { Figure } from "./figure.ts";
import { formatOf } from "./format.ts";
import type { Row } from "./rows.ts";

/** Lines of text; control characters of names are shown as spaces. */
export function compareText(
  groups: readonly Group[],
  figures: readonly Figure[],
  rows: readonly Row[],
): string {
  const differences = differencesOf(groups).map(({ key, values }) => [key, ...values]);
  const values = figures.flatMap((figure) =>
    [...endsOfFigure(figure, rows, groups)].map(([column, ends]) => [
      column,
      ...groups.map(({ name }) => {
        const end = ends.get(name);
        return end === undefined ? "–" : endWords(end, formatOf(figure));
      }),
    ])
  );
  const stands = ["last epoch", ...groups.map((group) => lastEpochsOf(group).join(", "))];
  return aligned([["", ...groups.map(({ name }) => name)], ...differences, stands, ...values]);
}

function aligned(table: readonly (readonly string[])[]): string {
  // deno-lint-ignore no-control-regex
  const clean = table.map((row) => row.map((cell) => cell.replace(/[\u0000-\u001f\u007f-\u009f]/g, " ")));
  const widths = clean[0]!.map((_, i) => Math.max(...clean.map((row) => [...row[i] ?? ""].length)));
  return clean.map((row) =>
    row.map((cell, i) => cell + " ".repeat(widths[i]! - [...cell].length)).join("  ").trimEnd()
  )
    .join("\n");
}
