/** Lengths of features. */
import { blocks } from "../blocks.ts";
import { norm } from "../vectors.ts";
import { need } from "./need.ts";
import { samples } from "./samples.ts";

export interface Norms {
  /** mean_i ‖h_i‖. */
  readonly mean: number;
  /** max_i ‖h_i‖. */
  readonly largest: number;
}

export const norms = need({
  name: "norms",
  after: { samples },
  passes: 1,
  samplewise: true,
  async reduce({ samples: { source } }): Promise<Norms> {
    const { width } = source;
    let sum = 0, largest = 0, total = 0;
    for await (const { rows, count } of blocks(source.chunks(), width)) {
      for (let i = 0; i < count; i++) {
        const length = norm(rows.subarray(i * width, (i + 1) * width));
        sum += length;
        if (length > largest) largest = length;
      }
      total += count;
    }
    return { mean: sum / total, largest };
  },
});
