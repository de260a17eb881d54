/** What a comparison says in words, and its tables: what differs most and by how much, few runs as columns, many as rows. */
import assert from "node:assert/strict";
import { DOMParser } from "linkedom";
import { comparedRows, type ComparedRun, groupRuns } from "../../src/report/compare.ts";
import { comparedFinding, quantitiesOf } from "../../src/report/compare_finding.ts";
import { comparisonOf, textOf } from "../../src/report/compare_runs.ts";
import { FIGURES, inReadingOrder } from "../../src/report/figures.ts";
import { grid, sheetOf } from "../../src/report/grid.ts";
import { estimateWidth } from "../../src/report/text_width.ts";
import { legendOf, SIZES } from "../../src/report/tokens.ts";
import { LOG, MEASUREMENTS, RUN, withValues } from "./synthetic_run.ts";

const FIGURES_THERE = inReadingOrder(FIGURES);

function run(
  name: string,
  factors: Readonly<Record<string, number>> = {},
  training: Partial<typeof RUN.protocol.training> = {},
): ComparedRun {
  return {
    name,
    record: { ...RUN, protocol: { ...RUN.protocol, training: { ...RUN.protocol.training, ...training } } },
    measurements: withValues(MEASUREMENTS.slice(-2), ({ values }) =>
      Object.fromEntries(
        Object.entries(factors).map(([column, factor]) => [column, values[column]! * factor]),
      )),
    trust: null,
    log: LOG,
  };
}

function said(...runs: readonly ComparedRun[]): { lead: string; beside: string } {
  const groups = groupRuns(runs);
  return comparedFinding({ groups, rows: comparedRows(groups, FIGURES_THERE), figures: FIGURES_THERE });
}

const OTHER = { batchSize: 64 };

Deno.test("the finding names the quantity that differs most, by its values and its factor", () => {
  const { lead, beside } = said(run("a"), run("b", { self_duality: 10, within_class_variation: 2 }, OTHER));
  const end = MEASUREMENTS.at(-1)!.values;
  assert.match(
    lead,
    /^“a” collapses furthest: its spread inside classes ends at \S+ at epoch 350, that of “b” at \S+\. The two differ most in NC3, classifier onto class means: \S+ with “a”, \S+ with “b”, 10\.0 times as much\.$/,
  );
  assert.ok(lead.includes(`${end.self_duality!.toPrecision(3)} with “a”`), lead);
  assert.match(beside, /Less far apart: spread inside classes \(2\.0-fold\)\./);
  assert.match(
    beside,
    /Alike within a factor of 1\.25.*: .*widest angles \(class means\), widest angles \(classifier\)/,
  );
  assert.match(beside, /Their protocols differ in batch-size alone\.$/);
});

Deno.test("a quantity of class means or of the classifier is one item of a list", () => {
  const { beside } = said(run("a"), run("b", { self_duality: 10, equinorm_weights: 2 }, OTHER));
  assert.match(beside, /Less far apart: equal norms \(classifier, 2\.0-fold\)\./);
});

Deno.test("accuracies are told in per cent, alike ones once", () => {
  const { beside } = said(run("a"), run("b", { test_accuracy: 0.9 }, OTHER));
  assert.match(
    beside,
    /^Training accuracy ends at 100\.00\s% with both\. Test accuracy ends at \d\d\.\d\d\s% with “a”, at \d\d\.\d\d\s% with “b”\./,
  );
  const three = said(
    run("a"),
    run("b", { test_accuracy: 0.9 }, OTHER),
    run("c", { test_accuracy: 0.8 }, { batchSize: 32 }),
  );
  assert.match(three.beside, /Test accuracy ends between \d\d\.\d\d\s% \(“c”\) and \d\d\.\d\d\s% \(“a”\)\./);
});

Deno.test("what is at collapse does not differ, however many times as small the one is", () => {
  const there = { self_duality: 1e-6 };
  const { lead, beside } = said(run("a", there), run("b", { self_duality: 1e-3 }, OTHER));
  assert.match(said(run("a", there), run("b", {}, OTHER)).lead, / with “a” \(at collapse\), \S+ with “b”\.$/);
  assert.match(
    lead,
    /ends alike: at \S+ at epoch 350\. The two differ in no measure of collapse\.$/,
  );
  const near = said(run("a"), run("b", { self_duality: 0.975 }, OTHER));
  assert.match(near.lead, /The two differ in no measure of collapse by more than a factor of 1\.03\.$/);
  assert.doesNotMatch(beside, /Less far apart/);
});

Deno.test("the length of features, which has no value at collapse, is nothing that runs collapse in", () => {
  const { lead, beside } = said(run("a"), run("b", { norm_mean_train: 50, norm_mean_test: 50 }, OTHER));
  assert.match(lead, /differ in no measure of collapse/);
  assert.doesNotMatch(`${lead} ${beside}`, /length of features/i);
});

Deno.test("seeds of one protocol are told by what they span", () => {
  const seeds = [1, 2, 4].map((factor, seed) => run(`s${seed}`, { self_duality: factor }, { seed }));
  const { lead } = said(...seeds);
  const value = MEASUREMENTS.at(-1)!.values.self_duality!;
  assert.ok(
    lead.endsWith(
      `Seeds differ most in classifier onto class means: from ${value.toPrecision(3)} to ${
        (4 * value).toPrecision(3)
      } around ${(2 * value).toPrecision(3)} at epoch 350.`,
    ),
    lead,
  );
});

Deno.test("each quantity is held from the smallest end to the largest", () => {
  const groups = groupRuns([run("a"), run("b", { ncc_mismatch: 3 }, OTHER)]);
  const rows = comparedRows(groups, FIGURES_THERE);
  const all = quantitiesOf({ groups, rows, figures: FIGURES_THERE });
  assert.equal(all.length, FIGURES_THERE.flatMap(({ columns }) => columns).length);
  for (const { low, high } of all) assert.ok(low.value! <= high.value!);
});

/** An exact simplex of unbalanced classes, as the paper's centre sees it and as the mean of class means does. */
function unbalanced(): ComparedRun {
  const { record, measurements, ...rest } = run(
    "unbalanced",
    { maxangle_means: 100, self_duality: 100 },
    OTHER,
  );
  const values = { nc2_maxangle_class_centred_means_train: 1e-9, nc3_self_duality_class_centred_train: 1e-9 };
  return { ...rest, record, measurements: withValues(measurements, () => values) };
}

/** With values around both centres, which are one. */
function balanced(): ComparedRun {
  const { record, measurements, ...rest } = run("balanced");
  const values = withValues(measurements, ({ values }) => ({
    nc2_maxangle_class_centred_means_train: values.maxangle_means!,
    nc3_self_duality_class_centred_train: values.self_duality!,
  }));
  return { ...rest, record, measurements: values };
}

Deno.test("unbalanced runs are compared around the mean of class means, with both curves and the reason why", () => {
  const runs = [balanced(), unbalanced()];
  const groups = groupRuns(runs);
  const { page, figures, rows } = comparisonOf(groups, null);
  const columns = figures.flatMap(({ columns }) => columns.map(({ column }) => column));
  for (const column of ["maxangle_means", "nc2_maxangle_class_centred_means_train"]) {
    assert.ok(columns.includes(column), column);
    assert.ok(textOf(groups).includes(column));
  }
  assert.match(page, /Classes are unbalanced here/);
  assert.match(page, /around the mean of class means, where a simplex gives zero/);
  const told = quantitiesOf({ groups, rows, figures }).map(({ column }) => column);
  assert.ok(!told.includes("maxangle_means") && !told.includes("self_duality"), told.join());
  assert.ok(told.includes("nc2_maxangle_class_centred_means_train") && told.includes("maxangle_weights"));
  const { lead, beside } = comparedFinding({ groups, rows, figures });
  assert.match(
    lead,
    /differ most in NC2, widest angles \(class-centred\): 10⁻⁹ with “unbalanced” \(at collapse\)/,
  );
  assert.match(beside, /classifier onto class means \(class-centred, /);
});

Deno.test("where a run has the paper's centre alone, that one is compared; balanced runs show one centre", () => {
  const alone = groupRuns([run("a"), unbalanced()]);
  const { figures, rows } = comparisonOf(alone, null);
  const told = quantitiesOf({ groups: alone, rows, figures }).map(({ column }) => column);
  assert.ok(told.includes("maxangle_means") && told.includes("self_duality"));
  const { page } = comparisonOf(groupRuns([balanced(), run("b", {}, OTHER)]), null);
  assert.doesNotMatch(page, /class-centred|mean of class means/);
});

Deno.test("few runs are the columns of the tables, many are their rows, with settings and values", () => {
  const few = documentOf(3), many = documentOf(30);
  assert.equal(few.querySelectorAll("#values ~ .wide-table thead th").length, 4);
  assert.equal(few.querySelectorAll("[data-sortable]").length, 0);
  const table = many.querySelector("table[data-sortable]")!;
  const heads = [...table.querySelectorAll("thead th")].map(({ textContent }) => textContent.trim());
  assert.deepEqual(heads.slice(0, 5), ["Run", "batch-size", "epoch", "Accuracy, training", "Accuracy, test"]);
  const rows = [...table.querySelectorAll("tbody tr")];
  assert.equal(rows.length, 30);
  const last = rows.at(-1)!;
  assert.equal(last.children.length, heads.length);
  assert.equal(last.children[1]!.textContent, "93");
  const duality = last.querySelector('[data-run="Classifier onto class means"]')!;
  assert.equal(Number(duality.getAttribute("data-value")), MEASUREMENTS.at(-1)!.values.self_duality! * 30);
  const differs = many.querySelector("#differences ~ table")!.textContent.replaceAll(/\s+/g, " ").trim();
  assert.equal(differs, "batch-size 64 to 93, 30 values");
});

function documentOf(count: number) {
  const runs = Array.from(
    { length: count },
    (_, i) => run(`r${i}`, { self_duality: i + 1 }, { batchSize: 64 + i }),
  );
  return new DOMParser().parseFromString(comparisonOf(groupRuns(runs), null).page, "text/html");
}

Deno.test("the key beside the last figure names the runs in their colours", () => {
  const key = documentOf(2).querySelector(".card.key")!;
  assert.deepEqual([...key.querySelectorAll("li")].slice(0, 2).map((one) => one.textContent.trim()), [
    "r0",
    "r1",
  ]);
  assert.ok(key.querySelector(".chip.run2"));
});

Deno.test("the number of runs that a legend leaves out covers none of those it names", () => {
  for (let length = 3; length < 30; length++) {
    const legend = legendOf(Array.from({ length: 40 }, (_, i) => `${"x".repeat(length)}${i}`));
    const svg = sheetOf({ svg: "<svg ></svg>", title: "t", subtitle: "", legend }, SIZES.file);
    const texts = [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)" font-size="12"[^>]*>([^<]*)</g)]
      .map(([, x, y, text]) => ({ x: Number(x), y: Number(y), text: text! }));
    const more = texts.at(-1)!;
    assert.match(more.text, /^and \d+ more$/);
    assert.equal(texts.length - 1 + Number(more.text.split(" ")[1]), 40);
    assert.ok(more.x + estimateWidth(more.text, 12) <= 16 + SIZES.file.width, `length ${length}`);
    const line = texts.filter(({ y }) => y === more.y).toSorted((a, b) => a.x - b.x);
    for (const [i, { x }] of line.entries()) {
      const before = line[i - 1];
      if (before) assert.ok(before.x + estimateWidth(before.text, 12) <= x, `length ${length}`);
    }
  }
  const all = grid([{ svg: "<svg ></svg>", title: "t", subtitle: "", legend: legendOf(["a", "b"]) }], {
    title: "",
    subtitle: "",
    columns: 1,
    ...SIZES.page,
  });
  assert.doesNotMatch(all, /more</);
});
