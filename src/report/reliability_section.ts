/** Reliability: how often decisions are right, by how sure the network is of them. */
import * as Plot from "@observablehq/plot";
import type { CheckpointTrust, Trust, TrustRecord } from "../run/tables.ts";
import { axisNames } from "./axis_marks.ts";
import { formatPercent } from "./format.ts";
import { grid } from "./grid.ts";
import { type Html, html } from "./html.ts";
import { panelCard } from "./panel_card.ts";
import { renderSvg } from "./render.ts";
import { MARK_COLOURS, type Size, SIZES } from "./tokens.ts";

type Bins = NonNullable<Trust["bins"]>;

const PANELS = [
  { metric: "calibration_ece_train", title: "Training images" },
  { metric: "calibration_ece_test", title: "Test images" },
  { metric: "calibration_ece_scaled_test", title: "Test images, temperature fitted" },
] as const;

const COLOUR = MARK_COLOURS.ink!.light;
const FAINT = MARK_COLOURS.faint!.light;
const HAIR = MARK_COLOURS.hair!.light;

const FILES = html`
  As a picture: <a href="reliability.svg">SVG</a>, <a
    href="reliability.png">PNG</a>; the bins of all checkpoints:
  <a href="trust.json">trust.json</a>.
`;

/** Empty where calibration was not measured. `files`: whether the page has files beside it, which it names. */
export function reliabilitySection(
  trust: TrustRecord | null,
  { files = true }: { files?: boolean } = {},
): Html {
  const last = lastWithBins(trust);
  if (last === null) return html``;
  return html`
    <section aria-labelledby="reliability" class="layers">
      <h2 id="reliability">Reliability</h2>
      <p>How often the decisions of epoch ${last
        .epoch} are right, by the network's confidence (the largest probability). A bar
      below the dashed line: too sure; above: not sure enough. Bars are darker, the more of the images they hold.</p>
      <div class="cards">${panelsOf(last).map(panelCard)}</div>
      <p class="note">${files
        ? FILES
        : html``} The temperature is fitted on every second test image; the last picture is of the
      others. C. Guo et al.: “On calibration of modern neural networks”, ICML 2017.</p>
    </section>
  `;
}

/** The same as one standalone SVG; null where calibration was not measured. */
export function reliabilityPicture(trust: TrustRecord | null, title: string): string | null {
  const last = lastWithBins(trust);
  if (last === null) return null;
  return grid(panelsOf(last), {
    title,
    subtitle:
      `Right decisions by confidence, epoch ${last.epoch}. Below the dashed line: too sure. Darker: more of the images.`,
    columns: PANELS.length,
    ...SIZES.page,
  });
}

/** A bar a bin that has samples, from 0 to its share of right decisions, and the line on which confidence is right. */
function reliabilityChart(bins: Bins, { size = SIZES.page }: { size?: Size } = {}): Plot.PlotOptions {
  const most = Math.max(...bins.map(({ count }) => count));
  const bars = bins.flatMap(({ count, accuracy, confidence }, i) =>
    accuracy === null || confidence === null
      ? []
      : [{ low: i / bins.length, high: (i + 1) / bins.length, count, accuracy, confidence }]
  );
  const { width, height, fontSize } = size;
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];
  return {
    width,
    height,
    marginTop: fontSize * 3.2,
    marginRight: fontSize * 2,
    marginBottom: fontSize * 4,
    marginLeft: fontSize * 3.8,
    style: { fontSize: `${fontSize}px` },
    ariaLabel: "share of right decisions by confidence",
    x: { type: "linear", domain: [0, 1] },
    y: { type: "linear", domain: [0, 1] },
    marks: [
      Plot.gridY({ ticks, stroke: HAIR, strokeOpacity: 1 }),
      Plot.axisY({ ticks, tickSize: 0, fill: FAINT, label: null }),
      Plot.axisX({ ticks, tickSize: 4, fill: FAINT, label: null }),
      ...axisNames({ x: "confidence", y: "share of right decisions" }, { fontSize, left: fontSize * 3.6 }),
      Plot.rect(bars, {
        x1: "low",
        x2: "high",
        y1: 0,
        y2: "accuracy",
        inset: 0.5,
        fill: COLOUR,
        fillOpacity: ({ count }) => 0.15 + 0.7 * count / most,
        title: ({ count, accuracy, confidence }) =>
          `${count} images, confidence ${formatPercent(100 * confidence)}, right ${
            formatPercent(100 * accuracy)
          }`,
      }),
      Plot.line([[0, 0], [1, 1]], { stroke: FAINT, strokeDasharray: "5,3" }),
    ],
  };
}

function panelsOf(
  { metrics }: CheckpointTrust,
): { svg: string; title: string; subtitle: string }[] {
  return PANELS.flatMap(({ metric, title }) => {
    const { bins } = metrics[metric] ?? {};
    if (bins === undefined) return [];
    const count = bins.reduce((sum, bin) => sum + bin.count, 0);
    const error = bins.reduce((sum, { count, confidence, accuracy }) =>
      sum + count * Math.abs((confidence ?? 0) - (accuracy ?? 0)), 0) / count;
    const subtitle = `Expected calibration error ${formatPercent(100 * error)}, of ${count} images.`;
    return [{ svg: renderSvg(reliabilityChart(bins)), title, subtitle }];
  });
}

function lastWithBins(trust: TrustRecord | null): CheckpointTrust | null {
  return trust?.checkpoints.findLast(({ metrics }) =>
    PANELS.some(({ metric }) => metrics[metric]?.bins !== undefined)
  ) ?? null;
}
