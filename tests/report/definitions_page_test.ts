/** What the page of definitions says of awkward and of disagreeing metrics. */
import assert from "node:assert/strict";
import type { Measurement, Trust, TrustRecord } from "../../src/record.ts";
import { compareDefinitions } from "../../src/report/comparison.ts";
import { definitionsPage } from "../../src/report/definitions_page.ts";
import { definitionsPicture } from "../../src/report/definitions_picture.ts";
import { MEASUREMENTS, withValues } from "./synthetic_run.ts";

const CONTEXT = { dataset: "CIFAR-10", network: "ResNet-18", terminalStart: 90 };
const ROWS = MEASUREMENTS.filter((_, i) => i % 5 === 0);

Deno.test("a definition that contradicts its family is framed and says why in one sentence", () => {
  const page = draw(withValues(ROWS, ({ epoch, values }) => ({
    nc1_quotient_train: values.within_class_variation!,
    nc1_cdnv_fourth_train: epoch,
  })));
  assert.match(page, /<article id="nc1_cdnv_fourth_train" class="definition dissent">/);
  assert.match(page, /<article id="within_class_variation" class="definition">/);
  assert.match(plain(page), /Contradicts NC1 \(training\): It is not free of scale/);
  assert.equal(plain(page).match(/Contradicts/g)!.length, 1);
  assert.match(plain(page), /1 contradicts its family\./);
});

Deno.test("test images are the reason only where training images agree with the family", () => {
  const rise = (names: readonly string[]) =>
    plain(draw(withValues(ROWS, ({ epoch, values }) => ({
      nc1_quotient_train: values.within_class_variation!,
      nc1_cdnv_train: values.within_class_variation!,
      ...Object.fromEntries(names.map((name) => [name, epoch])),
    }))));
  assert.match(rise(["nc1_cdnv_test"]), /Contradicts NC1 \(test\): Test images were not trained on/);
  assert.match(
    rise(["nc1_cdnv_train", "nc1_cdnv_test"]),
    /Contradicts NC1 \(training and test\): Each pair counts by itself/,
  );
});

Deno.test("the reason of a missing value is on the page", () => {
  const rows = withValues(ROWS, () => ({ nc1_cdnv_unbiased_train: null }));
  const page = draw(rows, { nc1_cdnv_unbiased_train: { undefined: "class 3 has one sample" } });
  assert.match(plain(page), /Not defined \(training\): class 3 has one sample\./);
});

Deno.test("an unreliable inverse is named, with its readings", () => {
  const readings = [1e-8, 1e-3].map((tolerance, i) => ({ tolerance, value: 8 / (i + 1) ** 2, kept: 9 - i }));
  const page = plain(draw(ROWS, {
    within_class_variation: {
      rank: { tolerance: 1e-16, kept: 9, of: 9, condition: 1e5 },
      sensitivity: { verdict: "unreliable", spread: 4, readings },
    },
  }));
  assert.match(page, /Inverse \(training\): unreliable, 9 of 9 modes kept, condition 100,000\./);
  assert.match(page, /changes by a factor of 4\.00: 8\.00 at 10⁻⁸ \(9 modes\), 2\.00 at 10⁻³ \(8 modes\)\./);
});

Deno.test("intervals stand under their values", () => {
  const page = draw(ROWS, {
    within_class_variation: { interval: { low: 0.019, high: 0.021, replicates: 100 } },
  });
  assert.match(plain(page), /0\.0190 to 0\.0210/);
});

Deno.test("without a terminal phase nothing is called, and the page says so", () => {
  const page = plain(draw(ROWS, {}, { ...CONTEXT, terminalStart: null }));
  assert.match(page, /did not reach 99\.9\s%, so none of them can call/);
  assert.match(page, /terminal phase not reached/);
  assert.doesNotMatch(page, /Contradicts/);
});

Deno.test("a terminal phase of few checkpoints gives no call, and the page says how many are needed", () => {
  const page = plain(draw(ROWS, {}, { ...CONTEXT, terminalStart: 349 }));
  assert.match(page, /The terminal phase has too few checkpoints to say more: 4 are needed\./);
  assert.match(page, /self_duality \S+ ÷ \S+ too few checkpoints to say/);
});

Deno.test("curves of zeros, of one checkpoint and of extreme values are drawn without a broken number", () => {
  const zeros = withValues(ROWS, () => ({ within_class_variation: 0, ncc_mismatch: 0 }));
  const extremes = withValues(
    ROWS,
    ({ epoch }) => ({ within_class_variation: epoch === 1 ? 1e-300 : 1e300 }),
  );
  for (const rows of [zeros, extremes, ROWS.slice(0, 1)]) {
    const families = compareDefinitions({ measurements: rows, trust: null, classes: 10, terminalStart: 90 });
    const picture = definitionsPicture(families, CONTEXT, rows.at(-1)!.epoch);
    for (const text of [draw(rows), picture]) assert.doesNotMatch(text, /NaN|Infinity|undefined/);
  }
});

Deno.test("one curve far beyond the others does not stretch the axis of its family", () => {
  const steep = withValues(ROWS, ({ epoch, values }) => ({
    nc1_quotient_train: values.within_class_variation!,
    nc1_cdnv_fourth_train: 10 ** -epoch,
  }));
  assert.doesNotMatch(draw(steep), />10⁻⁶<\/text>/);
});

function draw(
  measurements: readonly Measurement[],
  metrics: Record<string, Trust> = {},
  context: { dataset: string; network: string; terminalStart: number | null } = CONTEXT,
): string {
  const last = measurements.at(-1)!.epoch;
  const trust: TrustRecord = {
    format: 1,
    width: 512,
    checkpoints: [{ epoch: last, bootstrap: null, metrics }],
  };
  const { terminalStart } = context;
  const families = compareDefinitions({ measurements, trust, classes: 10, terminalStart });
  return definitionsPage({
    families,
    context,
    epochs: measurements.map(({ epoch }) => epoch),
    trusted: true,
  });
}

/** The words of a page, without its markup. */
function plain(page: string): string {
  return page.replace(/<[^>]*>/g, "").replace(/&nbsp;/g, " ").replace(/\s+/g, " ");
}
