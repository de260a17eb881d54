/** `deno task metrics`: prints and searches the catalogue of metrics. */
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { CATALOGUE, idealOf, type Metric, namesOf, scaleOf } from "../collapse/catalogue.ts";
import { FAMILIES } from "../collapse/families.ts";
import { splitNamed } from "../collapse/splits.ts";
import { suggestion } from "../names.ts";
import { wrap } from "../measuring/text.ts";
import { wholeNumber } from "./options.ts";

/** C and d. */
interface Size {
  readonly classes: number;
  readonly width: number;
}

export function metricsCommand(): CommandUnknownOpts {
  const command = new Command("metrics")
    .description("print the catalogue: every definition of neural collapse that can be measured")
    .argument("[words...]", "names of metrics or families, or words to search for (default: all of them)")
    .option("--classes <n>", "with --width: what each says of so many classes", wholeNumber({ min: 2 }))
    .option(
      "--width <n>",
      "with --classes: what each says of features of so many numbers",
      wholeNumber({ min: 1 }),
    )
    .option("--json", "as JSON");
  return command.action((words, { json = false, classes, width }) => {
    if ((classes === undefined) !== (width === undefined)) {
      command.error("error: --classes and --width go together: expected both, found the one");
    }
    const size = classes === undefined || width === undefined ? null : { classes, width };
    const chosen = find(words);
    console.log(
      json ? JSON.stringify(chosen.map((metric) => plain(metric, size)), null, 2) : asText(chosen, size),
    );
  });
}

/**
 * The metrics that are named, alone or by family, or all where none is; of these, the ones that speak of every other
 * word. In the order of the catalogue.
 */
function find(words: readonly string[]): readonly Metric[] {
  const wanted = words.map((word) => word.toLowerCase());
  const isName = (word: string) => CATALOGUE.some((metric) => namesOf(metric).includes(word));
  const [named, sought] = [wanted.filter(isName), wanted.filter((word) => !isName(word))];
  const unknown = sought.find((word) => !CATALOGUE.some((metric) => textOf(metric).includes(word)));
  if (unknown !== undefined) {
    throw new Error(
      `expected the name of a metric or of a family (${
        FAMILIES.map(({ family }) => family).join(", ")
      }), or a word that a ` +
        `definition uses, found "${words[wanted.indexOf(unknown)]}"${suggestion(unknown, vocabulary())}`,
    );
  }
  const found = CATALOGUE.filter((metric) =>
    (named.length === 0 || namesOf(metric).some((name) => named.includes(name))) &&
    sought.every((word) => textOf(metric).includes(word))
  );
  if (found.length > 0) return found;
  throw new Error(`expected a definition that has all of ${words.join(", ")}, found none; leave some out`);
}

/** What is searched, in lower case. */
function textOf({ name, systematic, family, variant, formula, source, notes }: Metric): string {
  const { summary } = FAMILIES.find((each) => each.family === family)!;
  return [name, systematic, summary, variant, formula.plain, source, notes].join("\n").toLowerCase();
}

/** What a word may have been meant to be: names, families, and the words of the definitions. */
function vocabulary(): string[] {
  const words = CATALOGUE.flatMap((metric) => textOf(metric).match(/[a-z]{4,}/g) ?? []);
  return [...new Set([...CATALOGUE.flatMap(namesOf), ...words])];
}

/** An entry without its functions: what depends on C and d is a number for a size, and else there in words only. */
function plain(metric: Metric, size: Size | null): Record<string, unknown> {
  const { name, systematic, family, split, variant, formula, range, atCollapse, source, notes, byDefault } =
    metric;
  return {
    name,
    systematic,
    family,
    split,
    variant,
    formula: formula.plain,
    latex: formula.tex,
    range,
    atCollapse,
    ...numbersOf(metric, size),
    source,
    notes,
    measured: byDefault ? "default" : "on request",
  };
}

/** The value at collapse, the distance from it that shows no trace of collapse, and why it says nothing, if so. */
function numbersOf(
  metric: Metric,
  size: Size | null,
): { ideal: number | null; scale: number | null; uninformative: string | null } {
  if (size === null) {
    const { ideal, scale } = metric;
    const constant = (value: unknown) => typeof value === "number" ? value : null;
    return { ideal: constant(ideal), scale: constant(scale), uninformative: null };
  }
  const { classes, width } = size;
  return {
    ideal: idealOf(metric, classes, width),
    scale: scaleOf(metric, classes, width),
    uninformative: metric.uninformative?.(classes, width) ?? null,
  };
}

function asText(metrics: readonly Metric[], size: Size | null): string {
  const families = Map.groupBy(metrics, ({ family }) => family);
  const sections = FAMILIES.flatMap(({ family, summary }) => {
    const members = families.get(family);
    if (members === undefined) return [];
    const definitions = Map.groupBy(members, ({ variant, definition }) => `${variant} ${definition}`);
    return [
      wrap(`${family}: ${summary}`),
      ...[...definitions.values()].map((columns) => definition(columns, size)),
    ];
  });
  return sections.join("\n\n");
}

/** One definition with its columns: they differ in the split alone. */
function definition(columns: readonly Metric[], size: Size | null): string {
  const [first] = columns as readonly [Metric];
  const { variant, formula, range, atCollapse, source, notes } = first;
  const { scale } = numbersOf(first, null);
  const widest = Math.max(...columns.map(({ name }) => name.length));
  return [
    ...columns.map(({ name, split, byDefault }) =>
      `  ${name.padEnd(widest)}  ${splitNamed(split).title}${byDefault ? "" : ", on request"}`
    ),
    ...[
      variant,
      `= ${formula.plain}`,
      `range ${range}; at collapse ${atCollapse}${
        scale === null ? "" : `; no trace of it ${round(scale)} from there`
      }`,
      ...size === null ? [] : [ofSize(first, size)],
      `source: ${source}`,
      ...notes === "" ? [] : [notes],
    ].map((text) => wrap(text, { indent: 6 })),
  ].join("\n");
}

/** What a definition says of C classes of d features. */
function ofSize(metric: Metric, size: Size): string {
  const { ideal, scale, uninformative } = numbersOf(metric, size);
  const said = uninformative ?? [
    ideal === null ? "at collapse not known" : `at collapse ${round(ideal)}`,
    ...scale === null ? [] : [`no trace of it ${round(scale)} from there`],
  ].join("; ");
  const silence = uninformative === null ? "" : "it says nothing of collapse ";
  return `${size.classes} classes of ${size.width} features: ${silence}${said}`;
}

function round(value: number): string {
  return String(Number(value.toPrecision(6)));
}
