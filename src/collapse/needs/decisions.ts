/** What the classifier decides, and what the nearest centre of the training means does. */
import { meanwhile } from "../meanwhile.ts";
import type { DecisionCounts } from "../source.ts";
import { lastLayer } from "./classifier.ts";
import { means, reduced } from "./moments.ts";
import { isKnown, need, onSplit } from "./need.ts";
import { samples } from "./samples.ts";

/** Right decisions of `count`. */
export interface Correct {
  readonly correct: number;
  readonly count: number;
}

export type Decisions = DecisionCounts & { readonly count: number };

/** The pass that compares with centres. Without a classifier it is given one of zeros, whose decisions nobody reads. */
const centrePass = need({
  name: "nearest centres",
  after: { samples, centres: onSplit("train", means) },
  passes: 1,
  async reduce({ samples: { source, count }, centres }, { ask, wanted }): Promise<Decisions> {
    const { classes, width } = source;
    const classifier = await ask(lastLayer);
    const zeros = () => ({ weight: new Float64Array(classes * width), bias: new Float64Array(classes) });
    const own = wanted(reduced) ? await ask(means) : null;
    const pass = source.decisions(centres.means, isKnown(classifier) ? classifier : zeros());
    // A source in native decides on other threads; meanwhile this one finds the modes.
    const counts = await meanwhile(pass, () => own !== null && isKnown(own) && own.between);
    return { ...counts, count };
  },
});

export const decisions = need({
  name: "decisions",
  after: { samples, lastLayer, centrePass },
  async reduce({ samples: { source }, lastLayer, centrePass }): Promise<Decisions> {
    // Statistics may hold decisions of centres alone: then their counts of the classifier's are nobody's.
    if (source.holdsSamples === false) await source.correct(lastLayer);
    return centrePass;
  },
});

/** How often the nearest centre is right, which needs no classifier. */
export const nearest = need({
  name: "nearest",
  after: { centrePass },
  reduce: ({ centrePass: { centreCorrect, count } }): Correct => ({ correct: centreCorrect, count }),
});

/** How often the classifier is right; counted without centres where nobody compares with them, or none are known. */
export const correct = need({
  name: "correct",
  after: { samples, lastLayer },
  passes: 1,
  async reduce({ samples: { source, count }, lastLayer }, { ask, wanted }): Promise<Correct> {
    const compared = wanted(centrePass) && source.holdsSamples !== false ? await ask(centrePass) : null;
    return compared !== null && isKnown(compared)
      ? { correct: compared.classifierCorrect, count }
      : { correct: await source.correct(lastLayer), count };
  },
});
