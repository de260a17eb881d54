/** Parsers of option values: strict, and saying what they expected. A refused value is a usage error (exit code 2). */
import { relative } from "node:path";
import { InvalidArgumentError } from "@commander-js/extra-typings";
import { RESNETS } from "../models/resnet.ts";
import { recognise, suggestion } from "../names.ts";
import { RUNS_FOLDER } from "../run/places.ts";

/** What --quiet does. */
export const QUIET = "print errors and the last line only";

/** A whole number from `min` to `max`. */
export function wholeNumber(
  { min = 0, max = Number.MAX_SAFE_INTEGER }: { min?: number; max?: number } = {},
): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
    throw new InvalidArgumentError(`Expected a whole number ${range}.`);
  };
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
  { min, above = false, below = Infinity }: { min: number; above?: boolean; below?: number },
): (text: string) => number {
  return (text) => {
    const value = /^(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : NaN;
    if ((above ? value > min : value >= min) && value < below) return value;
    const range = `${above ? "above" : "of at least"} ${min}${
      below === Infinity ? "" : ` and below ${below}`
    }`;
    throw new InvalidArgumentError(`Expected a number ${range}.`);
  };
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

/** Epochs as "1,5,10"; an empty text is no epoch. */
export function epochList(text: string): number[] {
  if (text === "") return [];
  const one = wholeNumber({ min: 1 });
  try {
    return text.split(",").map((part) => one(part.trim()));
  } catch {
    throw new InvalidArgumentError('Expected epochs separated by commas, as in "1,5,10".');
  }
}

/** Bytes, as "512M" or "1.5G" (powers of 1024). */
export function memory(text: string): number {
  const [, number, unit] = /^(\d+\.?\d*)([KMG])$/i.exec(text) ?? [];
  if (unit === undefined) throw new InvalidArgumentError('Expected a size such as "512M" or "1.5G".');
  return Number(number) * 1024 ** ("KMG".indexOf(unit.toUpperCase()) + 1);
}

/** A network by the name that torchvision gives it, however it is written: "resnet18", "ResNet-18" or "rn18". */
export function network(text: string): string {
  const short = Object.fromEntries(RESNETS.map((name) => [name.replace("resnet", "rn"), name]));
  const known = recognise(text, RESNETS, short);
  if (known !== undefined) return known;
  throw new InvalidArgumentError(`Expected one of ${RESNETS.join(", ")}${suggestion(text, RESNETS) || "."}`);
}

/** Any text with a character in it. */
export function nonEmpty(text: string): string {
  if (text !== "") return text;
  throw new InvalidArgumentError("Expected a text, found none.");
}

/** The name of a run, which is its folder's: as such, or as the path of that folder ("runs/demo/", as shells complete it). */
export function runName(text: string): string {
  const name = text.includes("/") ? relative(RUNS_FOLDER, text) : text;
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) return name;
  throw new InvalidArgumentError(
    `Expected letters, digits, dots, dashes and underscores, or the path of a folder in ${RUNS_FOLDER}/ here.`,
  );
}

/** "cpu", "cuda" or "cuda:<index>". */
export function device(text: string): string {
  if (/^(cpu|cuda(:\d+)?)$/.test(text)) return text;
  throw new InvalidArgumentError('Expected "cpu", "cuda" or "cuda:<index>".');
}
