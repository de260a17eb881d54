/** Cosines of single samples with the classifier's rows. */
import { BLOCK, blocks } from "../blocks.ts";
import { dotRows } from "../kernels.ts";
import { splitNamed } from "../splits.ts";
import { centreRows, directions, meanRow, norm, norms } from "../vectors.ts";
import { weightRows } from "./classifier.ts";
import { reduced } from "./moments.ts";
import { isKnown, type Maybe, need } from "./need.ts";
import { samples } from "./samples.ts";

export interface SampleCosines {
  /** mean_i cos(h_i − μ_G, w_{y_i}). */
  readonly own: number;
  /** mean_i [cos(h_i − μ_G, w_{y_i} − w̄) − max_{c≠y_i} cos(h_i − μ_G, w_c − w̄)]. */
  readonly margin: number;
}

export const sampleCosines = need({
  name: "sample cosines",
  after: { samples, reduced, weightRows },
  passes: 1,
  samplewise: true,
  memory: { kept: ({ classes, width }) => 4 * classes * width },
  async reduce(
    { samples: { source, count: total }, reduced: { moments }, weightRows },
    { split },
  ): Promise<Maybe<SampleCosines>> {
    const { width, classes, sampleCentre, centred: { zero } } = moments;
    const { values, count: rowCount } = weightRows;
    const plain = directions(weightRows);
    const centred = directions({
      ...weightRows,
      values: centreRows(values, rowCount, meanRow(values, rowCount, width)),
      name: "the centred classifier row of class",
      zero: rowCount * Number.EPSILON * Math.max(...norms(weightRows)),
    });
    if (!isKnown(plain)) return plain;
    if (!isKnown(centred)) return centred;
    const cosines = [plain, centred].map(() => new Float64Array(BLOCK * classes));
    let own = 0, margin = 0;
    for await (const { rows, count, labels } of blocks(source.chunks(), width)) {
      for (let i = 0; i < count; i++) {
        const row = rows.subarray(i * width, (i + 1) * width);
        for (let k = 0; k < width; k++) row[k]! -= sampleCentre[k]!;
        const length = norm(row);
        if (!(length > zero)) {
          const { adjective } = splitNamed(split);
          return { undefined: `one of the ${adjective} features is their mean and has no direction from it` };
        }
        for (let k = 0; k < width; k++) row[k]! /= length;
      }
      dotRows(rows, count, plain.unit, classes, width, cosines[0]!);
      dotRows(rows, count, centred.unit, classes, width, cosines[1]!);
      for (let i = 0; i < count; i++) {
        own += cosines[0]![i * classes + labels[i]!]!;
        margin += marginOf(cosines[1]!.subarray(i * classes, (i + 1) * classes), labels[i]!);
      }
    }
    return { own: own / total, margin: margin / total };
  },
});

function marginOf(cosines: Float64Array, label: number): number {
  let best = -Infinity;
  for (let c = 0; c < cosines.length; c++) if (c !== label && cosines[c]! > best) best = cosines[c]!;
  return cosines[label]! - best;
}
