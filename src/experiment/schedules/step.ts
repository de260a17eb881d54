/** The rate falls by a factor after each of some epochs, as torch.optim.lr_scheduler.MultiStepLR has it. */
import { decimal, epochList, field } from "../../fields.ts";
import { misplaced } from "../epochs.ts";
import type { Schedule } from "./schedule.ts";
import { tooLong, WARMUP, warmupWords } from "./warmup.ts";

const FIELDS = {
  factor: field({
    option: "decay-factor",
    argument: "<x>",
    help: "multiplies the learning rate",
    type: decimal({ min: 0, above: true }),
    default: 0.1,
  }),
  after: field({
    option: "decay-after",
    argument: "<epochs>",
    help: "after these epochs",
    type: epochList(),
    default: ({ epochs }) => thirds(epochs),
    defaultWords: "a third and two thirds of all",
  }),
  warmup: WARMUP,
};

export const STEP: Schedule<"step", typeof FIELDS> = {
  kind: "step",
  fields: FIELDS,
  rate: (epoch, { factor, after }, { first }) =>
    after.filter((last) => last < epoch).reduce((rate) => rate * factor, first),
  says: ({ factor, after, warmup }) =>
    (after.length === 0 ? "constant" : `× ${factor} after epoch ${after.join(" and after epoch ")}`) +
    warmupWords(warmup),
  refuses: ({ after, warmup }, whole) => {
    const { epochs } = whole.training;
    return misplaced(FIELDS.after, after, { first: 1, last: epochs - 1, epochs }) ?? tooLong(warmup, whole);
  },
};

/** After epochs ⌊E/3⌋ and ⌊2E/3⌋. */
function thirds(epochs: number): number[] {
  const after = [Math.floor(epochs / 3), Math.floor((2 * epochs) / 3)];
  return [...new Set(after)].filter((epoch) => epoch > 0);
}
