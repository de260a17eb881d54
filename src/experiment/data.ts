/** The images of a run: which data set, and what of it. */
import { datasetNames } from "../data/registry.ts";
import { field, orNull, wholeNumber } from "../fields.ts";

export const DATA_FIELDS = {
  /** Training images kept a class (the first ones), or null for all of them. */
  perClass: field({
    option: "per-class",
    argument: "<n>",
    help: "keep the first n training images of each class, or all",
    type: orNull("all", wholeNumber({ min: 1 })),
    default: null,
  }),
};

/** The data sets, as kinds of data. */
export const DATA = datasetNames().map((kind) => ({
  kind,
  fields: DATA_FIELDS,
  says: ({ perClass }: { perClass: number | null }) =>
    perClass === null ? "all" : perClass.toLocaleString("en-GB"),
}));
