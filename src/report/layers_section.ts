/** Collapse layer by layer: the law of data separation, curves over the layers, and a map over layers and epochs. */
import { DEPTH_ERROR, effectiveDepth } from "../collapse/effective_depth.ts";
import { WEIGHT_METRICS } from "../collapse/layer_weights.ts";
import { type SeparationLaw, separationLaw } from "../collapse/separation_law.ts";
import { TUNNEL_SHARES, tunnelStart } from "../collapse/tunnel.ts";
import type { LayerRow } from "../run/layers.ts";
import { formatValue } from "./format.ts";
import { grid } from "./grid.ts";
import { type Html, html } from "./html.ts";
import { layerChart, layerMap, type LayerQuantity } from "./layers_chart.ts";
import { panelCard } from "./panel_card.ts";
import { renderSvg } from "./render.ts";
import { SIZES } from "./tokens.ts";

/** Epochs drawn as lines. */
const LINES = 4;

const FUZZINESS = {
  metric: "nc1_fuzziness_train",
  title: "Separation fuzziness",
  term: "D = Tr(Σ_W S_B†)",
} as const;

const PROBE = {
  metric: "accuracy_probe_test",
  title: "Linear probe, test images",
  term: "accuracy, %",
  percent: true,
  plain: "How often the best linear classifier on a layer, by squared error with a slight ridge, is right.",
} as const;

const QUANTITIES: readonly (LayerQuantity & { readonly plain: string })[] = [
  {
    ...FUZZINESS,
    plain: "Spread inside classes against that between them. Dashed: the law's line through the last epoch.",
  },
  PROBE,
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
  {
    metric: "nc1_total_rank_train",
    title: "Numerical rank",
    term: "#{λ > 0.001 λ_1} of Σ_T",
    plain: "How many directions have at least a thousandth of the variance of the first.",
  },
  {
    metric: "layer_duality",
    title: "Layer duality",
    term: "mean cosine of the angles",
    plain: "How far the first directions that the next weights read are those of the class means.",
  },
  {
    metric: "balancedness",
    title: "Balancedness",
    term: "distance of two Gram matrices",
    plain: "How far the weights before a layer and behind it are from being each other's transposes.",
  },
];

/** Those of which there is a map, too. */
const MAPS = [
  { ...FUZZINESS, title: "Fuzziness over layers and epochs" },
  { ...PROBE, title: "Linear probe over layers and epochs" },
];

/** Empty where layers were not measured. Curves and table are of the epochs `chosen`, or of a few. */
export function layersSection(rows: readonly LayerRow[], chosen?: readonly number[]): Html {
  const last = rows.at(-1);
  if (last === undefined) return html``;
  const epochs = epochsOf(rows, chosen);
  return html`
    <section aria-labelledby="layers" class="layers">
      <h2 id="layers">Layer by layer</h2>
      <p>Outputs of ${last
        .layer} layers, the first to the last before the classifier; maps ${last.form === "pooled"
        ? "as means over positions"
        : "with all of their values"}. The law of data separation has the logarithm of the fuzziness fall on a line over the layers.
      The effective depth is the first layer whose nearest class mean is right of ${100 *
        (1 -
          DEPTH_ERROR)} % of the training images. The tunnel starts at the first layer whose linear probe has ${TUNNEL_SHARES
        .map((share) => `${100 * share} %`).join(
          " (",
        )}) of the test accuracy that a probe of the last layer has.</p>
      <table>
        <thead>
          <tr>
            <th scope="col">Epoch</th>
            <th scope="col" class="number">A layer multiplies D by</th>
            <th scope="col" class="number">Slope of ln D</th>
            <th scope="col" class="number">Correlation</th>
            <th scope="col" class="number">Effective depth</th>
            <th scope="col" class="number">Start of the tunnel</th>
          </tr>
        </thead>
        <tbody>${epochs.map((epoch) => lawRow(rows, epoch))}</tbody>
      </table>
      <div class="cards">${panelsOf(rows, epochs).map(panelCard)}</div>
      <p class="note">All of these as a picture: <a href="layers.svg">SVG</a>, <a href="layers.png">PNG</a>.
      ${WEIGHT_METRICS.map(({ name, formula, says, source }) =>
        html`
          ${name}: ${formula}; ${says}; ${source}.
        `
      )}
      E. He, W. J. Su: “A law of data separation in deep learning”, PNAS 120(36), 2023. W. Masarczyk et al.: “The tunnel
      effect”, NeurIPS 2023; its shares are from memory, and there they are of the network's accuracy.</p>
    </section>
  `;
}

/** The same as one standalone SVG; null where layers were not measured. */
export function layersPicture(
  rows: readonly LayerRow[],
  title: string,
  chosen?: readonly number[],
): string | null {
  if (rows.length === 0) return null;
  const epochs = epochsOf(rows, chosen);
  const law = lawAt(rows, epochs.at(-1)!);
  return grid(panelsOf(rows, epochs), {
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

function panelsOf(
  rows: readonly LayerRow[],
  epochs: readonly number[],
): { svg: string; title: string; subtitle: string }[] {
  const curves = QUANTITIES.filter(({ metric }) =>
    rows.some(({ values }) => typeof values[metric] === "number")
  )
    .map((quantity) => {
      const law = quantity.metric === FUZZINESS.metric ? lawAt(rows, epochs.at(-1)!) : null;
      const svg = renderSvg(layerChart(rows, quantity, { epochs, law }));
      return { metric: quantity.metric, svg, title: quantity.title, subtitle: quantity.plain };
    });
  const maps = MAPS.filter(({ metric }) => curves.some((curve) => curve.metric === metric)).map((
    quantity,
  ) => ({
    svg: renderSvg(layerMap(rows, quantity)),
    title: quantity.title,
    subtitle: "A row a checkpoint: darker, the larger.",
  }));
  return [...curves, ...maps];
}

function lawRow(rows: readonly LayerRow[], epoch: number): Html {
  const own = rows.filter((row) => row.epoch === epoch);
  const column = (metric: string) => own.map(({ values }) => values[metric] ?? null);
  const law = lawAt(rows, epoch);
  const depth = effectiveDepth(column("nc4_ncc_accuracy_train"));
  const starts = TUNNEL_SHARES.map((share) => tunnelStart(column(PROBE.metric), share));
  const cell = (value: number | undefined) => html`<td class="number">${formatValue(value)}</td>`;
  const text = (value: string) => html`<td class="number">${value}</td>`;
  return html`<tr><th scope="row">${epoch}</th>${cell(law?.rate)}${cell(law?.slope)}${
    cell(law?.correlation)
  }${text(depth === null ? "–" : String(depth))}${
    text(starts[0] === null ? "–" : `${starts[0]} (${starts[1]})`)
  }</tr>`;
}

function lawAt(rows: readonly LayerRow[], epoch: number): SeparationLaw | null {
  const own = rows.filter((row) => row.epoch === epoch);
  return separationLaw(own.map(({ values }) => values[FUZZINESS.metric] ?? null));
}

/** Those that are chosen; else at most a few, the first and the last among them. */
function epochsOf(rows: readonly LayerRow[], chosen?: readonly number[]): readonly number[] {
  const all = [...new Set(rows.map(({ epoch }) => epoch))];
  if (chosen !== undefined) return all.filter((epoch) => chosen.includes(epoch));
  if (all.length <= LINES) return all;
  const places = Array.from({ length: LINES }, (_, i) => Math.round(i * (all.length - 1) / (LINES - 1)));
  return places.map((at) => all[at]!);
}
