/** A study of three rates, two words and two seeds, made of formulas. */
import type { Cell } from "../../src/study/cells.ts";
import { parseStudy } from "../../src/study/file.ts";
import type { CellResult } from "../../src/study/results.ts";
import type { Study } from "../../src/study/study.ts";
import { protocolOfTest } from "./finished_run.ts";

const RATES = ["0.01", "0.1", "1"];
const WORDS = ["a<b>", "c&d"];

/** test_accuracy rises with the rate, and self_duality falls; nothing depends on the word. */
export function generatedStudy(): { study: Study; results: CellResult[] } {
  const text = JSON.stringify({
    name: "grid",
    dataset: "Drawn10",
    parameters: { lr: { values: RATES.map(Number) }, note: { values: WORDS } },
    seeds: 2,
  });
  const file = parseStudy(text, "grid.json");
  const results: CellResult[] = RATES.flatMap((lr, i) =>
    WORDS.flatMap((note) =>
      ["0", "1"].map((seed): CellResult => {
        const cell: Cell = {
          index: 0,
          name: `lr=${lr},note=${note},seed=${seed}`,
          options: { lr, note, seed },
          protocol: protocolOfTest(0),
        };
        const last = { test_accuracy: 50 + 10 * i + Number(seed), self_duality: 1 / (1 + i) };
        const best = { epoch: 1, value: last.test_accuracy };
        return { cell, state: "done", attempts: 0, reason: null, epochs: 1, seconds: 1, best, last };
      })
    )
  );
  return {
    study: { file, cells: results.map(({ cell }) => cell), runs: "runs", folder: "runs/grid" },
    results,
  };
}
