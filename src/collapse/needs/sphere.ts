/** Moments of the directions of features, ĥ = h/‖h‖: what lengths say is taken out before anything is measured. */
import { streamSource } from "../array_source.ts";
import { pieces } from "../blocks.ts";
import { unmeasurable } from "../magnitude.ts";
import { moments, within } from "../moments.ts";
import type { FeatureChunk, FeatureSource } from "../source.ts";
import { splitNamed } from "../splits.ts";
import { norm } from "../vectors.ts";
import type { Reduced } from "./moments.ts";
import { type Maybe, need } from "./need.ts";
import { samples } from "./samples.ts";

/** First and second moments of ĥ. */
export const sphere = need({
  name: "sphere",
  after: { samples },
  passes: 2,
  samplewise: true,
  memory: { kept: ({ classes, width }) => 12 * classes * width },
  async reduce({ samples: { source, sums: { counts }, count } }, { split }): Promise<Maybe<Reduced>> {
    const { adjective } = splitNamed(split);
    const empty = counts.indexOf(0);
    if (empty >= 0) return { undefined: `class ${empty} has no ${adjective} samples` };
    const zeros = { count: 0 };
    const { width, classes } = source;
    const unit = streamSource(() => directionsOf(source, zeros), { count, width, classes });
    const sums = await unit.classSums();
    if (zeros.count > 0) {
      return { undefined: `${zeros.count} of ${count} ${adjective} features are zero and have no direction` };
    }
    const first = moments(sums);
    const second = await unit.withinClass(first.means, first.between.basis);
    const wrong = unmeasurable(second.deviations, `${adjective} directions`, { least: 0 });
    return wrong ?? { moments: first, within: within(second, first) };
  },
});

/** Samples of length 1; those of length 0 stay, and are counted. */
async function* directionsOf(source: FeatureSource, zeros: { count: number }): AsyncGenerator<FeatureChunk> {
  const { width } = source;
  for await (const { features, labels } of pieces(source.chunks(), width)) {
    const unit = Float64Array.from(features);
    for (let i = 0; i < labels.length; i++) {
      const row = unit.subarray(i * width, (i + 1) * width);
      const length = norm(row);
      if (length === 0) zeros.count++;
      else for (let k = 0; k < width; k++) row[k] /= length;
    }
    yield { features: unit, labels };
  }
}
