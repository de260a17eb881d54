/** What the figures show of awkward data, and that nothing leaves the picture. */
import assert from "node:assert/strict";
import regular from "@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf" with { type: "bytes" };
import semibold from "@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf" with { type: "bytes" };
import { Resvg } from "@resvg/resvg-wasm";
import type { Measurement } from "../../src/run/tables.ts";
import { chart, countUndrawable } from "../../src/report/chart.ts";
import { BLUE, ORANGE } from "../../src/report/figure.ts";
import { FIGURES } from "../../src/report/figures.ts";
import { equinormality } from "../../src/report/figures/equinormality.ts";
import { top1Accuracy } from "../../src/report/figures/top1_accuracy.ts";
import { withinClassVariation } from "../../src/report/figures/within_class_variation.ts";
import { LAYOUTS } from "../../src/report/layout.ts";
import { overview } from "../../src/report/overview.ts";
import { renderPng, renderSvg } from "../../src/report/render.ts";
import { type RunContext, type TerminalPhase } from "../../src/report/terminal.ts";
import { MEASUREMENTS, withValues } from "./synthetic_run.ts";

/** Figures read its start, the overview its stretches, too. */
const PHASE: TerminalPhase = {
  start: 90,
  stretches: [{ from: 90, to: 350 }],
  breaks: [],
  accuracy: "measured",
};

const CONTEXT: RunContext = { dataset: "CIFAR-10", network: "ResNet-18", terminalStart: 90, phase: PHASE };

Deno.test("the seven figures carry the reproduced experiment's file names in order", () => {
  assert.deepEqual(FIGURES.map((figure) => figure.file), [
    "Figure1_Top1_Accuracy",
    "Figure2_Equinormality",
    "Figure3_Equiangularity",
    "Figure4_Maximal_Angularity",
    "Figure5_Weights_Convergence",
    "Figure6_Within_Class_Variation",
    "Figure7_NN_Mismatch",
  ]);
});

Deno.test("only within-class variation has a logarithmic axis", () => {
  assert.deepEqual(FIGURES.filter((figure) => figure.scale === "log"), [withinClassVariation]);
});

Deno.test("class means are blue and classifiers orange in every figure that has both", () => {
  const pairs = FIGURES.filter(({ series }) => series.some(({ label }) => label === "Classifiers"));
  assert.equal(pairs.length, 3);
  for (const { series } of pairs) {
    assert.deepEqual(series.map(({ label, colour }) => [label, colour]), [["Mean Activations", BLUE], [
      "Classifiers",
      ORANGE,
    ]]);
  }
});

Deno.test("every figure names dataset, network and its curves", () => {
  for (const figure of FIGURES) {
    const words = textsOf(renderSvg(chart(figure, MEASUREMENTS, CONTEXT)));
    for (
      const expected of [
        figure.title,
        "CIFAR-10, ResNet-18",
        figure.yLabel,
        ...figure.series.map(({ label }) => label),
      ]
    ) {
      assert.ok(
        words.includes(expected),
        `expected "${expected}" in ${figure.file}, found ${words.join(" | ")}`,
      );
    }
  }
});

Deno.test("the start of the terminal phase is a labelled dashed line, absent where it was not reached", () => {
  const reached = renderSvg(chart(equinormality, MEASUREMENTS, CONTEXT));
  const notReached = renderSvg(chart(equinormality, MEASUREMENTS, { ...CONTEXT, terminalStart: null }));
  assert.ok(textsOf(reached).includes("terminal phase from epoch 90"));
  assert.match(reached, /stroke-dasharray/);
  assert.doesNotMatch(notReached, /stroke-dasharray|terminal phase from/);
});

Deno.test("a missing value leaves a gap in its curve only", () => {
  const rows = withValues(
    MEASUREMENTS,
    ({ epoch }): Measurement["values"] => epoch === 100 ? { equinorm_means: null } : {},
  );
  const [means, classifiers] = curvesOf(renderSvg(chart(equinormality, rows, CONTEXT)));
  assert.equal(means!.match(/M/g)?.length, 2);
  assert.equal(classifiers!.match(/M/g)?.length, 1);
});

Deno.test("zeros on the logarithmic axis are gaps, and the figure says how many", () => {
  const rows = withValues(
    MEASUREMENTS,
    ({ epoch }): Measurement["values"] => epoch > 340 ? { within_class_variation: 0 } : {},
  );
  const svg = renderSvg(chart(withinClassVariation, rows, CONTEXT));
  assert.equal(countUndrawable(withinClassVariation, rows), 2);
  assert.ok(textsOf(svg).includes("2 values ≤ 0 not drawn"));
  assert.doesNotMatch(svg, /NaN|Infinity/);
});

Deno.test("zeros on a linear axis are drawn", () => {
  const rows = withValues(MEASUREMENTS, () => ({ equinorm_means: 0, equinorm_weights: 0 }));
  const svg = renderSvg(chart(equinormality, rows, CONTEXT));
  assert.equal(countUndrawable(equinormality, rows), 0);
  assert.equal(curvesOf(svg).length, 2);
  assert.doesNotMatch(svg, /NaN|Infinity/);
});

Deno.test("a single checkpoint is drawn as one dot a curve", () => {
  const svg = renderSvg(chart(equinormality, MEASUREMENTS.slice(0, 1), { ...CONTEXT, terminalStart: null }));
  assert.equal(svg.match(/<circle r="4"/g)?.length, 2);
  assert.doesNotMatch(svg, /NaN|Infinity/);
});

Deno.test("a figure without any value says so", () => {
  const rows = MEASUREMENTS.map(({ epoch }) => ({ epoch, values: {} }));
  for (const figure of FIGURES) {
    const svg = renderSvg(chart(figure, rows, CONTEXT));
    assert.ok(textsOf(svg).includes("not measured"), figure.file);
    assert.doesNotMatch(svg, /NaN|Infinity/);
  }
});

Deno.test("accuracies far below the rest stay on the axis", () => {
  const rows = withValues(MEASUREMENTS.slice(0, 2), () => ({ train_accuracy: 9.8, test_accuracy: 10 }));
  assert.deepEqual(chart(top1Accuracy, rows, CONTEXT).y!.domain, [0, 100]);
});

/** One figure a scale; the others differ only in their words, which the ordinary run covers. */
const ONE_A_SCALE = [top1Accuracy, equinormality, withinClassVariation];

const AWKWARD: Record<string, { rows: readonly Measurement[]; context: RunContext }> = {
  "an ordinary run": { rows: MEASUREMENTS, context: CONTEXT },
  "a very long dataset title": {
    rows: MEASUREMENTS,
    context: { ...CONTEXT, dataset: "Wide & Weird <images> of everything ".repeat(6) },
  },
  "a terminal phase that starts at the last epoch": {
    rows: MEASUREMENTS,
    context: { ...CONTEXT, terminalStart: 350 },
  },
  "a terminal phase that starts at the first epoch": {
    rows: MEASUREMENTS,
    context: { ...CONTEXT, terminalStart: 1 },
  },
  "one checkpoint": { rows: MEASUREMENTS.slice(0, 1), context: { ...CONTEXT, terminalStart: null } },
  "tiny values": { rows: scaled(1e-9), context: CONTEXT },
  "huge values": { rows: scaled(1e7), context: CONTEXT },
  "100,000 epochs": {
    rows: MEASUREMENTS.map(({ epoch, values }) => ({ epoch: epoch * 300, values })),
    context: { ...CONTEXT, terminalStart: 104_999 },
  },
};

for (const [name, { rows, context }] of Object.entries(AWKWARD)) {
  Deno.test(`nothing is cropped with ${name}`, async () => {
    for (const figure of rows === MEASUREMENTS && context === CONTEXT ? FIGURES : ONE_A_SCALE) {
      await assertInside(renderSvg(chart(figure, rows, context)), `${figure.file}.svg`);
      await assertInside(renderSvg(chart(figure, rows, context, LAYOUTS.panel)), `${figure.file} as a panel`);
    }
    await assertInside(overview(rows, context), "overview.svg");
  });
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
  await loadRasteriser();
  const withoutGround = svg.replace(/<rect class="paper"[^>]*>/g, "");
  const picture = new Resvg(withoutGround, {
    font: { fontBuffers: [regular, semibold], defaultFontFamily: "Inter" },
  });
  const { x, y, width, height } = picture.getBBox()!;
  const found = [x, y, picture.width - x - width, picture.height - y - height];
  assert.ok(
    found.every((margin) => margin >= 4),
    `${name}: expected margins of at least 4 px, found ${found}`,
  );
}

/** The WebAssembly module is loaded by the first PNG. */
function loadRasteriser(): Promise<unknown> {
  return renderPng('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>');
}

function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);
}

/** The path of each curve. */
function curvesOf(svg: string): string[] {
  return [...svg.matchAll(/aria-label="line"><path d="([^"]*)"/g)].map(([, path]) => path!);
}
