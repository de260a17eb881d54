/** What the figures show of awkward data, and that nothing leaves the picture. */
import assert from "node:assert/strict";
import type { Measurement } from "../../src/run/tables.ts";
import { chart } from "../../src/report/chart.ts";
import { columnTitles } from "../../src/report/column_words.ts";
import { curvesOf as curvesOfRows } from "../../src/report/curves.ts";
import type { Figure } from "../../src/report/figure.ts";
import { FIGURES } from "../../src/report/figures.ts";
import { equinormality, top1Accuracy, withinClassVariation } from "../../src/report/figures/index.ts";
import { pairChart } from "../../src/report/pair_chart.ts";
import { renderSvg } from "../../src/report/render.ts";
import { picturesOf, readingOf } from "../../src/report/report.ts";
import { type Row, rowsOf } from "../../src/report/rows.ts";
import { RUNS, SIZES, SUBJECTS } from "../../src/report/tokens.ts";
import { inkOf } from "./ink.ts";
import { LOG, MEASUREMENTS, RUN, withValues } from "./synthetic_run.ts";

const { view: VIEW, context: { run: NAME } } = readingOf(RUN, MEASUREMENTS, LOG, null).input;

Deno.test("the figures carry the reproduced experiment's file names in order", () => {
  assert.deepEqual(FIGURES.slice(0, 7).map((figure) => figure.file), [
    "Figure1_Top1_Accuracy",
    "Figure2_Equinormality",
    "Figure3_Equiangularity",
    "Figure4_Maximal_Angularity",
    "Figure5_Weights_Convergence",
    "Figure6_Within_Class_Variation",
    "Figure7_NN_Mismatch",
  ]);
});

Deno.test("an axis is logarithmic where values span more than a decade, and otherwise starts at zero", () => {
  const wide = withValues(MEASUREMENTS, ({ epoch }) => ({ within_class_variation: epoch }));
  const narrow = withValues(MEASUREMENTS, ({ epoch }) => ({ within_class_variation: 2 + epoch / 100 }));
  assert.equal(drawn(withinClassVariation, wide).y!.type, "log");
  const { y } = drawn(withinClassVariation, narrow);
  assert.deepEqual([y!.type, (y!.domain as number[])[0]], ["linear", 0]);
  assert.equal(chart(withinClassVariation, rowsOf("", narrow, null), { ...VIEW, y: "log" }).y!.type, "log");
});

Deno.test("class means and classifiers keep their colours in every figure that has both", () => {
  const pairs = FIGURES.filter(({ columns }) => columns.some(({ subject }) => subject === "classifier"));
  assert.ok(pairs.length > 0);
  for (const { columns } of pairs) {
    assert.deepEqual(columns.map(({ label, subject }) => [label, subject]), [["class means", "means"], [
      "classifier",
      "classifier",
    ]]);
  }
  const svg = renderSvg(drawn(equinormality, MEASUREMENTS));
  for (const subject of ["means", "classifier"] as const) assert.ok(svg.includes(SUBJECTS[subject].light));
});

Deno.test("the name of a curve that ends low in the middle of a figure stands above the axis", () => {
  const low = withValues(
    MEASUREMENTS.slice(0, 20),
    ({ epoch }) => ({ maxangle_means: epoch < 50 ? 0.5 : 0.001 }),
  );
  const heights = (lastEpoch: number) => {
    const options = chart(
      FIGURES.find(({ file }) => file === "Figure4_Maximal_Angularity")!,
      rowsOf("", low, null),
      { ...VIEW, y: "linear", lastEpoch },
    );
    const names = [
      ...renderSvg(options).matchAll(
        /<text[^>]*translate\([\d.]+,([\d.]+)\)[^>]*>(class means|classifier)</g,
      ),
    ];
    const foot = options.height! - options.marginBottom!;
    return names.map(([, y]) => foot - Number(y));
  };
  const half = SIZES.page.fontSize / 2;
  assert.equal(heights(350).length, 2);
  assert.ok(heights(350).every((above) => above >= half), `found ${heights(350)}`);
  // Beside the frame it stands where the curve ends.
  assert.ok(Math.min(...heights(95)) < half, `found ${heights(95)}`);
});

Deno.test("every figure's file names dataset, network, quantity in words, the paper's term and its curves", () => {
  const { input, families } = readingOf(RUN, MEASUREMENTS, LOG, null);
  const pictures = picturesOf(input, families);
  for (const { file, title, axis, term, columns } of FIGURES) {
    const words = textsOf(pictures.get(file)!);
    for (
      const text of [
        title,
        "CIFAR-10, ResNet-18",
        `${axis}: ${term}`,
        ...columns.map(({ label }) => label),
      ]
    ) {
      assert.ok(words.includes(text), `expected "${text}" in ${file}, found ${words.join(" | ")}`);
    }
  }
});

Deno.test("a title that is too long leaves out the paper's term, and is cut only then", () => {
  const term = "a term ".repeat(20);
  const titleOf = (axis: string) =>
    textsOf(renderSvg(chart({ ...equinormality, axis, term }, rowsOf(NAME, scaled(1e-9), null), {
      ...VIEW,
      size: SIZES.page,
    }))).find((text) => text.startsWith("spread"));
  assert.match(titleOf("spread of norms")!, /^spread of norms \(× 10⁻\S+\)$/);
  assert.match(titleOf("spread ".repeat(30))!, /^(spread )+spr\S*…$/);
});

Deno.test("epochs by their logarithm begin at 1, or at 0 where the network was measured before its first step", () => {
  const scaleOf = (rows: readonly Measurement[]) =>
    chart(equinormality, rowsOf(NAME, rows, null), { ...VIEW, x: "log" }).x!;
  assert.deepEqual([scaleOf(MEASUREMENTS).type, scaleOf(MEASUREMENTS).domain], ["log", [1, VIEW.lastEpoch]]);
  const initial = [{ ...MEASUREMENTS[0]!, epoch: 0 }, ...MEASUREMENTS];
  assert.deepEqual([scaleOf(initial).type, scaleOf(initial).domain], ["symlog", [0, VIEW.lastEpoch]]);
  const svg = renderSvg(chart(equinormality, rowsOf(NAME, initial, null), { ...VIEW, x: "log" }));
  const ticks = textsOf(svg).filter((text) => /^\d+$/.test(text));
  assert.ok(["0", "1", "100"].every((tick) => ticks.includes(tick)), ticks.join());
  assert.doesNotMatch(svg, /NaN|Infinity/);
});

Deno.test("the terminal phase is shaded with its breaks marked, and not where it was not reached", () => {
  const phase = {
    start: 90,
    stretches: [{ from: 90, to: 150 }, { from: 200, to: 350 }],
    breaks: [{ from: 155, to: 195 }],
  };
  const draw = (phases: typeof VIEW.phases) =>
    renderSvg(chart(equinormality, rowsOf(NAME, MEASUREMENTS, null), { ...VIEW, phases }));
  const reached = draw(new Map([[NAME, phase]]));
  assert.ok(textsOf(reached).includes("terminal phase"));
  assert.equal(
    reached.match(/aria-label="rect"[^>]*>(<rect[^>]*>(<\/rect>)?)*/)![0].match(/<rect/g)!.length,
    2,
  );
  assert.match(reached, /the phase breaks at epoch 155/);
  const not = draw(new Map([[NAME, { start: null, stretches: [], breaks: [] }]]));
  assert.doesNotMatch(not, /terminal phase<|aria-label="rect"/);
});

Deno.test("a missing value leaves a gap in its curve only, and stands at the edge with its reason", () => {
  const rows = withValues(
    MEASUREMENTS,
    ({ epoch }): Measurement["values"] => epoch === 100 ? { equinorm_means: null } : {},
  );
  const svg = renderSvg(drawn(equinormality, rows));
  const [means, classifiers] = curvesOf(svg);
  assert.equal(means!.match(/m/g)?.length, 2);
  assert.equal(classifiers!.match(/m/g)?.length, 1);
  assert.match(svg, /<title>epoch 100, class means: not defined \(the reason was not recorded\)<\/title>/);
});

Deno.test("zeros on a logarithmic axis stand at its lower edge, each with its value", () => {
  const rows = withValues(
    MEASUREMENTS,
    ({ epoch }): Measurement["values"] => epoch > 340 ? { within_class_variation: 0 } : {},
  );
  const svg = renderSvg(drawn(withinClassVariation, rows));
  assert.equal(svg.match(/: 0, which a logarithmic axis cannot show/g)?.length, 2);
  assert.doesNotMatch(svg, /NaN|Infinity/);
});

Deno.test("zeros on a linear axis are drawn", () => {
  const rows = withValues(MEASUREMENTS, () => ({ equinorm_means: 0, equinorm_weights: 0 }));
  const svg = renderSvg(drawn(equinormality, rows));
  assert.equal(curvesOf(svg).length, 2);
  assert.doesNotMatch(svg, /NaN|Infinity|cannot show/);
});

Deno.test("every checkpoint is a dot, a single one a large one", () => {
  assert.equal(dotsOf(renderSvg(drawn(equinormality, MEASUREMENTS))).length, 2 * MEASUREMENTS.length);
  const one = renderSvg(drawn(equinormality, MEASUREMENTS.slice(0, 1)));
  assert.equal(dotsOf(one).length, 2);
  assert.equal(one.match(/stroke-width="8"[^>]*aria-description="dots"/g)?.length, 1);
  assert.doesNotMatch(one, /NaN|Infinity/);
});

Deno.test("a figure without any value says so", () => {
  const rows = MEASUREMENTS.map(({ epoch }) => ({ epoch, values: {} }));
  for (const figure of FIGURES) {
    const svg = renderSvg(drawn(figure, rows));
    assert.ok(textsOf(svg).includes("not measured"), figure.file);
    assert.doesNotMatch(svg, /NaN|Infinity/);
  }
});

Deno.test("accuracies far below the rest stay on the axis", () => {
  const rows = withValues(MEASUREMENTS.slice(0, 2), () => ({ train_accuracy: 9.8, test_accuracy: 10 }));
  assert.deepEqual(drawn(top1Accuracy, rows).y!.domain, [0, 100]);
});

Deno.test("several runs have a colour each, and the same figure draws them", () => {
  const rows = ["first", "second"].flatMap((run) => rowsOf(run, MEASUREMENTS, null));
  const svg = renderSvg(
    chart(equinormality, rows, { ...VIEW, runs: ["first", "second"], phases: new Map() }),
  );
  assert.equal(curvesOf(svg).length, 4);
  for (const { light } of RUNS.slice(0, 2)) assert.ok(svg.includes(`stroke="${light}"`));
  assert.ok(!svg.includes(SUBJECTS.means.light));
});

Deno.test("the axis holds what seeds span, not their medians alone", () => {
  const rows = [4, 10, 30].flatMap((factor) => {
    const own = withValues(MEASUREMENTS, ({ epoch }) => ({ within_class_variation: factor + epoch / 1000 }));
    return rowsOf("seeds", own, null);
  });
  for (const y of ["linear", "log"] as const) {
    const { y: axis } = chart(withinClassVariation, rows, { ...VIEW, y });
    const [low, high] = axis!.domain as number[];
    assert.ok(low! <= 4 && high! >= 30, `${y}: from ${low} to ${high}`);
  }
});

Deno.test("seeds of one run are one curve of their medians in a band from the smallest to the largest", () => {
  const rows: Row[] = [1, 5, 2].flatMap((value) =>
    [1, 2].map((epoch) => ({
      run: "seeds",
      epoch,
      column: "self_duality",
      value: value * epoch,
      doubt: null,
    }))
  );
  const [curve] = curvesFor(rows);
  assert.deepEqual(curve!.points.map(({ value }) => value), [2, 4]);
  assert.deepEqual(curve!.bands, [{ epoch: 1, low: 1, high: 5 }, { epoch: 2, low: 2, high: 10 }]);
});

Deno.test("epochs that were not trained have a dashed axis, which the first figure names", () => {
  const begun = MEASUREMENTS.filter(({ epoch }) => epoch <= 145);
  const { view } = readingOf(RUN, begun, LOG.slice(0, 147), null).input;
  const drawn = renderSvg(chart(equinormality, rowsOf(NAME, begun, null), view));
  const dashed = /stroke-dasharray="2,4"/;
  assert.match(drawn, dashed);
  assert.match(drawn, /not yet trained/);
  const unnamed = renderSvg(chart(equinormality, rowsOf(NAME, begun, null), { ...view, namesPhase: false }));
  assert.match(unnamed, dashed);
  assert.doesNotMatch(unnamed, /not yet trained/);
  const done = renderSvg(chart(equinormality, rowsOf(NAME, MEASUREMENTS, null), VIEW));
  assert.doesNotMatch(done, dashed);
  assert.doesNotMatch(done, /not yet trained/);
});

Deno.test("one measure against another is told in words", () => {
  const columns = ["within_class_variation", "maxangle_means"];
  const titles = columnTitles(columns);
  const pair = pairChart(rowsOf(NAME, MEASUREMENTS, null), {
    x: columns[0]!,
    y: columns[1]!,
    titles,
    epoch: null,
  });
  assert.equal(
    pair.ariaLabel,
    "Widest angles, class means against Spread inside classes, training, one point a checkpoint",
  );
  assert.doesNotMatch(renderSvg(pair), /_means|_variation/);
  assert.equal(columnTitles(["nc3_cosine_train", "mine"]).mine, undefined);
  assert.ok(columnTitles(["nc3_cosine_train"]).nc3_cosine_train);
});

Deno.test("zooming draws the epochs chosen and no other", () => {
  const zoomed = chart(equinormality, rowsOf(NAME, MEASUREMENTS, null), { ...VIEW, epochs: [100, 200] });
  assert.deepEqual(zoomed.x!.domain, [100, 200]);
  assert.equal(dotsOf(renderSvg(zoomed)).length, 2 * 21);
});

const AWKWARD: Record<string, { rows: readonly Measurement[]; run?: typeof RUN }> = {
  "an ordinary run": { rows: MEASUREMENTS },
  "a very long dataset title": {
    rows: MEASUREMENTS,
    run: { ...RUN, dataset: { ...RUN.dataset, title: "Wide & Weird <images> of everything ".repeat(6) } },
  },
  "a terminal phase that starts at the last epoch": { rows: reaching(350) },
  "a terminal phase that starts at the first epoch": { rows: reaching(1) },
  "one checkpoint": { rows: MEASUREMENTS.slice(0, 1) },
  "tiny values": { rows: scaled(1e-9) },
  "huge values": { rows: scaled(1e7) },
  "100,000 epochs": { rows: MEASUREMENTS.map(({ epoch, values }) => ({ epoch: epoch * 300, values })) },
};

for (const [name, { rows, run = RUN }] of Object.entries(AWKWARD)) {
  Deno.test(`nothing is cropped with ${name}`, async () => {
    const { input, families } = readingOf(run, rows, LOG, null);
    const pictures = picturesOf(input, families);
    // One figure a scale where only their words would differ.
    const wanted = name === "an ordinary run" ? [...pictures.keys()] : [
      ...[top1Accuracy, equinormality, withinClassVariation].map(({ file }) => file),
      "overview",
    ];
    for (const file of wanted) await assertInside(pictures.get(file)!, `${file}.svg`);
    const small = renderSvg(chart(equinormality, input.rows, { ...input.view, size: SIZES.page }));
    assert.doesNotMatch(small, /NaN|Infinity/);
  });
}

function drawn(figure: Figure, measurements: readonly Measurement[]) {
  return chart(figure, rowsOf(NAME, measurements, null), VIEW);
}

function curvesFor(rows: readonly Row[]) {
  return curvesOfRows(FIGURES.find(({ file }) => file === "Figure5_Weights_Convergence")!, rows);
}

/** A run that reaches the terminal phase there. */
function reaching(start: number): Measurement[] {
  return withValues(MEASUREMENTS, ({ epoch }) => ({ train_accuracy: epoch < start ? 80 : 100 }));
}

function scaled(factor: number): Measurement[] {
  return withValues(MEASUREMENTS, ({ values }) => ({
    ...Object.fromEntries(Object.entries(values).map(([metric, value]) => [metric, value! * factor])),
    train_accuracy: values.train_accuracy!,
    test_accuracy: values.test_accuracy!,
  }));
}

/** All ink, text included, lies at least 4 px inside the picture. */
async function assertInside(svg: string, name: string): Promise<void> {
  const { x, y, width, height, picture } = await inkOf(svg.replace(/<rect class="paper"[^>]*>/g, ""));
  const found = [x, y, picture.width - x - width, picture.height - y - height];
  assert.ok(
    found.every((margin) => margin >= 4),
    `${name}: expected margins of at least 4 px, found ${found}`,
  );
}

function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);
}

/** The path of each curve. */
function curvesOf(svg: string): string[] {
  const groups = [...svg.matchAll(/<g (?:(?!aria-description)[^>])*aria-label="line">(.*?)<\/g>/g)];
  return groups.flatMap(([, group]) => [...group!.matchAll(/<path [^>]*?d="([^"]*)"/g)]).map(([, path]) =>
    path!
  );
}

/** The strokes of no length that are dots, of all curves. */
function dotsOf(svg: string): string[] {
  const groups = [...svg.matchAll(/aria-description="dots"[^>]*>(.*?)<\/g>/g)];
  const paths = groups.flatMap(([, group]) => [...group!.matchAll(/<path [^>]*?d="([^"]*)"/g)]);
  return paths.flatMap(([, path]) => path!.split("m").filter(Boolean));
}
