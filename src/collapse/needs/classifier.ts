/** The last layer, where its numbers can be measured. */
import { unmeasurable } from "../magnitude.ts";
import type { Classifier } from "../source.ts";
import { splitNamed } from "../splits.ts";
import type { Rows } from "../vectors.ts";
import { type Maybe, need } from "./need.ts";

export const lastLayer = need({
  name: "classifier",
  after: {},
  reduce(_, { classifier }): Maybe<Classifier> {
    if (classifier === null) return { undefined: splitNamed("classifier").missing };
    const { weight, bias } = classifier;
    return weight.every(Number.isFinite) && bias.every(Number.isFinite)
      ? classifier
      : { undefined: "the classifier holds NaN or infinite values" };
  },
});

/** W as rows, where their lengths can be measured. */
export const weightRows = need({
  name: "classifier rows",
  after: { lastLayer },
  reduce: ({ lastLayer: { weight, bias } }): Maybe<Rows> =>
    unmeasurable(weight, "weights of the classifier") ?? {
      values: weight,
      count: bias.length,
      width: weight.length / bias.length,
      name: "the classifier row of class",
      zero: 0,
    },
});

/** Of the optimizer. */
export const weightDecay = need({
  name: "weight decay",
  after: {},
  reduce: (_, { weightDecay }): Maybe<{ readonly value: number }> =>
    weightDecay === null ? { undefined: "the weight decay is not known" } : { value: weightDecay },
});
