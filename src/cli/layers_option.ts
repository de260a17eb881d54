/** The option --layers, and what is said of the layers in the end. */
import { separationLaw } from "../collapse/separation_law.ts";
import { WIDEST_RANK } from "../engine/measure_layers.ts";
import type { LayerRow } from "../run/layers.ts";

export const LAYERS_HELP =
  "measure every layer, too, for layers.csv and the law of data separation: maps pooled (the default) to means over " +
  `positions, or flattened; ranks up to a width of ${WIDEST_RANK}`;

/** How well the law of data separation holds at the last epoch, in a line. */
export function lawOf(rows: readonly LayerRow[]): string {
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
