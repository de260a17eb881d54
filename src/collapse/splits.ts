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

export function splitNamed(name: SplitName): typeof SPLITS[number] {
  return SPLITS.find((split) => split.name === name)!;
}
