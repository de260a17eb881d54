/** The first rate to the end. */
import type { Schedule } from "./schedule.ts";
import { tooLong, WARMUP, warmupWords } from "./warmup.ts";

const FIELDS = { warmup: WARMUP };

export const CONSTANT: Schedule<"constant", typeof FIELDS> = {
  kind: "constant",
  fields: FIELDS,
  rate: (_epoch, _value, { first }) => first,
  says: ({ warmup }) => `constant${warmupWords(warmup)}`,
  refuses: ({ warmup }, whole) => tooLong(warmup, whole),
};
