/** What the page of definitions says of awkward and of disagreeing metrics. */
import assert from "node:assert/strict";
import type { Measurement, Trust, TrustRecord } from "../../src/run/tables.ts";
import { compareDefinitions } from "../../src/report/comparison.ts";
import { definitionFigure, idealsOf } from "../../src/report/definition_figure.ts";
import { picturesBeside } from "../../src/report/definitions_picture.ts";
import { definitionsPage } from "../../src/report/definitions_page.ts";
import { definitionsPicture } from "../../src/report/definitions_picture.ts";
import { readingOf } from "../../src/report/report.ts";
import { distances } from "../../src/report/rows.ts";
import { lastStretch, type RunContext, type TerminalPhase } from "../../src/report/terminal.ts";
import { LOG, MEASUREMENTS, RUN, withValues } from "./synthetic_run.ts";

const CONTEXT = contextFrom(90);
const ROWS = MEASUREMENTS.filter((_, i) => i % 5 === 0);

Deno.test("a definition that contradicts its family is marked and says why in one sentence", () => {
  const page = draw(withValues(ROWS, ({ epoch, values }) => ({
    nc1_quotient_train: values.within_class_variation! / 2,
    nc1_cdnv_fourth_train: epoch,
  })));
  assert.match(rowOf(page, "nc1_cdnv_fourth_train"), /△ contradicts/);
  assert.doesNotMatch(rowOf(page, "within_class_variation"), /△/);
  assert.match(plain(page), /Contradicts NC1 \(training\): It is not free of scale/);
  assert.equal(plain(page).match(/Contradicts/g)!.length, 1);
  assert.match(plain(page), /1 contradicts its family\./);
  assert.match(
    plain(page),
    /quantities of training images and classifier can be judged by their distance from perfect collapse: \d+ [^.]*far from it\./,
  );
  assert.match(plain(page), /Over the terminal phase \d+ [^.]*move away\./);
});

Deno.test("test images have no vote, so that their rise marks nothing", () => {
  const page = draw(withValues(ROWS, ({ epoch, values }) => ({
    nc1_quotient_train: values.within_class_variation!,
    nc1_cdnv_train: values.within_class_variation! / 2,
    nc1_cdnv_test: epoch,
  })));
  assert.match(plain(page), /far, rising/);
  assert.doesNotMatch(page, /△ contradicts|Contradicts/);
});

Deno.test("columns that are equal to the digit are named together and have one vote", () => {
  const page = plain(draw(withValues(ROWS, ({ values }) => ({
    nc1_pinv_train: values.within_class_variation! * (1 + 1e-15),
    nc1_quotient_train: values.within_class_variation! / 2,
  }))));
  assert.match(page, /of 2 votes:/);
  assert.match(page, /one vote together: within_class_variation nc1_pinv_train\./);
  assert.match(page, /No vote of its own \(training\): it equals within_class_variation to the digit/);
});

Deno.test("a definition that says nothing at this width says so in the table and beside its curve", () => {
  const rows = withValues(ROWS, ({ epoch }) => ({ nc2_riesz_mean_means_train: 10 ** (-300 + epoch / 2) }));
  const page = draw(rows);
  assert.match(plain(page), /Says nothing of collapse here \(training\), .*: at d = 512 a pair of classes/);
  assert.match(
    plain(page),
    /1 column says nothing of collapse for so many classes and features of this width/,
  );
  assert.match(rowOf(page, "nc2_riesz_mean_means_train"), /<small>says nothing here<\/small>/);
});

Deno.test("the page states the rules by the numbers of the code, and tells the window and the breaks", () => {
  const phase: TerminalPhase = {
    ...CONTEXT.phase,
    stretches: [{ from: 90, to: 150 }, { from: 200, to: 350 }],
    breaks: [{ from: 175, to: 175 }],
  };
  const page = plain(draw(ROWS, {}, { ...CONTEXT, phase }));
  assert.match(page, /“at” up to 1 % of the scale, “near” up to 10 %, “far” beyond/);
  assert.match(page, /at most 0\.8 of that in the first third, “rising” from 1\.25/);
  assert.match(page, /It broke at epoch 175, where training accuracy fell below 99\.4\s%/);
  assert.match(page, /(falling|flat|rising) over epochs 200 to 350/);
  assert.doesNotMatch(page, /running one/);
  const running = plain(draw(ROWS, {}, { ...CONTEXT, phase: { ...phase, accuracy: "running" } }));
  assert.match(running, /training accuracy \(the running one of log\.csv, since none was measured\)/);
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
  const page = plain(draw(ROWS, {}, contextFrom(null)));
  assert.match(page, /has not reached 99\.9\s%, so none of them has a trend/);
  assert.match(page, /no terminal phase/);
  assert.doesNotMatch(page, /Contradicts/);
});

Deno.test("a terminal phase of few checkpoints gives no call, and the page says how many are needed", () => {
  const page = plain(draw(ROWS, {}, contextFrom(349)));
  assert.match(page, /The terminal phase has too few checkpoints for a trend: 4 are needed\./);
  assert.match(page, /self_duality \S+ ÷ \S+ ÷ \S+ near too few checkpoints for a trend/);
});

Deno.test("curves of zeros, of one checkpoint and of extreme values are drawn without a broken number", () => {
  const zeros = withValues(ROWS, () => ({ within_class_variation: 0, ncc_mismatch: 0 }));
  const extremes = withValues(
    ROWS,
    ({ epoch }) => ({ within_class_variation: epoch === 1 ? 1e-300 : 1e300 }),
  );
  for (const rows of [zeros, extremes, ROWS.slice(0, 1)]) {
    const { families, input } = readingOf(RUN, rows, LOG, null);
    const picture = definitionsPicture(families, input.rows, input.context, input.view);
    for (const text of [draw(rows), picture]) assert.doesNotMatch(text, /NaN|Infinity|undefined/);
  }
});

Deno.test("each definition is one row, with a cell a set of vectors that holds its value and its call", () => {
  const page = draw(
    withValues(ROWS, () => ({ nc1_cdnv_train: 0.25, nc1_cdnv_test: 0.75, nc3_cosine_train: 0.5 })),
  );
  const cdnv = rowOf(page, "nc1_cdnv_train");
  assert.deepEqual(cdnv.match(/<span class="number">[^<]*/g), [
    '<span class="number">0.250',
    '<span class="number">0.750',
  ]);
  assert.match(cdnv, /title="far, flat"/);
  assert.match(rowOf(page, "nc3_cosine_train"), /at collapse 1\.00/);
  const ids = [...page.matchAll(/<details class="row[^"]*" id="([^"]*)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length);
});

Deno.test("a definition whose value at collapse is not zero is drawn as the distance from it", () => {
  const { families, input } = readingOf(RUN, withValues(ROWS, () => ({ nc3_cosine_train: 0.75 })), LOG, null);
  const cosine = families.flatMap(({ definitions }) => definitions).find(({ id }) =>
    id === "nc3_cosine_train"
  )!;
  const drawn = distances(input.rows, idealsOf(cosine.readings))
    .filter(({ column }) => column === "nc3_cosine_train");
  assert.ok(drawn.length > 0 && drawn.every(({ value }) => value === 0.25));
  assert.match(definitionFigure(cosine).axis, /^distance from 1\.00/);
});

/** The closed part of a definition's row. */
function rowOf(page: string, id: string): string {
  return page.split(` id="${id}"`)[1]!.split("</summary>")[0]!;
}

/** A run whose terminal phase starts there and holds to the end. */
function contextFrom(start: number | null): RunContext {
  const phase: TerminalPhase = {
    start,
    stretches: start === null ? [] : [{ from: start, to: 350 }],
    breaks: [],
    accuracy: "measured",
  };
  return { run: "a run", dataset: "CIFAR-10", network: "ResNet-18", phase };
}

function draw(
  measurements: readonly Measurement[],
  metrics: Record<string, Trust> = {},
  context: RunContext = CONTEXT,
): string {
  const last = measurements.at(-1)!.epoch;
  const trust: TrustRecord = {
    format: 1,
    width: 512,
    checkpoints: [{ epoch: last, bootstrap: null, metrics }],
  };
  const window = lastStretch(context.phase);
  const families = compareDefinitions({ measurements, trust, classes: 10, window });
  return definitionsPage({
    families,
    context,
    picture: picturesBeside(families, null),
    epochs: measurements.map(({ epoch }) => epoch),
    trusted: true,
    script: null,
  });
}

/** The words of a page, without its markup. */
function plain(page: string): string {
  return page.replace(/<style>.*?<\/style>/s, "").replace(/<[^>]*>/g, "").replace(/&nbsp;/g, " ").replace(
    /\s+/g,
    " ",
  );
}
