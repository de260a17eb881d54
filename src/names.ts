/** Names as people write them: the known one that is meant, and what to suggest where none is. */
import { distance } from "fastest-levenshtein";

/** Slips of the keyboard that still leave a name to be recognised, two letters that change places counting as two. */
const MAX_SLIPS = 2;
/** The largest share of its letters that may be slips. */
const MAX_SHARE = 0.4;
/** Letters that tell enough of a name for those that begin so to be suggested. */
const MIN_BEGINNING = 3;

/**
 * The one of `names` that is meant, whatever its case, and with or without dashes, underscores, dots and blanks
 * ("cifar-10", "ResNet-18"), or by one of its other names; undefined where none is.
 */
export function recognise(
  text: string,
  names: readonly string[],
  aliases: Readonly<Record<string, string>> = {},
): string | undefined {
  const bare = bareOf(text);
  return names.find((name) => bareOf(name) === bare) ??
    (Object.hasOwn(aliases, bare) ? aliases[bare] : undefined);
}

/**
 * "; did you mean A or B?" for the names that a slip of the keyboard or a forgotten ending led away from, else "".
 * Another number or a whole name with letters around it is no slip: ResNet-20 is not ResNet-50, and KMNIST not MNIST.
 */
export function suggestion(
  text: string,
  names: readonly string[],
  aliases: Readonly<Record<string, string>> = {},
): string {
  const bare = bareOf(text);
  const begun = bare.length < MIN_BEGINNING ? [] : names.filter((name) => bareOf(name).startsWith(bare));
  // A short name differs from others by its first letter alone.
  const short = Object.keys(aliases).filter((alias) => alias[0] === bare[0]);
  const near = nearest(bare, [...names, ...short]).map((name) => aliases[name] ?? name);
  const meant = begun.length > 0 ? begun : [...new Set(near)];
  return meant.length === 0 ? "" : `; did you mean ${meant.slice(0, 3).join(" or ")}?`;
}

function nearest(bare: string, names: readonly string[]): string[] {
  const near = names.flatMap((name) => {
    const other = bareOf(name);
    const slips = distance(bare, other);
    const fits = slips <= Math.min(MAX_SLIPS, MAX_SHARE * other.length) &&
      digitsOf(bare) === digitsOf(other) &&
      !bare.includes(other);
    return fits ? [{ name, slips }] : [];
  });
  const least = Math.min(...near.map(({ slips }) => slips));
  return near.filter(({ slips }) => slips === least).map(({ name }) => name);
}

function bareOf(text: string): string {
  return text.toLowerCase().replaceAll(/[\s._-]/g, "");
}

function digitsOf(text: string): string {
  return text.replaceAll(/\D/g, "");
}

/** "a", "a and b", "a, b and c". */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
