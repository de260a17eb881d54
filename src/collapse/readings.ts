/**
 * What a definition is measured on. A reading makes a column: it names it, binds what `run` is given, and says in words
 * what differs from the definition.
 */
import { weightRows } from "./needs/classifier.ts";
import { centredMeans, classCentredMeans } from "./needs/moments.ts";
import type { Needs } from "./needs/need.ts";
import type { SplitName } from "./splits.ts";
import type { Words } from "./words.ts";

export interface Reading<R extends Needs = Needs> {
  /** Of the column's name, after that of the definition. */
  readonly suffix: string;
  readonly split: SplitName;
  /** Read before those of the definition. */
  readonly needs: R;
  /** Whether class means are centred at their own mean where its namesake centres them at that of all samples. */
  readonly classCentred?: true;
  /** Ends the title of the column. */
  readonly title?: string;
  readonly describe?: (words: Words) => Words;
}

const NOTHING: Record<never, never> = {};

/** The samples of the training and of the test split. */
export const SAMPLES: readonly Reading<typeof NOTHING>[] = [
  { suffix: "_train", split: "train", needs: NOTHING },
  { suffix: "_test", split: "test", needs: NOTHING },
];

/** Of the test split alone: samples that the network has not seen, held against what it learnt. */
export const TEST = SAMPLES.filter(({ split }) => split === "test");

/** Out-of-distribution samples. */
export const OOD: readonly Reading<typeof NOTHING>[] = [
  { suffix: "_ood", split: "ood", needs: NOTHING },
];

/** The last layer alone; the definition's name says so. */
export const CLASSIFIER: readonly Reading<{ weights: typeof weightRows }>[] = [
  { suffix: "", split: "classifier", needs: { weights: weightRows } },
];

/**
 * Sets of C vectors: class means less the mean of all samples, classifier rows, and class means less their own mean. The
 * last are the same where classes are balanced, and are at their ideal for a simplex of classes that differ in size.
 */
export const VECTORS: readonly Reading<{ vectors: typeof centredMeans }>[] = [
  ...bothSplits({
    suffix: "_means",
    needs: { vectors: centredMeans },
    title: "class means less the mean of all samples",
  }),
  {
    suffix: "_weights",
    split: "classifier",
    needs: { vectors: weightRows },
    title: "classifier rows w_c",
  },
  ...bothSplits({
    suffix: "_class_centred_means",
    needs: { vectors: classCentredMeans },
    classCentred: true,
    title: "class means less their own mean",
    describe: (words) => classCentred(words, { tex: "a_c", plain: "a_c" }),
  }),
];

/** The classifier's rows with the class means of a split, around either centre. */
export const PAIRS: readonly Reading<{ means: typeof centredMeans; weights: typeof weightRows }>[] = [
  ...bothSplits({
    suffix: "",
    needs: { means: centredMeans, weights: weightRows },
    describe: (words) => ({ ...words, notes: `${words.notes} Class means less the mean of all samples.` }),
  }),
  ...bothSplits({
    suffix: "_class_centred",
    needs: { means: classCentredMeans, weights: weightRows },
    classCentred: true,
    title: "around the mean of the class means",
    describe: (words) => classCentred(words, { tex: String.raw`\text{class means}`, plain: "class means" }),
  }),
];

function bothSplits<R extends Needs>({ suffix, ...rest }: Omit<Reading<R>, "split">): Reading<R>[] {
  return (["train", "test"] as const).map((split) => ({ ...rest, split, suffix: `${suffix}_${split}` }));
}

/** The words of the variant whose class means, `vectors` in its formula, are centred at their own mean. */
function classCentred(words: Words, vectors: Words["formula"]): Words {
  const { formula, source, notes, plain } = words;
  return {
    ...words,
    formula: {
      tex: String.raw`${formula.tex};\quad ${vectors.tex}\text{ around the mean of the class means}`,
      plain: `${formula.plain}; ${vectors.plain} around the mean of the class means`,
    },
    source: `${source}; the centre as in public code: rhubarbwu/neural-collapse`,
    notes: `${notes} Equals the variant around the mean of all samples when classes are balanced.`,
    plain: `Around the mean of the class means: ${plain[0]!.toLowerCase()}${plain.slice(1)}`,
    dissent: "Large classes pull the mean of all samples towards them and leave this centre where it is.",
  };
}
