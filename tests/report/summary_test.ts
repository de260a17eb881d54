/** The headline values: what changed since when, and what speaks against them. */
import assert from "node:assert/strict";
import type { TrustRecord } from "../../src/run/tables.ts";
import { FIGURES, figuresOf } from "../../src/report/figures.ts";
import { page } from "../../src/report/page.ts";
import { readingOf } from "../../src/report/report.ts";
import { summarise } from "../../src/report/summary.ts";
import { MEASUREMENTS, RUN, withValues } from "./synthetic_run.ts";

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

Deno.test("values are told where the terminal phase begins and now, or from the first checkpoint where there is none", () => {
  const rows = withValues(MEASUREMENTS, ({ epoch }) => ({
    self_duality: epoch === 1 ? 1 : epoch < 350 ? 0.2 : 0.05,
    train_accuracy: epoch === 1 ? 50 : epoch < 350 ? 99.9 : 100,
  }));
  const told = (start: number | null, column: string) => {
    const line = summarise({ figures: FIGURES, rows, trust: null, start }).find((one) =>
      one.column === column
    )!;
    return [line.first, line.last, line.change];
  };
  assert.deepEqual(told(100, "self_duality"), ["0.200", "0.0500", "÷ 4.00"]);
  assert.deepEqual(told(100, "train_accuracy"), ["99.90\u202f%", "100.00\u202f%", "+0.1 pt"]);
  assert.deepEqual(told(null, "self_duality"), ["1.00", "0.0500", "÷ 20.0"]);
});

Deno.test("a value that trust.json calls unreliable carries its doubt, beside its figure and in the finding", () => {
  const lines = summarise({ figures: FIGURES, rows: MEASUREMENTS, trust: UNRELIABLE, start: 100 });
  const doubtful = lines.filter(({ first, last }) => `${first}${last}`.includes("(?)"));
  assert.deepEqual(doubtful.map(({ column }) => column), ["within_class_variation"]);
  assert.doesNotMatch(doubtful[0]!.first, /\?/);
  assert.match(doubtful[0]!.last, /\(\?\)$/);
  assert.match(draw(UNRELIABLE), /△ Doubtful The spread inside classes at epoch 350 \(unreliable\)/);
  assert.match(draw(UNRELIABLE), /\(\?\) marks values that change with the tolerance/);
  assert.doesNotMatch(draw(null), /Doubtful/);
});

Deno.test("the finding says whether the network collapses, from when, and by how much since", () => {
  const text = draw(null);
  assert.match(text, /This network collapses\. /);
  assert.match(text, /The terminal phase begins after epoch 100, when training accuracy first reaches 99\.9/);
  assert.match(text, /From epoch 100 to epoch 350 the spread inside classes fell \S+-fold \(\S+\s→\s\S+\)\./);
});

Deno.test("a run before its terminal phase is not said to collapse, and its best accuracy is told", () => {
  const text = draw(null, MEASUREMENTS.slice(0, 5));
  assert.match(
    text,
    /Training accuracy has not reached 99\.9.*has not begun\. The best training accuracy measured is/,
  );
  assert.doesNotMatch(text, /This network (has )?collapse/);
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
  const added = figures.map(({ file, columns }, i) =>
    [file, columns.slice(FIGURES[i]!.columns.length).map(({ column }) => column)] as const
  ).filter(([, columns]) => columns.length > 0);
  assert.deepEqual(Object.fromEntries(added), {
    Figure2_Equinormality: ["nc2_equinorm_class_centred_means_train"],
    Figure3_Equiangularity: ["nc2_equiangular_class_centred_means_train"],
    Figure4_Maximal_Angularity: ["nc2_maxangle_class_centred_means_train"],
    Figure5_Weights_Convergence: ["nc3_self_duality_class_centred_train"],
  });
  for (const { file, definition } of figures) {
    const told = definition.markup.includes("Classes are unbalanced here");
    assert.equal(told, added.some(([name]) => name === file), file);
  }
});

Deno.test("a figure beside collapse is drawn where one of its columns was measured, and only there", () => {
  const without = (value: number | null) =>
    withValues(MEASUREMENTS, () => ({ norm_mean_train: value, norm_mean_test: null }));
  assert.deepEqual(figuresOf(without(null)), FIGURES.filter(({ file }) => file !== "Figure8_Norms"));
  assert.deepEqual(figuresOf(without(3)), FIGURES);
});

Deno.test("figures of a balanced run show one centre: the two differ by rounding", () => {
  const balanced = withValues(MEASUREMENTS, ({ values }) => ({
    nc2_equinorm_class_centred_means_train: values.equinorm_means! * (1 + 1e-13),
    nc3_self_duality_class_centred_train: values.self_duality!,
  }));
  assert.deepEqual(figuresOf(balanced), FIGURES);
});

function draw(trust: TrustRecord | null, measurements = MEASUREMENTS): string {
  const { input, families } = readingOf(RUN, measurements, [], trust);
  const html = page({ run: RUN, log: [], input, families, dataFiles: [], script: null });
  return html.replace(/<style>.*?<\/style>/s, "").replace(/<[^>]*>/g, "").replace(/\s+/g, " ");
}
