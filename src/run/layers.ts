/** layers.csv: one row a measured checkpoint and layer. */
import { metricNamed } from "../collapse/catalogue.ts";
import { WEIGHT_METRICS } from "../collapse/layer_weights.ts";
import { boundsOf, isWithin } from "../collapse/range.ts";
import { readTextIfThere, writeWhole } from "../files.ts";
import { at, formatTable, parseTexts } from "./csv.ts";

/** A map as its means over positions, or as all of its values. */
export const LAYER_FORMS = ["pooled", "flattened"] as const;
export type LayerForm = typeof LAYER_FORMS[number];

/** What is measured of the features of a layer, in the order of the columns; accuracies in %. */
export const LAYER_METRICS = [
  "nc1_fuzziness_train",
  "within_class_variation",
  "nc1_total_rank_train",
  "nc1_effective_rank_train",
  "nc1_participation_ratio_train",
  "equinorm_means",
  "equiangular_means",
  "maxangle_means",
  "nc2_discrimination_means_train",
  "nc4_ncc_accuracy_train",
  "nc4_ncc_accuracy_test",
  "accuracy_probe_train",
  "accuracy_probe_test",
] as const;

/** All that is measured of a layer: behind its features, what the weights on either side say. */
export const LAYER_COLUMNS: readonly string[] = [...LAYER_METRICS, ...WEIGHT_METRICS.map(({ name }) => name)];

export interface LayerRow {
  readonly epoch: number;
  /** Counted from 1. */
  readonly layer: number;
  /** Of the op whose output it is. */
  readonly name: string;
  readonly form: LayerForm;
  /** d. */
  readonly width: number;
  /** By the names of {@link LAYER_COLUMNS}; null where there is no value. */
  readonly values: { readonly [metric: string]: number | null };
}

/** Throws where `path` holds layers in another form than `form`: no table could hold both. */
export function requireForm(
  rows: readonly LayerRow[],
  form: LayerForm,
  { path, remedy }: { path: string; remedy: string },
): void {
  const other = rows.find((row) => row.form !== form);
  if (other === undefined) return;
  throw new Error(`${path}: expected layers ${form}, as asked for, found ${other.form}; ${remedy}`);
}

const FIRST = ["epoch", "layer", "name", "form", "width"];
const COLUMNS = [...FIRST, ...LAYER_COLUMNS];
/** Columns that the first version wrote. */
const LEAST = COLUMNS.indexOf("nc4_ncc_accuracy_test") + 1;

/** Whether a row has all columns; one of an earlier version may lack the last. */
export function isWhole({ values }: LayerRow): boolean {
  return LAYER_COLUMNS.every((name) => name in values);
}

/**
 * The rows of a run; none where there is no file. Throws, naming line and column, where it is not as written here, or by
 * an earlier version, whose rows lack the last columns.
 */
export async function readLayers(path: string): Promise<readonly LayerRow[]> {
  const text = await readTextIfThere(path);
  if (text === null) return [];
  const [header = [], ...lines] = parseTexts(text, path);
  const wrong = COLUMNS.findIndex((name, i) => header[i] !== name && (i < LEAST || i < header.length));
  if (wrong >= 0 || header.length > COLUMNS.length) {
    const i = wrong < 0 ? COLUMNS.length : wrong;
    throw new Error(
      `${path} line 1, column ${i + 1}: expected ${COLUMNS[i] ?? "no more"}, found ${header[i] ?? "none"}`,
    );
  }
  return lines.map((cells, i) => rowOf(cells, path, i + 2));
}

/** Replaces the table; rows by epoch, then layer. */
export async function writeLayers(path: string, rows: readonly LayerRow[]): Promise<void> {
  const sorted = rows.toSorted((a, b) => a.epoch - b.epoch || a.layer - b.layer);
  const cells = sorted.map(({ epoch, layer, name, form, width, values }) => [
    epoch,
    layer,
    name,
    form,
    width,
    ...LAYER_COLUMNS.map((metric) => values[metric] ?? null),
  ]);
  await writeWhole(path, formatTable(COLUMNS, cells));
}

function rowOf(cells: readonly string[], path: string, line: number): LayerRow {
  const [epoch = "", layer = "", name = "", form = "", width = "", ...rest] = cells;
  const count = (text: string, column: string) => {
    if (/^[1-9]\d*$/.test(text) || (column === "epoch" && text === "0")) return Number(text);
    throw new Error(`${at(path, line, column)}: expected a whole number, found ${JSON.stringify(text)}`);
  };
  const known = LAYER_FORMS.find((one) => one === form);
  if (known === undefined) {
    throw new Error(
      `${at(path, line, "form")}: expected ${LAYER_FORMS.join(" or ")}, found ${JSON.stringify(form)}`,
    );
  }
  const values = LAYER_COLUMNS.slice(0, rest.length).map((
    metric,
    i,
  ) => [metric, valueOf(rest[i]!, metric, at(path, line, metric))]);
  return {
    epoch: count(epoch, "epoch"),
    layer: count(layer, "layer"),
    name,
    form: known,
    width: count(width, "width"),
    values: Object.fromEntries(values),
  };
}

function valueOf(cell: string, metric: string, where: string): number | null {
  if (cell === "") return null;
  const { range } = WEIGHT_METRICS.find(({ name }) => name === metric) ?? metricNamed(metric)!;
  const value = /^[-+\d.e]+$/i.test(cell) ? Number(cell) : NaN;
  if (Number.isFinite(value) && isWithin(value, boundsOf(range))) return value;
  throw new Error(`${where}: expected a value in ${range}, found ${JSON.stringify(cell)}`);
}
