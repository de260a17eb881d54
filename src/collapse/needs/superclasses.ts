/** Decisions by super-classes: groups of classes that the data set names. */
import { logitsOf } from "./confidence.ts";
import { lastLayer } from "./classifier.ts";
import type { Correct } from "./decisions.ts";
import { type Maybe, need } from "./need.ts";
import { samples } from "./samples.ts";

const superclasses = need({
  name: "super-classes",
  after: {},
  reduce: (_, { superclasses }): Maybe<{ readonly of: readonly number[] }> =>
    superclasses === null ? { undefined: "the classes have no super-classes" } : { of: superclasses },
});

/** How often the class that is decided has the super-class of the label. */
export const superclassCorrect = need({
  name: "super-class decisions",
  after: { superclasses, samples, lastLayer },
  passes: 1,
  samplewise: true,
  async reduce({ superclasses, samples: { source, count }, lastLayer }): Promise<Correct> {
    let correct = 0;
    for await (const { logits, label } of logitsOf(source, lastLayer)) {
      let best = 0;
      for (let c = 1; c < logits.length; c++) if (logits[c]! > logits[best]!) best = c;
      if (superclasses.of[best] === superclasses.of[label]) correct++;
    }
    return { correct, count };
  },
});
