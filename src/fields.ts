/**
 * Fields of a choice that a person makes: what each is called on the command line, what it may be, and what it is where
 * nothing is said. Options, files, checks and words are derived from them.
 */

/** What a field may hold; null is a word of its own, such as "all". */
export type FieldValue = number | string | boolean | null | readonly number[];

/** Values of a field: told apart, read from text and written as text. */
export interface ValueType<T> {
  /** What is expected, as messages go on after "expected ". */
  readonly expected: string;
  is(value: unknown): value is T;
  /** Undefined where the text is none. */
  parse(text: string): T | undefined;
  /** As {@link parse} reads it. */
  print(value: T): string;
  /** All values, where these can be listed. */
  readonly choices?: readonly T[];
}

export interface Field<T = unknown> {
  /** The option that gives it, without dashes; several kinds of choice may share one. */
  readonly option: string;
  /** What stands for its value in a line of help, as "<n>". */
  readonly argument: string;
  readonly help: string;
  readonly type: ValueType<T>;
  /** Where nothing is said; it may follow from the number of epochs, and `defaultWords` say how then. */
  readonly default: T | ((whole: { readonly epochs: number }) => T);
  readonly defaultWords?: string;
  /** Newer than the format of run.json: files without it, from before, mean its default, which is no function then. */
  readonly newer?: true;
}

export type Fields = Readonly<Record<string, Field>>;
/** The values of fields. */
export type FieldValues<F> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** Largest seed: both random number generators tell all smaller ones apart. */
export const MAX_SEED = 2 ** 32 - 1;

const DECIMAL = /^(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

/** A field whose values are numbers, texts and lists: what is equal as JSON is equal. */
export function field<T>(definition: Field<T>): Field<T> {
  return definition;
}

/** A whole number from `min` to `max`. */
export function wholeNumber(
  { min = 0, max = Number.MAX_SAFE_INTEGER }: { min?: number; max?: number } = {},
): ValueType<number> {
  const is = (value: unknown): value is number =>
    Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
  return {
    expected: `a whole number ${
      max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`
    }`,
    is,
    parse: (text) => /^\d+$/.test(text) && is(Number(text)) ? Number(text) : undefined,
    print: String,
  };
}

/** A decimal number, at least `min` (above it where `above`), at most `max` and below `below`. */
export function decimal(
  { min, above = false, max = Infinity, below = Infinity }: {
    min: number;
    above?: boolean;
    max?: number;
    below?: number;
  },
): ValueType<number> {
  const is = (value: unknown): value is number =>
    typeof value === "number" && (above ? value > min : value >= min) && value <= max && value < below;
  return {
    expected: `a number ${above ? "above" : "of at least"} ${min}${
      max === Infinity ? "" : ` and at most ${max}`
    }${below === Infinity ? "" : ` and below ${below}`}`,
    is,
    parse: (text) => DECIMAL.test(text) && is(Number(text)) ? Number(text) : undefined,
    print: String,
  };
}

/** One of some words; `recognise` finds the one that is meant by a text, which by default is the word itself. */
export function oneOf<const T extends string>(
  choices: readonly T[],
  recognise: (text: string) => string | undefined = (text) => text,
): ValueType<T> {
  const is = (value: unknown): value is T => choices.includes(value as T);
  return {
    expected: `one of ${choices.join(", ")}`,
    is,
    parse: (text) => {
      const meant = recognise(text);
      return is(meant) ? meant : undefined;
    },
    print: (value) => value,
    choices,
  };
}

/** Epochs as "1,5,10"; an empty text, quoted or not, is no epoch. */
export function epochList({ min = 1 }: { min?: number } = {}): ValueType<readonly number[]> {
  const one = wholeNumber({ min });
  return {
    expected: 'epochs separated by commas, as in "1,5,10"',
    is: (value): value is readonly number[] => Array.isArray(value) && value.every(one.is),
    parse: (text) => {
      const epochs = text === "" || text === '""'
        ? []
        : text.split(",").map((part) => one.parse(part.trim()));
      return epochs.includes(undefined) ? undefined : epochs as number[];
    },
    print: (value) => value.length === 0 ? '""' : value.join(),
  };
}

/** Two numbers of the same range, as "0.9,0.999". */
export function decimalPair(range: Parameters<typeof decimal>[0]): ValueType<readonly number[]> {
  const one = decimal(range);
  return {
    expected: `two numbers with a comma between, each ${one.expected.replace("a number ", "")}`,
    is: (value): value is readonly number[] =>
      Array.isArray(value) && value.length === 2 && value.every(one.is),
    parse: (text) => {
      const numbers = text.split(",").map((part) => one.parse(part.trim()));
      return numbers.length === 2 && !numbers.includes(undefined) ? numbers as number[] : undefined;
    },
    print: (value) => value.join(),
  };
}

/** Yes or no, where the option alone is a yes. */
export function flag(): ValueType<boolean> {
  return {
    expected: "yes or no",
    is: (value): value is boolean => typeof value === "boolean",
    parse: (text) => text === "" || text === "yes" ? true : text === "no" ? false : undefined,
    print: (value) => value ? "yes" : "no",
  };
}

/** Null, which is written as `word`, or a value of another type. */
export function orNull<T>(word: string, type: ValueType<T>): ValueType<T | null> {
  return {
    expected: `${word}, or ${type.expected}`,
    is: (value): value is T | null => value === null || type.is(value),
    parse: (text) => text === word ? null : type.parse(text),
    print: (value) => value === null ? word : type.print(value),
  };
}
