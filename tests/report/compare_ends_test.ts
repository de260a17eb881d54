/** Where compared runs end, where not all end alike: values of other epochs, seeds that stopped, nothing known of a protocol. */
import assert from "node:assert/strict";
import {
  comparedRows,
  type ComparedRun,
  differencesOf,
  endsOfFigure,
  endWords,
  groupRuns,
} from "../../src/report/compare.ts";
import { comparedFinding } from "../../src/report/compare_finding.ts";
import { comparisonOf, textOf } from "../../src/report/compare_runs.ts";
import { FIGURES, inReadingOrder } from "../../src/report/figures.ts";
import { pairsOf } from "../../src/report/pair_chart.ts";
import { MEASUREMENTS, RUN, withValues } from "./synthetic_run.ts";

function run(
  name: string,
  measurements = MEASUREMENTS,
  optimizer: Partial<typeof RUN.protocol.optimizer> = {},
  seed = 7,
): ComparedRun {
  const { protocol } = RUN;
  const own = {
    ...protocol,
    optimizer: { ...protocol.optimizer, ...optimizer } as typeof protocol.optimizer,
    training: { ...protocol.training, seed },
  };
  return { name, record: { ...RUN, protocol: own }, measurements, trust: null, log: [] };
}

function foreign(name: string, values: Readonly<Record<string, number>>): ComparedRun {
  return { name, record: null, measurements: [{ epoch: 10, values }], trust: null, log: [] };
}

/** The text of a page, without its script. */
function textIn(runs: readonly ComparedRun[]): string {
  return comparisonOf(groupRuns(runs), null).page.replaceAll(/<style.*?<\/style>|<[^>]*>/gs, " ").replaceAll(
    /\s+/g,
    " ",
  );
}

Deno.test("a value that is not of the last checkpoint bears its epoch", () => {
  const diverged = withValues(MEASUREMENTS, ({ epoch }) => epoch >= 180 ? { self_duality: null } : {});
  const runs = [run("whole"), run("diverged", diverged, { learningRate: 1 })];
  const groups = groupRuns(runs);
  const figure = FIGURES.find(({ columns }) => columns[0]!.column === "self_duality")!;
  const ends = endsOfFigure(figure, comparedRows(groups, FIGURES), groups).get("self_duality")!;
  assert.match(endWords(ends.get("diverged")!), /^\S+ at epoch 175$/);
  assert.match(endWords(ends.get("whole")!), /^\S+$/);
  assert.match(textIn(runs), /0\.\d+ at epoch 175/);
  assert.match(textOf(groups), /^self_duality +\S+ +\S+ at epoch 175$/m);
});

Deno.test("seeds that stopped at another epoch are told, and what the others have alone", () => {
  const runs = [run("a", MEASUREMENTS.slice(0, 21)), run("b", MEASUREMENTS, {}, 8)];
  assert.match(textIn(runs), /2 seeds, to epochs 100 and 350/);
  assert.match(textIn(runs), /0\.\d+ at epoch 350/);
  assert.match(textOf(groupRuns(runs)), /^last epoch +100, 350$/m);
});

Deno.test("one measure against another shows the median of seeds, as their curves do", () => {
  const doubled = withValues(MEASUREMENTS, ({ values }) => ({ self_duality: 3 * values.self_duality! }));
  const rows = comparedRows(groupRuns([run("a"), run("b", doubled, {}, 8)]), FIGURES);
  const pairs = pairsOf(rows, "self_duality", "test_accuracy");
  assert.equal(pairs.length, MEASUREMENTS.length);
  pairs.forEach(({ x }, i) =>
    assert.ok(Math.abs(x / (2 * MEASUREMENTS[i]!.values.self_duality!) - 1) < 1e-12)
  );
});

Deno.test("settings that are alike in short are shown in full", () => {
  const groups = groupRuns([run("a"), run("b", MEASUREMENTS, { learningRate: 0.13 })]);
  assert.deepEqual(differencesOf(groups)[0]!.values, ["0.1302501827396728", "0.13"]);
  const apart = groupRuns([run("a"), run("b", MEASUREMENTS, { learningRate: 0.5 })]);
  assert.deepEqual(differencesOf(apart)[0]!.values, ["0.13", "0.5"]);
});

Deno.test("of runs whose protocols nobody knows nothing is said but that, and no collapse before its phase", () => {
  const runs = [
    foreign("a", { train_accuracy: 55, within_class_variation: 8 }),
    foreign("b", { train_accuracy: 50, within_class_variation: 20 }),
  ];
  const text = textIn(runs);
  assert.match(text, /What differs Nothing that is known\./);
  assert.doesNotMatch(text, /but the seed/);
  const groups = groupRuns(runs);
  const figures = inReadingOrder(FIGURES);
  const { lead } = comparedFinding({ groups, rows: comparedRows(groups, figures), figures });
  assert.match(lead, /^“a” comes nearest to collapse: its spread inside classes ends at 8\.00/);
});
