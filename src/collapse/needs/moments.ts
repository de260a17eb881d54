/** Means of the classes, and the second pass around them. */
import { unmeasurable } from "../magnitude.ts";
import { type Moments, moments, type Within, within } from "../moments.ts";
import { splitNamed } from "../splits.ts";
import type { Rows } from "../vectors.ts";
import { type Maybe, need } from "./need.ts";
import { samples } from "./samples.ts";

/** Class means, global means, and the modes between classes. */
export const means = need({
  name: "means",
  after: { samples },
  memory: {
    kept: ({ classes, width }) => 9 * classes * width + 16 * classes ** 2,
  },
  reduce({ samples: { sums } }, { split }): Maybe<Moments> {
    const empty = sums.counts.indexOf(0);
    return empty < 0
      ? moments(sums)
      : { undefined: `class ${empty} has no ${splitNamed(split).adjective} samples` };
  },
});

/** First and second moments of one split. */
export interface Reduced {
  readonly moments: Moments;
  readonly within: Within;
}

export const reduced = need({
  name: "moments",
  after: { samples, means },
  passes: 1,
  async reduce({ samples: { source }, means }, { split }): Promise<Maybe<Reduced>> {
    const second = await source.withinClass(means.means, means.between.basis);
    const distances = second.deviations.map(Math.sqrt);
    const name = `distances of ${splitNamed(split).adjective} features from their class means`;
    return unmeasurable(distances, name, { least: 0 }) ?? { moments: means, within: within(second, means) };
  },
});

/** The same where something can vary: with one sample a class all that varies within classes is 0, collapsed or not. */
export const variation = need({
  name: "variation",
  after: { reduced },
  reduce({ reduced }): Maybe<Reduced> {
    const { count, classes } = reduced.moments;
    return count > classes
      ? reduced
      : { undefined: "every class has one sample, so nothing varies within classes" };
  },
});

/** M: class means less the mean of all samples. */
export const centredMeans = need({
  name: "centred means",
  after: { reduced },
  reduce: ({ reduced: { moments } }): Rows => moments.centred,
});

/** Class means less their own mean. */
export const classCentredMeans = need({
  name: "class-centred means",
  after: { reduced },
  reduce: ({ reduced: { moments } }): Rows => moments.classCentred,
});

/** Class means as they are. */
export const uncentredMeans = need({
  name: "uncentred means",
  after: { reduced },
  reduce: ({ reduced: { moments: { centred, means } } }): Rows => (
    { ...centred, values: means, name: "the mean of class", zero: 0 }
  ),
});
