/** Half a cosine from the first rate to zero, which the epoch after the last would have: torch's CosineAnnealingLR. */
import type { Schedule } from "./schedule.ts";
import { tooLong, WARMUP, warmupWords } from "./warmup.ts";

const FIELDS = { warmup: WARMUP };

export const COSINE: Schedule<"cosine", typeof FIELDS> = {
  kind: "cosine",
  fields: FIELDS,
  rate: (epoch, { warmup }, { first, epochs }) =>
    first * (1 + Math.cos(Math.PI * (epoch - 1 - warmup) / (epochs - warmup))) / 2,
  says: ({ warmup }) => `a cosine to zero${warmupWords(warmup)}`,
  refuses: ({ warmup }, whole) => tooLong(warmup, whole),
};
