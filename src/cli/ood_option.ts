/** The option --ood: sets of out-of-distribution samples, by name. */
import { InvalidArgumentError } from "@commander-js/extra-typings";
import { isSetName } from "../collapse/catalogue.ts";
import { datasetNames, isPath, resolveName } from "../data/registry.ts";
import type { OodChoice } from "../engine/ood.ts";
import type { OodPath } from "../measuring/measure_features.ts";
import { recognise, suggestion } from "../names.ts";

/** What it says of data sets, for --help. */
export const OOD_HELP =
  "data sets, separated by commas, whose test images are measured as out-of-distribution ones (NC5, and softmax, " +
  "energy, NECO and NCI scores); NAME=FOLDER names a copy; or your own images, whatever they show: ./FOLDER of PNG " +
  "or JPEG files, IMAGES.npy or a .parquet file, resized and cropped as large as those it was trained on";

/** A word of the option: what it names, and where that lies. */
export interface OodWord {
  readonly name: string;
  readonly path?: string;
}

/** "NAME" or "NAME=PATH", separated by commas, each name once. */
export function oodWords(text: string): OodWord[] {
  const words = text.split(",").map((part): OodWord => {
    const [, name, path] = /^([^=]*)=(.+)$/.exec(part.trim()) ?? [];
    return name === undefined ? { name: part.trim() } : { name, path: path! };
  });
  const twice = words.find(({ name }, i) => words.findIndex((other) => other.name === name) !== i);
  if (twice !== undefined) {
    throw new InvalidArgumentError(`Expected each set once, found ${twice.name} twice.`);
  }
  if (words.every(({ name }) => name !== "")) return words;
  throw new InvalidArgumentError('Expected names separated by commas, as in "CIFAR100,SVHN".');
}

/** The same of data sets. */
export function oodChoices(text: string): OodChoice[] {
  try {
    return choicesOf(oodWords(text));
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/**
 * Words as data sets, and as images of a person's own where a word is a path, or no data set has the name before one.
 * Throws for an unknown data set.
 */
export function choicesOf(words: readonly OodWord[]): OodChoice[] {
  return requireDistinct(words.map((word): OodChoice => {
    const { name, path } = word;
    if (path === undefined ? isPath(name) : !isLikeDataset(name)) return called(word);
    return { set: resolveName(name), ...path !== undefined && { data: path } };
  }));
}

/** Whether a name is, or seems to be meant as, that of a data set. */
function isLikeDataset(name: string): boolean {
  const names = datasetNames();
  return recognise(name, names) !== undefined || suggestion(name, names) !== "";
}

/** Words as files of features. */
export function oodPathsOf(words: readonly OodWord[]): OodPath[] {
  return requireDistinct(words.map(called));
}

/** A path alone is called as its file or folder, without its ending. */
function called({ name, path = name }: OodWord): OodPath {
  const set = path === name ? path.replace(/\/+$/, "").split("/").at(-1)!.replace(/\.\w+$/, "") : name;
  if (isSetName(set)) return { set, path };
  throw new Error(
    `--ood ${path}: expected letters, digits and . _ - to call it by, found ${
      JSON.stringify(set)
    }; write NAME=${path}`,
  );
}

function requireDistinct<T extends { readonly set: string }>(choices: readonly T[]): T[] {
  const twice = choices.find(({ set }, i) => choices.findIndex((other) => other.set === set) !== i);
  if (twice === undefined) return [...choices];
  throw new Error(`--ood: expected each set once, found ${twice.set} twice; name them NAME=PATH`);
}

/** As it is typed. */
export function oodText(choices: readonly OodChoice[]): string {
  return choices.map(({ set, data, path = data }) => path === undefined ? set : `${set}=${path}`).join();
}
