/** What the forms of SGD and Muon share: momentum, and looking ahead by it. */
import { decimal, field, flag } from "../../fields.ts";

/** Where an optimizer says nothing else. */
export function momentumOf(usual: number): ReturnType<typeof field<number>> {
  return field({
    option: "momentum",
    argument: "<x>",
    help: "share of the last step that the next one keeps",
    type: decimal({ min: 0, below: 1 }),
    default: usual,
  });
}

/** The same. */
export function nesterovOf(usual: boolean): ReturnType<typeof field<boolean>> {
  return field({
    option: "nesterov",
    argument: "[yes|no]",
    help: "Nesterov's momentum",
    type: flag(),
    default: usual,
    newer: true,
  });
}

export const MOMENTUM = momentumOf(0.9);
export const NESTEROV = nesterovOf(false);

interface Momentum {
  readonly momentum: number;
  readonly nesterov: boolean;
}

/** The line of the optimizer `kind`, as native reads it. */
export function momentumLine(kind: string, value: Momentum): string {
  return `optimizer kind=${kind} ${momentumFields(value)}`;
}

/** What such a line says of them. */
export function momentumFields({ momentum, nesterov }: Momentum): string {
  return `momentum=${momentum} nesterov=${Number(nesterov)}`;
}

/** "momentum 0.9", or Nesterov's. */
export function momentumWords({ momentum, nesterov }: Momentum): string {
  return `${nesterov ? "Nesterov " : ""}momentum ${momentum}`;
}

/** Why Nesterov's step does not go with a momentum, in a sentence; null where it does. */
export function unfitMomentum({ momentum, nesterov }: Momentum): string | null {
  return nesterov && momentum === 0 ? "--nesterov: expected a --momentum above 0 beside it, found 0" : null;
}
