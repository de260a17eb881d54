/** The first pass over a split: its source, with counts and sums of the classes that can be measured. */
import { unmeasurable } from "../magnitude.ts";
import type { NotDefined } from "../outcome.ts";
import type { ClassSums, FeatureSource } from "../source.ts";
import { splitNamed } from "../splits.ts";
import { need } from "./need.ts";

export interface Samples {
  readonly source: FeatureSource;
  readonly sums: ClassSums;
  /** N. */
  readonly count: number;
}

export const samples = need({
  name: "samples",
  after: {},
  passes: 1,
  memory: { kept: ({ classes, width }) => 3 * classes * width },
  async reduce(_, { source, split }): Promise<Samples | NotDefined> {
    const { adjective, missing } = splitNamed(split);
    if (source === null) return { undefined: missing };
    const sums = await source.classSums();
    if (!sums.counts.some((count) => count > 0)) return { undefined: `there are no ${adjective} samples` };
    return findNotFinite(sums, adjective) ?? unmeasurable(meansOf(sums), `${adjective} features`) ??
      { source, sums, count: sums.counts.reduce((a, b) => a + b) };
  },
});

function findNotFinite({ counts, sums }: ClassSums, name: string): NotDefined | null {
  const wrong = sums.findIndex((sum) => !Number.isFinite(sum));
  const label = Math.floor(wrong / (sums.length / counts.length));
  return wrong < 0 ? null : { undefined: `${name} features of class ${label} are NaN or infinite` };
}

/** μ_c, C × d, or zeros for a class without samples. */
function meansOf({ counts, sums }: ClassSums): Float64Array {
  const width = sums.length / counts.length;
  return sums.map((sum, i) => sum / Math.max(1, counts[Math.floor(i / width)]));
}
