/** NC2: how unequally the vectors fill the directions that they span. */
import { define } from "../definition.ts";
import { VECTORS } from "../readings.ts";
import { singularValues } from "../singular_values.ts";

export default define({
  name: "nc2_condition",
  family: "NC2",
  title: "condition number",
  on: VECTORS,
  formula: {
    tex: String.raw`\frac{\sigma_1(A)}{\sigma_K(A)},\quad K=\min(C-1,d)`,
    plain: "σ_1(A)/σ_K(A), K = min(C−1, d)",
  },
  range: "[1, ∞)",
  atCollapse: "1",
  ideal: 1,
  onRequest: "decomposes the vectors",
  source: "third-party code of Sakamoto & Sato 2026; as DNC2 in Súkeník et al. 2023 and Jacot et al. 2024, " +
    "from memory and not confirmed",
  notes:
    "C vectors around their mean span C − 1 directions, so the C-th singular value is rounding, and with " +
    "it the quotient infinite. The smallest mode decides: no mean hides it.",
  plain: "How many times as far the vectors reach along their widest direction as along their narrowest.",
  dissent: "The narrowest direction alone decides it, which averages over classes hardly see.",
  run: ({ vectors: { values, count, width, zero, name } }) => {
    const modes = Math.min(count - 1, width);
    const singular = singularValues(values, count, width);
    const [first, last] = [singular[0]!, singular[modes - 1]!];
    if (!(last > zero)) return { undefined: `the rows (${name}) span fewer than ${modes} directions` };
    return { value: first / last };
  },
});
