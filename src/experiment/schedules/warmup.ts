/** The linear warm-up that every schedule may begin with, as torch.optim.lr_scheduler.LinearLR takes it. */
import { field, wholeNumber } from "../../fields.ts";
import type { Whole } from "../../kind.ts";

/** Epochs of rising rates: during epoch e of W, the first rate times e / (W + 1). The schedule follows after them. */
export const WARMUP = field({
  option: "warmup",
  argument: "<epochs>",
  help: "epochs in which the learning rate rises to the first, before the schedule",
  type: wholeNumber(),
  default: 0,
  newer: true,
});

/** Why a warm-up does not fit a run, in a sentence; null where it does. */
export function tooLong(warmup: number, { training: { epochs } }: Whole): string | null {
  return warmup < epochs
    ? null
    : `--${WARMUP.option}: expected fewer epochs than the ${epochs} of the run, found ${warmup}`;
}

/** ", after 5 epochs of linear warm-up"; nothing where there is none. */
export function warmupWords(warmup: number): string {
  if (warmup === 0) return "";
  return `, after ${warmup} ${warmup === 1 ? "epoch" : "epochs"} of linear warm-up`;
}
