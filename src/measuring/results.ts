/** What was measured, for people, for tables and for programs. */
import { catalogueWith, setsIn } from "../collapse/catalogue.ts";
import { FAMILIES } from "../collapse/families.ts";
import { SPLITS } from "../collapse/splits.ts";
import type { CheckpointTrust, Trust } from "../run/tables.ts";
import { formatTable, parseTexts } from "../run/csv.ts";
import { TERMINAL_WIDTH, wrap } from "./text.ts";

export interface Result {
  /** What was measured. */
  readonly title: string;
  /** The samples alone: "403 training, 90 test samples", or the title of the images. */
  readonly samples: string;
  /** C. */
  readonly classes: number;
  /** d. */
  readonly width: number;
  /** Where it lies: a checkpoint, with the keys of its state dict after a #, or files of features. */
  readonly source: string;
  /** The images that a checkpoint was measured on, and how they were fed to it; null for features. */
  readonly images: { readonly title: string; readonly digest: string; readonly pixels: string } | null;
  /** What a reader has to know: what was taken or left out, and where the numbers may mislead. */
  readonly notes: readonly string[];
  /** Of a checkpoint, where its name tells. */
  readonly epoch: number | null;
  /** By metric, in the order of the catalogue; null where there is no such value. */
  readonly values: { readonly [metric: string]: number | null };
  /** By metric, where there is something to say. */
  readonly trust: CheckpointTrust["metrics"];
}

const DIGITS = 6;
/** Of a digest: enough to tell data sets apart. */
const SHOWN_DIGITS = 12;
/** Characters from a value to what is said of it. */
const VALUE_WIDTH = 14;
const NO_VALUE = "–";

/** A table for a terminal: a line a metric, with what there is to know about its value; what was not given is counted. */
export function asText({ title, images, notes, values, trust }: Result): string {
  const measured = catalogueWith(setsIn(Object.keys(values))).filter(({ name }) => name in values);
  const [lacking = [], there = []] = [true, false].map((lacks) =>
    measured.filter(({ name }) => isMissing(trust[name]?.undefined) === lacks)
  );
  const families = Map.groupBy(there, ({ family }) => family);
  const widest = Math.max(...there.map(({ name }) => name.length));
  const sections = FAMILIES.filter(({ family }) => families.has(family)).map(({ family }) =>
    [
      family,
      ...families.get(family)!.map(({ name }) => line(name, values[name] ?? null, trust[name] ?? {}, widest)),
    ].join("\n")
  );
  const reasons = [...Map.groupBy(lacking, ({ name }) => trust[name]!.undefined!)];
  if (reasons.length > 0) {
    const counts = reasons.map(([reason, { length }], i) =>
      `${length}${i > 0 ? "" : length === 1 ? " metric" : " metrics"} as ${reason}`
    );
    sections.push(wrap(`without a value: ${counts.join(", ")}`));
  }
  const pixels = images === null ? [] : [`pixels: ${images.pixels}`];
  const heading = [title, ...pixels, ...notes].map((line) => wrap(line)).join("\n");
  return [heading, ...sections].join("\n\n");
}

/**
 * As metrics.csv: a column a metric, a row a result; the epoch is left empty where it is not known. The last columns say
 * what was measured: the source, its images with the start of their digest, and how their pixels were fed.
 */
export function asCsv(results: readonly Result[]): string {
  const { columns, rows } = tableOf(results);
  return formatTable(columns, rows);
}

/**
 * The table `text` of the file `path` with rows for these results, by ascending epoch: each in place of the one of its
 * epoch and source. Throws where the file has other columns.
 */
export function appendedCsv(text: string, path: string, results: readonly Result[]): string {
  const { columns, rows } = tableOf(results);
  const [header, ...old] = parseTexts(text, path);
  if (header?.join() !== columns.join()) {
    throw new Error(
      `${path}: expected the columns ${
        columns.slice(0, 3).join(", ")
      }, ... of these --metrics, found others; ` +
        "choose the --metrics of that table, or another file",
    );
  }
  const place = (row: readonly unknown[]) => [row[0] ?? "", row[columns.indexOf("source")] ?? ""].join("\n");
  const replaced = new Set(rows.map(place));
  const kept = old.filter((row) => !replaced.has(place(row)));
  return formatTable(columns, [...kept, ...rows].toSorted((a, b) => Number(a[0]) - Number(b[0])));
}

function tableOf(
  results: readonly Result[],
): { columns: readonly string[]; rows: readonly (readonly (number | string | null)[])[] } {
  const names = Object.keys(results[0]?.values ?? {});
  return {
    columns: ["epoch", ...names, "source", "images", "pixels"],
    rows: results.map(({ epoch, values, source, images }) => [
      epoch,
      ...names.map((name) => values[name] ?? null),
      source,
      images && `${images.title}, SHA-256 ${images.digest.slice(0, SHOWN_DIGITS)}…`,
      images && images.pixels,
    ]),
  };
}

/** An object a result on a line of its own; `epoch` is that of results that know none. */
export function asLines(results: readonly Result[], epoch: number | null = null): string {
  return results.map(({ values, source, ...result }) =>
    `${JSON.stringify({ epoch: result.epoch ?? epoch, source, ...values })}\n`
  ).join("");
}

export function asJson(results: readonly Result[]): string {
  return JSON.stringify(results, null, 2);
}

/** Whether a metric has no value for want of a part that was not given. */
function isMissing(reason: string | undefined): boolean {
  return SPLITS.some(({ missing }) => missing === reason);
}

function line(name: string, value: number | null, trust: Trust, widest: number): string {
  const number = value === null ? NO_VALUE : String(Number(value.toPrecision(DIGITS)));
  const start = `  ${name.padEnd(widest)}  ${number}`;
  const remark = remarkOn(trust);
  if (remark === "") return start;
  const whole = `${start.padEnd(widest + 2 + VALUE_WIDTH)}  ${remark}`;
  return whole.length <= TERMINAL_WIDTH ? whole : `${start}\n${wrap(remark, { indent: 6 })}`;
}

function remarkOn({ undefined: reason, interval, sensitivity, rank, note }: Trust): string {
  const short = (value: number) => String(Number(value.toPrecision(4)));
  return [
    ...interval ? [`[${short(interval.low)}, ${short(interval.high)}]`] : [],
    ...reason === undefined ? [] : [reason],
    ...sensitivity && sensitivity.verdict !== "stable"
      ? [`${sensitivity.verdict}: depends on the tolerance`]
      : [],
    ...rank && rank.kept < rank.of ? [`${rank.kept} of ${rank.of} modes`] : [],
    ...note === undefined ? [] : [note],
  ].join("; ");
}
