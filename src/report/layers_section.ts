/** Collapse layer by layer: the law of data separation, curves over the layers, and a map over layers and epochs. */
import { DEPTH_ERROR, effectiveDepth } from "../collapse/effective_depth.ts";
import { type SeparationLaw, separationLaw } from "../collapse/separation_law.ts";
import type { LayerRow } from "../run/layers.ts";
import { inlineSvg } from "./document.ts";
import { formatValue } from "./format.ts";
import { grid } from "./grid.ts";
import { type Html, html } from "./html.ts";
import { layerChart, layerMap, type LayerQuantity } from "./layers_chart.ts";
import { renderSvg } from "./render.ts";
import { SIZES } from "./tokens.ts";

/** Epochs drawn as lines. */
const LINES = 4;

const FUZZINESS = {
  metric: "nc1_fuzziness_train",
  title: "Separation fuzziness",
  term: "D = Tr(Σ_W S_B†)",
} as const;

const QUANTITIES: readonly (LayerQuantity & { readonly plain: string })[] = [
  {
    ...FUZZINESS,
    plain: "Spread inside classes against that between them. Dashed: the law's line through the last epoch.",
  },
  {
    metric: "nc4_ncc_accuracy_test",
    title: "Nearest centre, test images",
    term: "accuracy, %",
    percent: true,
    plain: "How often the nearest class mean of a layer is the right class.",
  },
  {
    metric: "nc1_effective_rank_train",
    title: "Effective rank",
    term: "exp of the entropy of the spectrum",
    plain: "About how many directions the features of a layer fill; C − 1 at collapse.",
  },
  {
    metric: "nc2_discrimination_means_train",
    title: "Discrimination",
    term: "1 − largest cosine of two class means",
    plain: "How far in angle the two closest class means are, seen from zero.",
  },
];

/** Empty where layers were not measured. */
export function layersSection(rows: readonly LayerRow[]): Html {
  const last = rows.at(-1);
  if (last === undefined) return html``;
  const epochs = epochsOf(rows);
  return html`
    <section aria-labelledby="layers" class="layers">
      <h2 id="layers">Layer by layer</h2>
      <p>Outputs of ${last
        .layer} layers, the first to the last before the classifier; maps ${last.form === "pooled"
        ? "as means over positions"
        : "with all of their values"}. The law of data separation has the logarithm of the fuzziness fall on a line over the layers.
      The effective depth is the first layer whose nearest class mean is right of ${100 *
        (1 - DEPTH_ERROR)} % of the training images.</p>
      <table>
        <thead>
          <tr>
            <th scope="col">Epoch</th>
            <th scope="col" class="number">A layer multiplies D by</th>
            <th scope="col" class="number">Slope of ln D</th>
            <th scope="col" class="number">Correlation</th>
            <th scope="col" class="number">Effective depth</th>
          </tr>
        </thead>
        <tbody>${epochs.map((epoch) => lawRow(epoch, lawAt(rows, epoch), depthAt(rows, epoch)))}</tbody>
      </table>
      <div class="cards">${panelsOf(rows).map(({ svg, title, subtitle }) =>
        html`
          <figure class="card">
            <h3>${title}</h3>
            <p>${subtitle}</p>
            <div class="drawing">${inlineSvg(svg)}</div>
          </figure>
        `
      )}</div>
      <p class="note">All of these as a picture: <a href="layers.svg">SVG</a>, <a href="layers.png">PNG</a>.
      E. He, W. J. Su: “A law of data separation in deep learning”, PNAS 120(36), 2023.</p>
    </section>
  `;
}

/** The same as one standalone SVG; null where layers were not measured. */
export function layersPicture(rows: readonly LayerRow[], title: string): string | null {
  if (rows.length === 0) return null;
  const law = lawAt(rows, rows.at(-1)!.epoch);
  return grid(panelsOf(rows), {
    title,
    subtitle: law === null
      ? "Curves: epochs, darker the later."
      : `Curves: epochs, darker the later. At the last one a layer multiplies the fuzziness by ${
        formatValue(law.rate)
      }, correlation ${formatValue(law.correlation)}.`,
    columns: 3,
    ...SIZES.page,
  });
}

function panelsOf(rows: readonly LayerRow[]): { svg: string; title: string; subtitle: string }[] {
  const epochs = epochsOf(rows);
  const curves = QUANTITIES.filter(({ metric }) =>
    rows.some(({ values }) => typeof values[metric] === "number")
  )
    .map((quantity) => {
      const law = quantity.metric === FUZZINESS.metric ? lawAt(rows, epochs.at(-1)!) : null;
      const svg = renderSvg(layerChart(rows, quantity, { epochs, law }));
      return { svg, title: quantity.title, subtitle: quantity.plain };
    });
  const map = {
    svg: renderSvg(layerMap(rows, FUZZINESS)),
    title: "Fuzziness over layers and epochs",
    subtitle: "A row a checkpoint: darker, the larger.",
  };
  return [...curves, map];
}

function lawRow(epoch: number, law: SeparationLaw | null, depth: number | null): Html {
  const cell = (value: number | undefined) => html`<td class="number">${formatValue(value)}</td>`;
  return html`<tr><th scope="row">${epoch}</th>${cell(law?.rate)}${cell(law?.slope)}${
    cell(law?.correlation)
  }<td class="number">${depth === null ? "–" : String(depth)}</td></tr>`;
}

function depthAt(rows: readonly LayerRow[], epoch: number): number | null {
  const own = rows.filter((row) => row.epoch === epoch);
  return effectiveDepth(own.map(({ values }) => values.nc4_ncc_accuracy_train ?? null));
}

function lawAt(rows: readonly LayerRow[], epoch: number): SeparationLaw | null {
  const own = rows.filter((row) => row.epoch === epoch);
  return separationLaw(own.map(({ values }) => values[FUZZINESS.metric] ?? null));
}

/** At most a few, the first and the last among them. */
function epochsOf(rows: readonly LayerRow[]): readonly number[] {
  const all = [...new Set(rows.map(({ epoch }) => epoch))];
  if (all.length <= LINES) return all;
  const places = Array.from({ length: LINES }, (_, i) => Math.round(i * (all.length - 1) / (LINES - 1)));
  return places.map((at) => all[at]!);
}
