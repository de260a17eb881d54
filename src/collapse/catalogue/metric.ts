/** What an entry of the catalogue is, and the makers that turn a function of the statistics into entries. */
import type { Outcome } from "../outcome.ts";
import type { DecisionCounts } from "../source.ts";
import { given, type Known, type Reduced, type Split, type Statistics } from "../split.ts";
import type { Rows } from "../vectors.ts";

export type Family = "accuracy" | "NC1" | "NC2" | "NC3" | "NC4";

/** What a metric reads, which decides the passes over the samples: see `measure`. */
export type Need = "moments" | "decisions";

/** What a definition is, apart from the split that it is measured on. */
export interface Definition {
  readonly family: Family;
  /** Tells it from the others of its family, in words. */
  readonly variant: string;
  readonly formula: string;
  readonly range: string;
  /** The value of perfectly collapsed features. */
  readonly atCollapse: string;
  /** Paper and figure or section, or the public code that defines it. */
  readonly source: string;
  /** Where public implementations differ, and what misleads. */
  readonly notes: string;
}

export interface Metric extends Definition {
  /** Column name: family, variant and split; the first columns keep the short names of the reference figures. */
  readonly name: string;
  /** "classifier" where no feature enters. */
  readonly split: "train" | "test" | "classifier";
  readonly needs: readonly Need[];
  /** Expensive metrics are measured only where they are asked for by name, or with "all". */
  readonly cost: "cheap" | "expensive";
  readonly run: (statistics: Statistics) => Outcome;
}

/** Column names where they are not `<key>_<split>`. */
type Names = { readonly [split in Metric["split"]]?: string };

const SPLITS = ["train", "test"] as const;

/** A metric of the features of a split: one entry for train, one for test. */
export function ofFeatures(
  key: string,
  definition: Definition,
  run: (reduced: Reduced, statistics: Statistics) => Outcome,
  names: Names = {},
): Metric[] {
  return SPLITS.map((split) => ({
    ...definition,
    name: names[split] ?? `${key}_${split}`,
    split,
    needs: ["moments"],
    cost: "cheap",
    run: (statistics) =>
      given(splitOf(statistics, split), ({ reduced }) => given(reduced, (r) => run(r, statistics))),
  }));
}

/** A metric of decisions; `centres` says whether it needs the nearest class centres of the training means. */
export function ofDecisions(
  key: string,
  definition: Definition,
  { centres, run }: { centres: boolean; run: (decisions: DecisionCounts, count: number) => Outcome },
  names: Names = {},
): Metric[] {
  return SPLITS.map((split) => ({
    ...definition,
    name: names[split] ?? `${key}_${split}`,
    split,
    needs: ["decisions"],
    cost: "cheap",
    run: (statistics) => {
      const counted = given(
        splitOf(statistics, split),
        ({ decisions, count }) => given(decisions, (d) => run(d, count)),
      );
      return centres ? given(statistics.train, ({ reduced }) => given(reduced, () => counted)) : counted;
    },
  }));
}

/** A metric of the classifier alone. */
export function ofClassifier(
  key: string,
  definition: Definition,
  run: (weights: Rows) => Outcome,
  names: Names = {},
): Metric {
  return {
    ...definition,
    name: names.classifier ?? key,
    split: "classifier",
    needs: [],
    cost: "cheap",
    run: (statistics) => run(weightRows(statistics)),
  };
}

/** W as rows. */
export function weightRows({ classifier }: Statistics): Rows {
  const count = classifier.bias.length;
  const width = classifier.weight.length / count;
  return { values: classifier.weight, count, width, name: "the classifier row of class", zero: 0 };
}

function splitOf(statistics: Statistics, split: "train" | "test"): Known<Split> {
  return split === "train" ? statistics.train : statistics.test;
}
