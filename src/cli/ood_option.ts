/** The option --ood: sets of out-of-distribution samples, by name. */
import { InvalidArgumentError } from "@commander-js/extra-typings";
import { isSetName } from "../collapse/catalogue.ts";
import { resolveName } from "../data/registry.ts";
import type { OodChoice } from "../engine/ood.ts";
import type { OodPath } from "../measuring/measure_features.ts";

/** What it says of data sets, for --help. */
export const OOD_HELP =
  "data sets, separated by commas, whose test images are measured as out-of-distribution ones (NC5, and softmax, " +
  "energy, NECO and NCI scores); NAME=FOLDER names a copy";

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

/** Words as data sets. Throws for an unknown one. */
export function choicesOf(words: readonly OodWord[]): OodChoice[] {
  return words.map(({ name, path }) => ({
    set: resolveName(name),
    ...path !== undefined && { data: path },
  }));
}

/** Words as files of features; a path alone is called as its file or folder, without its ending. */
export function oodPathsOf(words: readonly OodWord[]): OodPath[] {
  const paths = words.map(({ name, path = name }) => {
    const set = path === name ? path.replace(/\/+$/, "").split("/").at(-1)!.replace(/\.\w+$/, "") : name;
    if (isSetName(set)) return { set, path };
    throw new Error(
      `--ood ${path}: expected letters, digits and . _ - to call it by, found ${
        JSON.stringify(set)
      }; write NAME=${path}`,
    );
  });
  const twice = paths.find(({ set }, i) => paths.findIndex((other) => other.set === set) !== i);
  if (twice === undefined) return paths;
  throw new Error(`--ood: expected each set once, found ${twice.set} twice; name them NAME=PATH`);
}

/** As it is typed. */
export function oodText(choices: readonly OodChoice[]): string {
  return choices.map(({ set, data }) => data === undefined ? set : `${set}=${data}`).join();
}
