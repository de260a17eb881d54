/** Parsers of option values: strict, and saying what they expected. A refused value is a usage error (exit code 2). */
import { relative } from "node:path";
import { InvalidArgumentError } from "@commander-js/extra-typings";
import * as fields from "../fields.ts";
import { RUNS_FOLDER } from "../run/places.ts";

/** What --runs takes. */
export const RUNS_HELP = `folder of all runs (default: ${RUNS_FOLDER}/)`;

/** What --no-geometry does. */
export const NO_GEOMETRY_HELP =
  "do not keep what the moving picture needs: class means, classifier, some samples";

/** What --quiet does. */
export const LINES_HELP = "write metrics.jsonl beside metrics.csv, a line of JSON for each row";
export const QUIET = "print errors and the last line only";

/** A whole number from `min` to `max`. */
export function wholeNumber(range: { min?: number; max?: number } = {}): (text: string) => number {
  return parserOf(fields.wholeNumber(range));
}

/** Images a class on the command line. "all" stays a word: commander takes null for a value that is missing. */
export type PerClass = number | "all";

export function perClass(text: string): PerClass {
  return text === "all" ? text : wholeNumber({ min: 1 })(text);
}

/** Images a class as a protocol has them: null for all. */
export function keptPerClass(choice: PerClass): number | null {
  return choice === "all" ? null : choice;
}

/** Threads of the CPU: more than any machine has would exhaust this one. */
export const threads = wholeNumber({ min: 1, max: 4096 });

/** A decimal number, at least `min` (above it where `above`) and below `below`. */
export function decimal(
  range: { min: number; above?: boolean; below?: number },
): (text: string) => number {
  return parserOf(fields.decimal(range));
}

/** One epoch or more, as "1,5,10". */
export function epochs(text: string): readonly number[] {
  const list = parserOf(fields.epochList({ min: 0 }))(text);
  if (list.length > 0) return list;
  throw new InvalidArgumentError("Expected at least one epoch, found none.");
}

/** Numbers separated by commas, one a channel of an image; above 0 where `above`. */
export function perChannel({ above = false }: { above?: boolean } = {}): (text: string) => number[] {
  return (text) => {
    const parts = text.split(",").map((part) => part.trim());
    const values = parts.map((part) => /^-?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(part) ? Number(part) : NaN);
    if (values.every((value) => Number.isFinite(value) && (!above || value > 0))) return values;
    throw new InvalidArgumentError(
      `Expected numbers${above ? " above 0" : ""} separated by commas, one a channel, as in "0.5,0.5,0.5".`,
    );
  };
}

/** Bytes, as "512M" or "1.5G" (powers of 1024). */
export function memory(text: string): number {
  const [, number, unit] = /^(\d+\.?\d*)([KMG])$/i.exec(text) ?? [];
  if (unit === undefined) throw new InvalidArgumentError('Expected a size such as "512M" or "1.5G".');
  return Number(number) * 1024 ** ("KMG".indexOf(unit.toUpperCase()) + 1);
}

/** Any text with a character in it. */
export function nonEmpty(text: string): string {
  if (text !== "") return text;
  throw new InvalidArgumentError("Expected a text, found none.");
}

/**
 * The name of a run, or of a study and a run in it, which is its folder's below runs/: as such, or as the path of that
 * folder ("runs/demo/", as shells complete it).
 */
export function runName(text: string): string {
  const below = relative(RUNS_FOLDER, text);
  const name = text.includes("/") && !below.startsWith("..") ? below : text;
  if (/^[A-Za-z0-9][\w.=,+-]*(\/[A-Za-z0-9][\w.=,+-]*)?$/.test(name)) return name;
  throw new InvalidArgumentError(
    "Expected letters, digits and . _ - = , + in one or two parts, as in rates/lr=0.05, or the path of a folder in " +
      `${RUNS_FOLDER}/ here.`,
  );
}

/** "cpu", "cuda" or "cuda:<index>". */
export function device(text: string): string {
  if (/^(cpu|cuda(:\d+)?)$/.test(text)) return text;
  throw new InvalidArgumentError('Expected "cpu", "cuda" or "cuda:<index>".');
}

function parserOf<T>(type: fields.ValueType<T>): (text: string) => T {
  return (text) => {
    const value = type.parse(text);
    if (value !== undefined) return value;
    throw new InvalidArgumentError(`Expected ${type.expected}.`);
  };
}
