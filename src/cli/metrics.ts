/** `deno task metrics`: prints and searches the catalogue of metrics. */
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { CATALOGUE, type Metric, namesOf } from "../collapse/catalogue.ts";
import { FAMILIES } from "../collapse/families.ts";
import { splitNamed } from "../collapse/splits.ts";
import { suggestion } from "../names.ts";
import { wrap } from "../measuring/text.ts";

export function metricsCommand(): CommandUnknownOpts {
  const command = new Command("metrics")
    .description("print the catalogue: every definition of neural collapse that can be measured")
    .argument("[words...]", "names of metrics or families, or words to search for (default: all of them)")
    .option("--json", "as JSON");
  return command.action((words, { json = false }) => {
    const chosen = find(words);
    console.log(json ? JSON.stringify(chosen.map(plain), null, 2) : asText(chosen));
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
function textOf({ name, family, variant, formula, source, notes }: Metric): string {
  const { summary } = FAMILIES.find((each) => each.family === family)!;
  return [name, summary, variant, formula.plain, source, notes].join("\n").toLowerCase();
}

/** What a word may have been meant to be: names, families, and the words of the definitions. */
function vocabulary(): string[] {
  const words = CATALOGUE.flatMap((metric) => textOf(metric).match(/[a-z]{4,}/g) ?? []);
  return [...new Set([...CATALOGUE.flatMap(namesOf), ...words])];
}

/** An entry without its functions; an ideal that depends on C and d is there in words only. */
function plain(metric: Metric): Record<string, unknown> {
  const { name, family, split, variant, formula, range, atCollapse, ideal, source, notes, byDefault } =
    metric;
  return {
    name,
    family,
    split,
    variant,
    formula: formula.plain,
    range,
    atCollapse,
    ideal: typeof ideal === "function" ? null : ideal,
    source,
    notes,
    measured: byDefault ? "default" : "on request",
  };
}

function asText(metrics: readonly Metric[]): string {
  const families = Map.groupBy(metrics, ({ family }) => family);
  const sections = FAMILIES.flatMap(({ family, summary }) => {
    const members = families.get(family);
    if (members === undefined) return [];
    const definitions = Map.groupBy(members, ({ variant, definition }) => `${variant} ${definition}`);
    return [wrap(`${family}: ${summary}`), ...[...definitions.values()].map(definition)];
  });
  return sections.join("\n\n");
}

/** One definition with its columns: they differ in the split alone. */
function definition(columns: readonly Metric[]): string {
  const [{ variant, formula, range, atCollapse, source, notes }] = columns as readonly [Metric];
  const widest = Math.max(...columns.map(({ name }) => name.length));
  return [
    ...columns.map(({ name, split, byDefault }) =>
      `  ${name.padEnd(widest)}  ${splitNamed(split).title}${byDefault ? "" : ", on request"}`
    ),
    ...[
      variant,
      `= ${formula.plain}`,
      `range ${range}; at collapse ${atCollapse}`,
      `source: ${source}`,
      ...notes === "" ? [] : [notes],
    ].map((text) => wrap(text, { indent: 6 })),
  ].join("\n");
}
