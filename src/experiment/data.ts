/** The images of a run: which data set, what of it, and under which labels. */
import type { Imbalance } from "../data/imbalance.ts";
import { DATASETS, OWN_IMAGES } from "../data/registry.ts";
import { decimal, field, type FieldValues, orNull, type ValueType, wholeNumber } from "../fields.ts";
import type { Kind, ValueOf } from "../kind.ts";

const SHARED = {
  /** Training images kept a class (the first ones), or null for all of them. */
  perClass: field({
    option: "per-class",
    argument: "<n>",
    help: "keep the first n training images of each class, or all",
    type: orNull("all", wholeNumber({ min: 1 })),
    default: null,
  }),
  /** How many training images the classes have: "exp:0.01" or "step:0.01", or null for as many as there are. */
  imbalance: field({
    option: "imbalance",
    argument: "<profile:ratio>",
    help:
      "make later classes smaller: exp:0.01 each by one factor, step:0.01 the second half, the smallest class " +
      "a hundredth of the largest, the first one; test images stay as they are",
    type: orNull("none", imbalanceText()),
    default: null,
    newer: true,
  }),
  /** Share of the training images whose labels are drawn anew. */
  labelNoise: field({
    option: "label-noise",
    argument: "<x>",
    help:
      "share of the training labels to draw anew with the seed, from all classes alike, the right one included",
    type: decimal({ min: 0, max: 1 }),
    default: 0,
    newer: true,
  }),
};

const { perClass, imbalance, labelNoise } = SHARED;

/** The data sets of the registry, as kinds of data. */
const KNOWN = Object.entries(DATASETS).map(([kind, { classes, classNames }]) => {
  const fields = {
    perClass,
    /** Labels of the classes that are kept, or null for all of them. */
    classes: field({
      option: "classes",
      argument: "<list>",
      help: "keep these classes, by number or name; they become class 0, 1, and so on in this order",
      type: orNull("all", classList(classNames ?? [], classes)),
      default: null,
      newer: true,
    }),
    imbalance,
    labelNoise,
  };
  return { kind, fields, says: (value: FieldValues<typeof fields>) => says(value, classNames) };
});

const OWN_FIELDS = {
  /** Where they are, as it was typed; null where nobody has said so yet. */
  path: field({
    option: "images",
    argument: "<path>",
    help:
      "a folder with a folder of PNG or JPEG files a class (or such folders train and test), IMAGES.npy,LABELS.npy " +
      "(,TEST_IMAGES.npy,TEST_LABELS.npy), or parquet files of Hugging Face",
    type: orNull<string>("none", pathText()),
    default: null,
  }),
  imageSize: field({
    option: "image-size",
    argument: "<n>",
    help: "resize the shorter side to n and cut n×n out of the centre, or as-is for images of one size",
    type: orNull("as-is", wholeNumber({ min: 1, max: 4096 })),
    default: null,
  }),
  perClass,
  classes: field({
    option: "classes",
    argument: "<list>",
    help: "keep these classes, by number; they become class 0, 1, and so on in this order",
    type: orNull("all", classList([], Infinity)),
    default: null,
  }),
  imbalance,
  labelNoise,
  /** Images that lie beside each other and are taken in about one time; null mixes all of them (train/order.ts). */
  shuffleBlocks: field({
    option: "shuffle-blocks",
    argument: "<n>",
    help:
      "shuffle blocks of n neighbours in the converted file, then the images of eight blocks at a time, so that sets " +
      "larger than memory are read piece by piece; none mixes all images",
    type: orNull("none", wholeNumber({ min: 1 })),
    default: null,
    newer: true,
  }),
};

/** Images of a person's own. */
const OWN: Kind<typeof OWN_IMAGES, typeof OWN_FIELDS> = {
  kind: OWN_IMAGES,
  fields: OWN_FIELDS,
  says: ({ imageSize, shuffleBlocks, ...value }) =>
    [
      says(value, undefined),
      ...imageSize === null ? [] : [`resized and cropped to ${imageSize}×${imageSize}`],
      ...shuffleBlocks === null ? [] : [`shuffled by blocks of ${shuffleBlocks}, eight at a time`],
    ].join("; "),
  refuses: ({ path }) =>
    path === null
      ? "expected where your images are, as in `train FOLDER` or --images FOLDER, found no path"
      : null,
};

/** What can be trained on. */
export const DATA = [...KNOWN, OWN] as const;

/** The images that a protocol names by their path; null where it names a data set of the registry. */
export function ownImages(data: ValueOf<(typeof DATA)[number]>): FieldValues<typeof OWN_FIELDS> | null {
  return data.kind === OWN_IMAGES ? data as FieldValues<typeof OWN_FIELDS> : null;
}

/** An imbalance as a protocol has it. */
export function imbalanceOf(text: string): Imbalance {
  const [profile, ratio] = text.split(":");
  return { profile: profile as Imbalance["profile"], ratio: Number(ratio) };
}

/** Any text. */
function pathText(): ValueType<string> {
  const is = (value: unknown): value is string => typeof value === "string" && value !== "";
  return {
    expected: "a path",
    is,
    parse: (text) => is(text) ? text : undefined,
    print: (value) => value,
  };
}

function imbalanceText(): ValueType<string> {
  const ratio = decimal({ min: 0, above: true, max: 1 });
  const parse = (text: string) => {
    const [, profile, number] = /^(exp|step):(.+)$/.exec(text) ?? [];
    const value = number === undefined ? undefined : ratio.parse(number);
    return value === undefined ? undefined : `${profile}:${value}`;
  };
  return {
    expected:
      'exp or step and the ratio of the smallest class to the largest, above 0 and at most 1, as in "exp:0.01"',
    is: (value): value is string => typeof value === "string" && parse(value) === value,
    parse,
    print: (value) => value,
  };
}

/** At least two of the classes 0 to `count` − 1, each once, by number or by one of `names`. */
function classList(names: readonly string[], count: number): ValueType<readonly number[]> {
  const is = (value: unknown): value is readonly number[] =>
    Array.isArray(value) && value.length > 1 && new Set(value).size === value.length &&
    value.every((label) => Number.isInteger(label) && label >= 0 && label < count);
  const label = (text: string) => {
    const named = names.findIndex((name) => name.toLowerCase() === text.toLowerCase());
    return named >= 0 ? named : /^\d+$/.test(text) ? Number(text) : -1;
  };
  return {
    expected: 'two or more different classes of the data set, by number or name, as in "0,1,2"',
    is,
    parse: (text) => {
      const labels = text.split(",").map((part) => label(part.trim()));
      return is(labels) ? labels : undefined;
    },
    print: (value) => value.join(),
  };
}

function says(
  { perClass, classes, imbalance, labelNoise }: FieldValues<typeof SHARED> & {
    readonly classes: readonly number[] | null;
  },
  names: readonly string[] | undefined,
): string {
  const { profile, ratio } = imbalance === null ? {} : imbalanceOf(imbalance) as Partial<Imbalance>;
  return [
    perClass === null ? "all" : perClass.toLocaleString("en-GB"),
    ...classes === null ? [] : [`of ${classes.map((label) => names?.[label] ?? label).join(", ")} only`],
    ...profile === "exp" ? [`exponentially fewer of each later one, down to × ${ratio}`] : [],
    ...profile === "step" ? [`× ${ratio} of the second half of the classes`] : [],
    ...labelNoise === 0 ? [] : [`${Number((100 * labelNoise).toPrecision(6))} % of the labels drawn anew`],
  ].join(", ");
}
