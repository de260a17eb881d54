/** The headline values: what changed since when, and what speaks against them. */
import assert from "node:assert/strict";
import type { TrustRecord } from "../../src/run/tables.ts";
import { compareDefinitions } from "../../src/report/comparison.ts";
import { FIGURES, figuresOf } from "../../src/report/figures.ts";
import { LAYOUTS } from "../../src/report/layout.ts";
import { page } from "../../src/report/page.ts";
import { summarise } from "../../src/report/summary.ts";
import { contextOf, lastStretch } from "../../src/report/terminal.ts";
import { estimateWidth } from "../../src/report/text_width.ts";
import { MEASUREMENTS, RUN, withValues } from "./synthetic_run.ts";

const WINDOW = { from: 100, to: 350 };

/** Within-class variation is unreliable after the last checkpoint and stable after the first. */
const UNRELIABLE: TrustRecord = {
  format: 1,
  width: 512,
  checkpoints: ([[1, "stable"], [350, "unreliable"]] as const).map(([epoch, verdict]) => ({
    epoch,
    bootstrap: null,
    metrics: { within_class_variation: { sensitivity: { readings: [], spread: 4, verdict } } },
  })),
};

Deno.test("changes are told since the first checkpoint and, apart, over the terminal phase", () => {
  const rows = withValues(MEASUREMENTS, ({ epoch }) => ({
    self_duality: epoch === 1 ? 1 : epoch < 350 ? 0.2 : 0.05,
    train_accuracy: epoch === 1 ? 50 : epoch < 350 ? 99.9 : 100,
  }));
  const lines = summarise({ figures: FIGURES, rows, trust: null, window: WINDOW });
  const changesOf = (metric: string) => {
    const { change, phaseChange } = lines.find((line) => line.metric === metric)!;
    return [change, phaseChange];
  };
  assert.deepEqual(changesOf("self_duality"), ["÷ 20.0", "÷ 4.00"]);
  assert.deepEqual(changesOf("train_accuracy"), ["+50.0 pt", "+0.1 pt"]);
  const without = summarise({ figures: FIGURES, rows, trust: null, window: null });
  assert.ok(without.every(({ phaseChange }) => phaseChange === "–"));
});

Deno.test("a value that trust.json calls unreliable carries its doubt, in the table and in the sentence", () => {
  const lines = summarise({ figures: FIGURES, rows: MEASUREMENTS, trust: UNRELIABLE, window: WINDOW });
  const doubtful = lines.filter(({ first, last }) => `${first}${last}`.includes("(?)"));
  assert.deepEqual(doubtful.map(({ metric }) => metric), ["within_class_variation"]);
  assert.doesNotMatch(doubtful[0]!.first, /\?/);
  assert.match(doubtful[0]!.last, /\(\?\)$/);
  assert.match(draw(UNRELIABLE), /Doubtful, .*: its value at epoch 350 \(unreliable\)\./);
  assert.match(draw(UNRELIABLE), /\(\?\) marks values that change with the tolerance/);
  assert.doesNotMatch(draw(null), /Doubtful|\(\?\)/);
});

Deno.test("the opening says both falls, of the whole run and of the terminal phase, and their epochs", () => {
  const text = draw(null);
  assert.match(text, /Since epoch 1 within-class variation fell \d+-fold, from \S+ to/);
  assert.match(text, /Over the terminal phase, epochs 100 to 350, it fell \S+-fold, from/);
});

/** As a run of class sizes that differ would leave it: the paper's centre sees no simplex where the other does. */
const UNBALANCED = withValues(MEASUREMENTS, ({ values }) => ({
  nc2_equinorm_class_centred_means_train: values.equinorm_means! / 3,
  nc2_equiangular_class_centred_means_train: values.equiangular_means! / 3,
  nc2_maxangle_class_centred_means_train: values.maxangle_means! / 3,
  nc3_self_duality_class_centred_train: values.self_duality! / 3,
}));

Deno.test("figures 2 to 5 of an unbalanced run show both centres and say why they differ", () => {
  const figures = figuresOf(UNBALANCED);
  const added = figures.map(({ series }, i) =>
    series.slice(FIGURES[i]!.series.length).map(({ metric }) => metric)
  );
  assert.deepEqual(added, [
    [],
    ["nc2_equinorm_class_centred_means_train"],
    ["nc2_equiangular_class_centred_means_train"],
    ["nc2_maxangle_class_centred_means_train"],
    ["nc3_self_duality_class_centred_train"],
    [],
    [],
  ]);
  const told = figures.map(({ definition }) =>
    definition.markup.includes("classes of this run are unbalanced")
  );
  assert.deepEqual(told, [false, true, true, true, true, false, false]);
});

Deno.test("no name of a quantity reaches the numbers beside it in the overview's table", () => {
  const names = figuresOf(UNBALANCED).flatMap(({ series }) => series.map(({ quantity }) => quantity));
  assert.equal(names.length, 11 + 4);
  // Numbers of 30 px end 178 px from the left edge of the names, whose widths are estimated from above, by a fifth.
  for (const name of names) assert.ok(estimateWidth(name, LAYOUTS.panel.fontSize) / 1.2 < 178 - 30, name);
});

Deno.test("figures of a balanced run show one centre: the two differ by rounding", () => {
  const balanced = withValues(MEASUREMENTS, ({ values }) => ({
    nc2_equinorm_class_centred_means_train: values.equinorm_means! * (1 + 1e-13),
    nc3_self_duality_class_centred_train: values.self_duality!,
  }));
  assert.deepEqual(figuresOf(balanced), FIGURES);
});

function draw(trust: TrustRecord | null): string {
  const context = contextOf(RUN, [], MEASUREMENTS);
  const families = compareDefinitions({
    measurements: MEASUREMENTS,
    trust,
    classes: 10,
    window: lastStretch(context.phase),
  });
  const pictures = new Map(
    [...FIGURES.map(({ file }) => file), "overview"].map((file) => [file, "<svg></svg>"]),
  );
  const html = page({
    run: RUN,
    measurements: MEASUREMENTS,
    log: [],
    trust,
    families,
    context,
    pictures,
    dataFiles: [],
  });
  return html.replace(/<[^>]*>/g, "").replace(/\s+/g, " ");
}
