/** The option --layers, and what is said of the layers in the end. */
import { separationLaw } from "../collapse/separation_law.ts";
import { TUNNEL_SHARES, tunnelStart } from "../collapse/tunnel.ts";
import { WIDEST_RANK } from "../engine/measure_layers.ts";
import type { LayerRow } from "../run/layers.ts";

export const LAYERS_HELP =
  "measure every layer, too, for layers.csv, the law of data separation and the start of the tunnel: maps pooled (the " +
  `default) to means over positions, or flattened; ranks and linear probes up to a width of ${WIDEST_RANK}`;

/** What is said of the layers at the last epoch: how well the law of data separation holds, and where the tunnel starts. */
export function saidOfLayers(rows: readonly LayerRow[]): string {
  return rows.length === 0 ? "the network has no layers to measure\n" : `${lawOf(rows)}\n${tunnelOf(rows)}\n`;
}

function tunnelOf(rows: readonly LayerRow[]): string {
  const { epoch, layer: count } = rows.at(-1)!;
  const probes = rows.filter((row) => row.epoch === epoch).map(({ values }) =>
    values.accuracy_probe_test ?? null
  );
  const starts = TUNNEL_SHARES.flatMap((share) => {
    const start = tunnelStart(probes, share);
    return start === null ? [] : [`layer ${start} of ${count} at ${100 * share} %`];
  });
  return `start of the tunnel, epoch ${epoch}: ${
    starts.length === 0
      ? "not known, since the last layer is too wide for a linear probe"
      : `${starts.join(", ")} of the last probe's test accuracy`
  }`;
}

function lawOf(rows: readonly LayerRow[]): string {
  const last = Math.max(...rows.map(({ epoch }) => epoch));
  const layers = rows.filter(({ epoch }) => epoch === last);
  const law = separationLaw(layers.map(({ values }) => values.nc1_fuzziness_train ?? null));
  const title = `law of data separation, epoch ${last}`;
  if (law === null) return `${title}: no line through the fuzziness of ${layers.length} layers`;
  const [rate, correlation] = [law.rate, law.correlation].map((value) =>
    String(Number(value.toPrecision(3)))
  );
  return `${title}: a layer multiplies the fuzziness by ${rate} (${law.layers} layers, correlation of its logarithm ${correlation})`;
}
