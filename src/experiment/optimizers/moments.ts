/** What Adam and AdamW share: how fast their averages forget, and what keeps the step finite. */
import { decimal, decimalPair, field } from "../../fields.ts";

export const BETAS = field<readonly number[]>({
  option: "betas",
  argument: "<b1,b2>",
  help: "share of the averages of the gradient and of its square that a step keeps",
  type: decimalPair({ min: 0, below: 1 }),
  default: [0.9, 0.999],
});

export const EPS = field({
  option: "eps",
  argument: "<x>",
  help: "what is added to the root of the squares' average",
  type: decimal({ min: 0, above: true, below: 1 }),
  default: 1e-8,
});

interface Moments {
  readonly betas: readonly number[];
  readonly eps: number;
}

/** The line of the optimizer `kind`, as native reads it. */
export function momentsLine(kind: string, value: Moments): string {
  return `optimizer kind=${kind} ${momentsFields(value)}`;
}

/** What such a line says of them. */
export function momentsFields({ betas: [beta1, beta2], eps }: Moments): string {
  return `beta1=${beta1} beta2=${beta2} eps=${eps}`;
}
