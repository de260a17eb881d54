/**
 * The file of a study: YAML 1.2, of which JSON is a part, in the words that sweeps have elsewhere. Read into axes; what
 * is wrong is said with its line and column.
 */
import { isScalar, isSeq, type Node } from "yaml";
import { KNOWN_METRICS, metricNamed, select, unknownIn } from "../collapse/catalogue.ts";
import { suggestion } from "../names.ts";
import { LOG_COLUMNS } from "../run/tables.ts";
import { gridOf } from "./range.ts";
import { type SlurmJob, slurmOf } from "./slurm_key.ts";
import { kindOf, YamlReader } from "./yaml_reader.ts";

/** One parameter of a study and the values that it takes, as texts that an option of `train` takes. */
export interface Axis {
  /** Name of an option of `train`, without its dashes. */
  readonly name: string;
  readonly values: readonly string[];
  readonly place: string;
}

/** What a study asks for. */
export interface StudyFile {
  /** Path of the file, for messages. */
  readonly path: string;
  /** Folder of its runs below that of all runs. */
  readonly name: string;
  readonly dataset: string;
  readonly metric: {
    /** What the chosen cell is best in: a column of metrics.csv or log.csv. */
    readonly name: string;
    readonly goal: "maximize" | "minimize";
    /** A cell is chosen for each combination of these axes; without any, one of all. */
    readonly by: readonly string[];
  };
  /** In the order of the file; the seed, where it is given, comes last. */
  readonly axes: readonly Axis[];
  /** Cells in which all of these values meet are left out. */
  readonly exclude: readonly Readonly<Record<string, string>>[];
  /** Names of metrics as `--metrics` takes them; null where checkpoints are not measured. */
  readonly measure: string | null;
  readonly slurm: SlurmJob | null;
  /** Where `parameters` stand, for what is wrong with a combination. */
  readonly place: string;
}

const KEYS = [
  "name",
  "dataset",
  "preset",
  "metric",
  "parameters",
  "seeds",
  "exclude",
  "measure",
  "slurm",
] as const;
const GOALS = ["maximize", "minimize"] as const;
const DEFAULT_METRIC = { name: "test_accuracy", goal: "maximize", by: [] } as const;
const MAX_SEEDS = 10_000;

/** Throws an Error of one line, beginning with path:line:column, where the text is no study. */
export function parseStudy(text: string, path: string): StudyFile {
  const reader = new YamlReader(text, path);
  const root = reader.entries(reader.root, "a study", KEYS);
  const need = (key: typeof KEYS[number]) => {
    const node = root.get(key);
    if (node) return node;
    throw new Error(`${path}: expected the key ${key}, found none`);
  };
  const [name, dataset, parameters] = [need("name"), need("dataset"), need("parameters")];
  const measure = measureOf(reader, root.get("measure"));
  const axes = axesOf(reader, parameters, { preset: root.get("preset"), seeds: root.get("seeds") });
  return {
    path,
    name: reader.text(
      name,
      "a name of letters, digits, dots, dashes and underscores",
      /^[A-Za-z0-9][\w.-]*$/,
    ),
    dataset: reader.text(dataset, "the name of a data set, or the path of your own images"),
    metric: metricOf(reader, root.get("metric"), { axes, measure }),
    axes,
    exclude: excludedBy(reader, root.get("exclude"), axes),
    measure,
    slurm: slurmOf(reader, root.get("slurm")),
    place: reader.at(parameters),
  };
}

function axesOf(
  reader: YamlReader,
  parameters: Node,
  { preset, seeds }: { preset: Node | undefined; seeds: Node | undefined },
): Axis[] {
  const axes = [...reader.entries(parameters, "parameters")].map(([name, node]) =>
    axisOf(reader, name, node)
  );
  if (preset) {
    if (axes.some(({ name }) => name === "preset")) {
      throw reader.wrong(preset, "expected preset here or among the parameters, found both");
    }
    axes.unshift({ name: "preset", values: [reader.value(preset)], place: reader.at(preset) });
  }
  if (!seeds) return axes;
  if (axes.some(({ name }) => name === "seed")) {
    throw reader.wrong(seeds, "expected seeds here or the parameter seed, found both");
  }
  return [...axes, { name: "seed", values: seedsOf(reader, seeds), place: reader.at(seeds) }];
}

function axisOf(reader: YamlReader, name: string, node: Node): Axis {
  const place = reader.at(node);
  const keys = ["value", "values", "min", "max", "points", "distribution"] as const;
  const entries = reader.entries(node, `${name}: {values: [...]} or {min, max, points}`, keys);
  const [value, values, distribution] = [
    entries.get("value"),
    entries.get("values"),
    entries.get("distribution"),
  ];
  if (value) return { name, values: [reader.value(value)], place };
  if (values) return { name, values: distinct(reader, values, name), place };
  const number = (key: string) => reader.number(entries.get(key) ?? node, key);
  const [min, max, points] = [number("min"), number("max"), number("points")];
  const spread = distribution ? reader.oneOf(distribution, ["uniform", "log_uniform"]) : "uniform";
  try {
    return { name, values: gridOf({ min, max, points, distribution: spread }).map(String), place };
  } catch (error) {
    throw reader.wrong(node, (error as Error).message);
  }
}

/** A list of values, none twice. */
function distinct(reader: YamlReader, node: Node, name: string): string[] {
  if (!isSeq(node)) throw reader.wrong(node, `expected a list of values of ${name}, found ${kindOf(node)}`);
  const items = node.items as Node[];
  if (items.length === 0) throw reader.wrong(node, `expected values of ${name}, found an empty list`);
  const texts = items.map((item) => reader.value(item));
  const twice = texts.findIndex((text, i) => texts.indexOf(text) < i);
  if (twice < 0) return texts;
  throw reader.wrong(items[twice]!, `expected each value of ${name} once, found ${texts[twice]} again`);
}

/** Seeds as a list, or how many from 0 on. */
function seedsOf(reader: YamlReader, node: Node): string[] {
  if (isSeq(node)) return distinct(reader, node, "seeds");
  const count = reader.number(node, "seeds");
  if (!Number.isSafeInteger(count) || count < 1 || count > MAX_SEEDS) {
    throw reader.wrong(node, `expected a list of seeds, or how many from 1 to ${MAX_SEEDS}, found ${count}`);
  }
  return Array.from({ length: count }, (_, seed) => String(seed));
}

function metricOf(
  reader: YamlReader,
  node: Node | undefined,
  { axes, measure }: Pick<StudyFile, "axes" | "measure">,
): StudyFile["metric"] {
  if (!node) return DEFAULT_METRIC;
  const entries = reader.entries(node, "metric: {name, goal, by}", ["name", "goal", "by"]);
  const [name, goal, by] = [entries.get("name"), entries.get("goal"), entries.get("by")];
  if (!name) throw reader.wrong(node, "expected the name of a column in metric, found none");
  const names = axes.map((axis) => axis.name);
  return {
    name: columnOf(reader, name, measure),
    goal: goal ? reader.oneOf(goal, GOALS) : DEFAULT_METRIC.goal,
    by: by ? (isSeq(by) ? by.items as Node[] : [by]).map((item) => reader.oneOf(item, names)) : [],
  };
}

/** Columns of metrics.csv that a study's runs will have; null where they are not measured. */
export function measuredColumns(measure: StudyFile["measure"]): readonly string[] | null {
  return measure === null ? null : select(measure.split(","), { sets: [] }).map(({ name }) => name);
}

/** A column that the study's runs will have. */
function columnOf(reader: YamlReader, node: Node, measure: string | null): string {
  const name = reader.text(node, "the name of a column");
  const columns: readonly string[] = [...LOG_COLUMNS, ...measuredColumns(measure) ?? []];
  if (columns.includes(name)) return name;
  const known = metricNamed(name) !== undefined;
  throw reader.wrong(
    node,
    known
      ? `expected a column that the study measures, found ${name}, which its key measure leaves out`
      : `expected a column of log.csv or metrics.csv, found ${name}${suggestion(name, columns)}`,
  );
}

function excludedBy(reader: YamlReader, node: Node | undefined, axes: readonly Axis[]): StudyFile["exclude"] {
  if (!node) return [];
  if (!isSeq(node)) {
    throw reader.wrong(node, `expected a list of combinations to leave out, found ${kindOf(node)}`);
  }
  const names = axes.map(({ name }) => name);
  return (node.items as Node[]).map((item) => {
    const entries = reader.entries(item, "a combination", names);
    if (entries.size === 0) throw reader.wrong(item, "expected a value at least, found none");
    const values = [...entries].map(([name, value]) => {
      const text = reader.value(value);
      const known = axes.find((axis) => axis.name === name)!.values;
      if (known.includes(text)) return [name, text] as const;
      throw reader.wrong(value, `expected one of the values ${known.join(", ")} of ${name}, found ${text}`);
    });
    return Object.fromEntries(values);
  });
}

function measureOf(reader: YamlReader, node: Node | undefined): string | null {
  if (!node) return "default";
  if (isScalar(node) && node.value === false) return null;
  const words = reader.value(node).split(",").map((word) => word.trim());
  const unknown = unknownIn(words);
  if (unknown === undefined) return words.join();
  throw reader.wrong(
    node,
    `expected measure to be false, default, all, or families, definitions and names of the catalogue, separated by ` +
      `commas, found ${unknown}${suggestion(unknown, KNOWN_METRICS)}`,
  );
}
