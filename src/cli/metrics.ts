/** `deno task metrics`: prints the catalogue of metrics. */
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { closest } from "fastest-levenshtein";
import { CATALOGUE, type Metric } from "../collapse/catalogue.ts";
import { wrap } from "../measuring/text.ts";

/** What each family measures, as a heading. */
const FAMILIES: { readonly [family in Metric["family"]]: string } = {
  accuracy: "share of right decisions",
  NC1: "within-class variation: samples fall onto their class mean",
  NC2: "class means and classifier rows become a simplex equiangular tight frame",
  NC3: "self-duality: the classifier aligns with the class means",
  NC4: "the classifier decides as the nearest class centre does",
  NC5: "out-of-distribution features become orthogonal to the class means",
  MSE: "central path of the MSE loss",
};

const SPLITS: { readonly [split in Metric["split"]]: string } = {
  train: "training features",
  test: "test features",
  classifier: "classifier",
  ood: "out-of-distribution features",
};

export function metricsCommand(): CommandUnknownOpts {
  const command = new Command("metrics")
    .description("print the catalogue: every definition of neural collapse that can be measured")
    .argument("[names...]", "metrics or families (default: all of them)")
    .option("--json", "as JSON");
  return command.action((names, { json = false }) => {
    const chosen = find(names);
    console.log(json ? JSON.stringify(chosen.map(plain), null, 2) : asText(chosen));
  });
}

/** The metrics that are named, alone or by family, in the order of the catalogue. */
function find(names: readonly string[]): readonly Metric[] {
  if (names.length === 0) return CATALOGUE;
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const namesOf = ({ name, family }: Metric) => [name.toLowerCase(), family.toLowerCase()];
  const known = CATALOGUE.flatMap(namesOf);
  const unknown = names.find((name) => !known.includes(name.toLowerCase()));
  if (unknown !== undefined) {
    throw new Error(
      `expected the name of a metric or of a family (${Object.keys(FAMILIES).join(", ")}), found ` +
        `${JSON.stringify(unknown)}; did you mean ${closest(unknown.toLowerCase(), known)}?`,
    );
  }
  return CATALOGUE.filter((metric) => namesOf(metric).some((name) => wanted.has(name)));
}

/** An entry without its functions; an ideal that depends on C and d is there in words only. */
function plain(metric: Metric): Record<string, unknown> {
  const { name, family, split, variant, formula, range, atCollapse, ideal, source, notes, cost } = metric;
  return {
    name,
    family,
    split,
    variant,
    formula,
    range,
    atCollapse,
    ideal: typeof ideal === "function" ? null : ideal,
    source,
    notes,
    measured: cost === "cheap" ? "default" : "on request",
  };
}

function asText(metrics: readonly Metric[]): string {
  const families = Map.groupBy(metrics, ({ family }) => family);
  const sections = Object.entries(FAMILIES).flatMap(([family, title]) => {
    const members = families.get(family as Metric["family"]);
    if (members === undefined) return [];
    const definitions = Map.groupBy(members, ({ variant, formula }) => `${variant} ${formula}`);
    return [wrap(`${family}: ${title}`), ...[...definitions.values()].map(definition)];
  });
  return sections.join("\n\n");
}

/** One definition with its columns: they differ in the split alone. */
function definition(columns: readonly Metric[]): string {
  const [{ variant, formula, range, atCollapse, source, notes }] = columns as readonly [Metric];
  const widest = Math.max(...columns.map(({ name }) => name.length));
  return [
    ...columns.map(({ name, split, cost }) =>
      `  ${name.padEnd(widest)}  ${SPLITS[split]}${cost === "cheap" ? "" : ", on request"}`
    ),
    ...[
      variant,
      `= ${formula}`,
      `range ${range}; at collapse ${atCollapse}`,
      `source: ${source}`,
      ...notes === "" ? [] : [notes],
    ].map((text) => wrap(text, { indent: 6 })),
  ].join("\n");
}
