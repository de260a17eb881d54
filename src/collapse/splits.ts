/** The named sets of samples, and the classifier, that a column can be about: the one list of them. */

/** `adjective` for messages, `title` for lists, `label` for legends, `missing` where it was not given. */
export const SPLITS = [
  {
    name: "train",
    adjective: "training",
    title: "training features",
    label: "training",
    missing: "there are no training features",
  },
  {
    name: "test",
    adjective: "test",
    title: "test features",
    label: "test",
    missing: "there is no test split",
  },
  {
    name: "classifier",
    adjective: "classifier",
    title: "classifier",
    label: "classifier",
    missing: "there is no classifier",
  },
  {
    name: "ood",
    adjective: "out-of-distribution",
    title: "out-of-distribution features",
    label: "OOD",
    missing: "there are no out-of-distribution features",
  },
] as const;

export type SplitName = typeof SPLITS[number]["name"];

/** Those that hold samples. */
export type SampleSplit = Exclude<SplitName, "classifier">;

/** One of {@link SPLITS}, or one of several sets of out-of-distribution samples by the name that it was given. */
export type Part = SplitName | `${typeof OOD_SET}${string}`;

const OOD_SET = "ood:";

/** The part that is the set of out-of-distribution samples of this name. */
export function oodSet(name: string): Part {
  return `${OOD_SET}${name}`;
}

/** The words for a part; a set of a name of its own has those of all such sets. */
export function splitNamed(name: Part): typeof SPLITS[number] {
  const split = name.startsWith(OOD_SET) ? "ood" : name;
  return SPLITS.find((known) => known.name === split)!;
}
