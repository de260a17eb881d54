/**
 * Stochastic gradient descent with momentum, as torch.optim.SGD: g ← g + decay · w, m ← momentum · m + g, w ← w − rate · m.
 */
import { decimal, field } from "../../fields.ts";
import type { Kind } from "../../kind.ts";

const FIELDS = {
  learningRate: field({
    option: "lr",
    argument: "<rate>",
    help: "learning rate of the first epochs",
    type: decimal({ min: 0, above: true }),
    /** Member 22 of the paper's grid of 25 rates, log-spaced from 1e-4 to 0.25, counted from 0. */
    default: 0.1302501827396728,
  }),
  momentum: field({
    option: "momentum",
    argument: "<x>",
    help: "of SGD",
    type: decimal({ min: 0, below: 1 }),
    default: 0.9,
  }),
  /** On every parameter, batch norm and biases included. */
  weightDecay: field({
    option: "weight-decay",
    argument: "<x>",
    help: "on every parameter",
    type: decimal({ min: 0 }),
    default: 5e-4,
  }),
};

export const SGD: Kind<"sgd", typeof FIELDS> = {
  kind: "sgd",
  fields: FIELDS,
  says: ({ momentum, weightDecay }) => `SGD, momentum ${momentum}, weight decay ${weightDecay}`,
};
