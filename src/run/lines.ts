/** metrics.jsonl: what metrics.csv holds, for each row an object of JSON on a line, for programs that follow a training. */
import { writeWhole } from "../files.ts";
import { readMetrics } from "./metrics.ts";
import type { RunPaths } from "./paths.ts";
import type { Measurement } from "./tables.ts";

/** The text; null stands for what is not defined. */
function linesText(rows: readonly Measurement[]): string {
  return rows.map(({ epoch, values }) => `${JSON.stringify({ epoch, ...values })}\n`).join("");
}

/** Writes metrics.jsonl of a run anew whenever it is told that metrics.csv has changed. */
export interface Follower extends AsyncDisposable {
  update(): void;
}

/** `epochs` are those that have a checkpoint. Disposing waits for what is being written, and throws where that fails. */
export function followMetrics(paths: RunPaths, epochs: readonly number[]): Follower {
  const write = async () => {
    const table = await readMetrics(paths.metrics, epochs);
    if (table !== null) await writeWhole(paths.lines, linesText(table.measurements));
  };
  let writing = Promise.resolve();
  return {
    update() {
      writing = writing.then(write);
      // Whoever disposes of this hears of it.
      writing.catch(() => {});
    },
    [Symbol.asyncDispose]: () => writing,
  };
}
