/** The cells of a study as `deno task study` lists them. */
import type { CellResult } from "../study/results.ts";
import { STATES } from "../study/state.ts";
import type { Study } from "../study/study.ts";

/** Cells that are listed by name, of each state. */
const LISTED = 8;

/** How many cells are in each state, and the first of those that are not done by name. */
export function listing({ file, cells, folder }: Study, results: readonly CellResult[]): string {
  const lines = STATES.flatMap((state) => {
    const those = results.filter((result) => result.state === state);
    if (those.length === 0) return [];
    const names = state === "done" ? [] : those.slice(0, LISTED).map(described);
    const more = those.length - names.length;
    return [
      `${String(those.length).padStart(6)} ${state}`,
      ...names.map((name) => `       ${name}`),
      ...names.length > 0 && more > 0 ? [`       and ${more} more`] : [],
    ];
  });
  return [`${file.name}: ${cells.length} cells of ${file.dataset}, in ${folder}`, ...lines].join("\n");
}

function described({ cell, epochs, reason, attempts }: CellResult): string {
  const { protocol: { training: { epochs: all } }, name } = cell;
  const progress = epochs === 0 ? "" : `  epoch ${epochs}/${all}`;
  return `${name}${progress}${reason === null ? "" : `  ${attempts} × ${reason}`}`;
}
